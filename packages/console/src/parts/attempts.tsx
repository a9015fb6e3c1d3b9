// The attempts of a delivery, in their order.
import type { JSX } from "preact";
import type { Attempt } from "../ask.ts";
import { AttemptCard } from "./attempt-card.tsx";

/** The list. */
export function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }): JSX.Element {
  return (
    <ol class="attempts">
      {attempts.map((attempt, at) => (
        <li key={at}>
          <AttemptCard attempt={attempt} />
        </li>
      ))}
    </ol>
  );
}
