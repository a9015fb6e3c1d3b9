// The callbacks of uploads that ask for none, by the beginning and the end of their keys.
import type { DefaultCallbackRule } from "@ossicle/protocol";
import type { JSX } from "preact";
import { addressOf } from "../place.ts";
import { useWords } from "../words/words.ts";

interface DefaultCallbacksProps {
  readonly rules: readonly DefaultCallbackRule[];
  readonly onChange: (rules: readonly DefaultCallbackRule[]) => void;
}

/** The rules. */
export function DefaultCallbacks({ rules, onChange }: DefaultCallbacksProps): JSX.Element {
  const words = useWords();
  const change = (at: number, changed: Partial<DefaultCallbackRule>): void =>
    onChange(rules.map((rule, place) => (place === at ? { ...rule, ...changed } : rule)));
  const field = (at: number, name: keyof DefaultCallbackRule, label: string): JSX.Element => (
    <label class={name === "callback" || name === "callbackVar" ? "wide" : ""}>
      {label}
      <input
        spellcheck={false}
        value={rules[at]?.[name] ?? ""}
        onInput={({ currentTarget }) => change(at, { [name]: currentTarget.value.trim() })}
      />
    </label>
  );
  return (
    <fieldset>
      <legend>{words.settings.defaultCallbacks}</legend>
      {rules.map((rule, at) => (
        <div key={at} class="filters">
          {field(at, "prefix", words.prefix)}
          {field(at, "suffix", words.settings.suffix)}
          {field(at, "callback", "x-oss-callback")}
          {field(at, "callbackVar", "x-oss-callback-var")}
          <a
            class="button"
            href={addressOf("/lab", { callback: rule.callback, var: rule.callbackVar })}
          >
            {words.lab.open}
          </a>
          <button
            type="button"
            class="quiet small"
            onClick={() => onChange(rules.filter((_, place) => place !== at))}
          >
            {words.remove(words.settings.rule(at + 1))}
          </button>
        </div>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => onChange([...rules, { prefix: "", suffix: "", callback: "" }])}
      >
        {words.settings.addRule}
      </button>
    </fieldset>
  );
}
