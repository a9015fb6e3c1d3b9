// The buttons below a form that edits a list.
import type { JSX } from "preact";
import { useWords } from "../words/words.ts";

interface ActionsProps {
  /** Label of the button that adds an item. */
  readonly add: string;
  readonly isBusy: boolean;
  readonly onAdd: () => void;
}

/** The buttons; the other one submits the form. */
export function ListActions({ add, isBusy, onAdd }: ActionsProps): JSX.Element {
  const words = useWords();
  return (
    <div class="actions">
      <button type="button" class="quiet" onClick={onAdd}>
        {add}
      </button>
      <button type="submit" disabled={isBusy}>
        {words.save}
      </button>
    </div>
  );
}
