// How the last attempt of a delivery ended, in words.
import type { JSX } from "preact";
import type { Delivery } from "../ask.ts";
import { useWords } from "../words/words.ts";

/** The words, and how long the attempt took. */
export function Result({ delivery }: { readonly delivery: Delivery }): JSX.Element {
  const words = useWords();
  const last = delivery.attempts.at(-1);
  if (last === undefined) return <span class="none">–</span>;
  const what =
    last.reason ?? last.error ?? (last.status === undefined ? "" : words.answered(last.status));
  return (
    <>
      {what} <small>{words.took(last.tookMs)}</small>
    </>
  );
}
