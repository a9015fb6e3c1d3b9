// The filters of deliveries.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { deliveryStates } from "../ask.ts";
import { useWords } from "../words/words.ts";

/** The filters' parameters. */
export const filterNames = ["state", "since", "bucket", "prefix", "endpoint"] as const;

/** Values by parameter. */
export type Filters = Readonly<Record<string, string | undefined>>;

interface FiltersProps {
  readonly filters: Filters;
  readonly onChange: (changed: Filters) => void;
  readonly children: JSX.Element;
}

/** The form. */
export function FilterForm({ filters, onChange, children }: FiltersProps): JSX.Element {
  const words = useWords();
  const text = (name: (typeof filterNames)[number], label: string): JSX.Element => (
    <TextFilter
      label={label}
      value={filters[name] ?? ""}
      onChange={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {words.state}
        <select
          value={filters["state"] ?? ""}
          onChange={({ currentTarget }) => onChange({ state: currentTarget.value })}
        >
          <option value="">{words.anyState}</option>
          {deliveryStates.map((state) => (
            <option key={state} value={state}>
              {words.states[state]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.since}
        <select
          value={filters["since"] ?? ""}
          onChange={({ currentTarget }) => onChange({ since: currentTarget.value })}
        >
          <option value="">{words.anyTime}</option>
          {Object.entries(words.times).map(([value, shown]) => (
            <option key={value} value={value}>
              {shown}
            </option>
          ))}
        </select>
      </label>
      {text("bucket", words.bucket)}
      {text("prefix", words.prefix)}
      {text("endpoint", words.endpoint)}
      {children}
    </form>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

// Keeps what is being typed: the page is drawn again every two seconds.
function TextFilter({ label, value, onChange }: TextFilterProps): JSX.Element {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <label>
      {label}
      <input
        type="search"
        value={draft}
        spellcheck={false}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
    </label>
  );
}
