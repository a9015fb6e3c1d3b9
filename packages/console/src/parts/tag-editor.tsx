// A list of names and values that can be changed, such as tags.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useWords } from "../words/words.ts";
import { ListActions } from "./list-actions.tsx";
import { useList } from "./use-list.ts";

/** A name and its value. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

interface EditorProps {
  /** Labels of the two fields of a pair. */
  readonly labels: readonly [key: string, value: string];
  readonly pairs: readonly Pair[];
  readonly isBusy: boolean;
  readonly onSave: (pairs: readonly Pair[]) => void;
}

/** The editor. */
export function TagEditor({ labels, pairs, isBusy, onSave }: EditorProps): JSX.Element {
  const words = useWords();
  const { items: draft, set, change, add, remove } = useList(pairs);
  useEffect(() => set(pairs), [JSON.stringify(pairs)]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(draft.filter(({ key }) => key !== ""));
      }}
    >
      <ul class="pairs">
        {draft.map(({ key, value }, at) => (
          <li key={at}>
            <input
              aria-label={labels[0]}
              value={key}
              onInput={({ currentTarget }) => change(at, { key: currentTarget.value })}
            />
            <input
              aria-label={labels[1]}
              value={value}
              onInput={({ currentTarget }) => change(at, { value: currentTarget.value })}
            />
            <button
              type="button"
              class="quiet small"
              aria-label={words.remove(key)}
              onClick={() => remove(at)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <ListActions add={words.add} isBusy={isBusy} onAdd={() => add({ key: "", value: "" })} />
    </form>
  );
}
