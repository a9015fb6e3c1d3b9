// The form of a callback.
import type { JSX } from "preact";
import { useWords } from "../words/words.ts";
import type { Composition } from "./composition.ts";
import { TemplateField } from "./template-field.tsx";

interface ComposerProps {
  readonly composition: Composition;
  readonly onChange: (changed: Partial<Composition>) => void;
}

/** The form. */
export function Composer({ composition, onChange }: ComposerProps): JSX.Element {
  const words = useWords();
  const { url, host, body, isJson, sni, variables } = composition;
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <label>
        {words.lab.url}
        <input
          value={url}
          spellcheck={false}
          onInput={({ currentTarget }) => onChange({ url: currentTarget.value })}
        />
      </label>
      <div class="filters">
        <label>
          {words.lab.host}
          <input
            value={host}
            spellcheck={false}
            placeholder={words.lab.ownHost}
            onInput={({ currentTarget }) => onChange({ host: currentTarget.value })}
          />
        </label>
        <label>
          {words.lab.bodyType}
          <select
            value={isJson ? "json" : "form"}
            onChange={({ currentTarget }) => onChange({ isJson: currentTarget.value === "json" })}
          >
            <option value="form">application/x-www-form-urlencoded</option>
            <option value="json">application/json</option>
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={sni}
            onChange={({ currentTarget }) => onChange({ sni: currentTarget.checked })}
          />
          {words.lab.sni}
        </label>
      </div>
      <TemplateField
        value={body}
        custom={variables.map(({ key }) => key)}
        onChange={(changed) => onChange({ body: changed })}
      />
      <Variables composition={composition} onChange={onChange} />
    </form>
  );
}

function Variables({ composition: { variables }, onChange }: ComposerProps): JSX.Element {
  const words = useWords();
  const change = (at: number, changed: Partial<(typeof variables)[number]>): void =>
    onChange({
      variables: variables.map((one, place) => (place === at ? { ...one, ...changed } : one)),
    });
  const add = (): void => {
    const numbers = variables.map(({ key }) => Number(/^x:var(\d+)$/.exec(key)?.[1] ?? 0));
    const key = `x:var${Math.max(0, ...numbers) + 1}`;
    onChange({ variables: [...variables, { key, value: "" }] });
  };
  return (
    <fieldset>
      <legend>{words.lab.variables}</legend>
      <ul class="pairs">
        {variables.map(({ key, value }, at) => (
          <li key={at}>
            <input
              aria-label={words.lab.variableName}
              value={key}
              spellcheck={false}
              onInput={({ currentTarget }) => change(at, { key: withPrefix(currentTarget.value) })}
            />
            <input
              aria-label={words.lab.variableValue(key)}
              value={value}
              onInput={({ currentTarget }) => change(at, { value: currentTarget.value })}
            />
            <button
              type="button"
              class="quiet small"
              aria-label={words.remove(key)}
              onClick={() => onChange({ variables: variables.filter((_, place) => place !== at) })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="quiet" onClick={add}>
        {words.add}
      </button>
    </fieldset>
  );
}

function withPrefix(name: string): string {
  return name.startsWith("x:") ? name : `x:${name.replace(/^x?:?/, "")}`;
}
