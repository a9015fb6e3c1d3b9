// The template of a callback's body. Behind `${`, it offers the variables that begin so.
import { sampleVariables } from "@ossicle/protocol";
import type { JSX, RefObject } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { useWords } from "../words/words.ts";

/** The variables of OSS (callback documentation, 2025-09-19). */
const systemVariables: readonly string[] = Object.keys(sampleVariables);

interface TemplateProps {
  readonly value: string;
  /** Names of the custom variables, with their `x:`. */
  readonly custom: readonly string[];
  readonly onChange: (value: string) => void;
}

/** The beginning of a variable's name before the caret; undefined where none is being typed. */
export function typedVariable(text: string, caret: number): string | undefined {
  return /\$\{([\w.:]*)$/.exec(text.slice(0, caret))?.[1];
}

/** The text with a variable at the caret, in place of what was typed of it. */
export function withVariable(
  text: string,
  caret: number,
  name: string,
): { readonly text: string; readonly caret: number } {
  const typed = typedVariable(text, caret);
  const from = typed === undefined ? caret : caret - typed.length - 2;
  const rest = text.slice(caret).replace(/^\}/, typed === undefined ? "}" : "");
  const before = `${text.slice(0, from)}\${${name}}`;
  return { text: before + rest, caret: before.length };
}

/** The field. */
export function TemplateField({ value, custom, onChange }: TemplateProps): JSX.Element {
  const words = useWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const all = [...systemVariables, ...custom];
  const { offered, chosen, look, insert, press, hide } = useOffers(area, all, onChange);
  const listId = useId();
  return (
    <div class="template">
      <label>
        {words.lab.body}
        <textarea
          ref={area}
          rows={4}
          class="code"
          spellcheck={false}
          value={value}
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={offered.length > 0 ? `${listId}-${chosen}` : undefined}
          onInput={({ currentTarget }) => {
            onChange(currentTarget.value);
            look();
          }}
          onClick={look}
          onKeyDown={press}
          onBlur={hide}
        />
      </label>
      <ul class="offers" id={listId} role="listbox" aria-label={words.lab.variablesOffered}>
        {offered.map((name, at) => (
          <li
            key={name}
            id={`${listId}-${at}`}
            role="option"
            aria-selected={at === chosen}
            onMouseDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              insert(name);
            }}
          >
            {name}
          </li>
        ))}
      </ul>
      <p class="chips">
        {all.map((name) => (
          <button key={name} type="button" class="quiet small" onClick={() => insert(name)}>
            {name}
          </button>
        ))}
      </p>
    </div>
  );
}

interface Offers {
  /** Names that fit what is being typed; none where no name is. */
  readonly offered: readonly string[];
  /** Position of the one that Enter takes. */
  readonly chosen: number;
  /** Reads what is being typed. */
  readonly look: () => void;
  readonly insert: (name: string) => void;
  readonly press: (event: KeyboardEvent) => void;
  readonly hide: () => void;
}

function useOffers(
  area: RefObject<HTMLTextAreaElement | null>,
  all: readonly string[],
  onChange: (value: string) => void,
): Offers {
  const [typed, setTyped] = useState<string>();
  const [chosen, setChosen] = useState(0);
  const offered = typed === undefined ? [] : all.filter((name) => name.startsWith(typed));
  const hide = (): void => setTyped(undefined);
  const look = (): void => {
    const { current } = area;
    if (current === null) return;
    setTyped(typedVariable(current.value, current.selectionStart));
    setChosen(0);
  };
  const insert = (name: string): void => {
    const { current } = area;
    if (current === null) return;
    const made = withVariable(current.value, current.selectionStart, name);
    onChange(made.text);
    hide();
    current.value = made.text;
    current.focus();
    current.setSelectionRange(made.caret, made.caret);
  };
  const press = (event: KeyboardEvent): void => {
    // While an input method composes a text, its keys are its own.
    if (offered.length === 0 || event.isComposing || event.shiftKey) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setChosen((chosen + step + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") insert(offered[chosen] ?? "");
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  };
  return { offered, chosen, look, insert, press, hide };
}
