// A delivery's state as a badge.
import type { JSX } from "preact";
import type { DeliveryState } from "../ask.ts";
import { useWords } from "../words/words.ts";

/** The badge. Its text says the state too, so colour is never alone. */
export function State({ state }: { readonly state: DeliveryState }): JSX.Element {
  const words = useWords();
  return (
    <span class={`state ${state}`} title={words.stateNotes[state]}>
      {words.states[state]}
    </span>
  );
}
