// The stages of an attempt as a bar: looking the name up, connecting, TLS, waiting, reading.
import type { JSX } from "preact";
import type { Attempt } from "../ask.ts";
import { useWords } from "../words/words.ts";

const order = ["resolved", "connected", "secured", "answered"] as const;

/** A stage with its beginning and its end, in milliseconds from the beginning of the attempt. */
interface Stage {
  readonly name: (typeof order)[number] | "ended";
  readonly from: number;
  readonly to: number;
}

function stagesOf({ stages = {}, tookMs }: Attempt): readonly Stage[] {
  const found: Stage[] = [];
  let from = 0;
  for (const name of order) {
    const to = stages[`${name}Ms`];
    if (to === undefined) continue;
    found.push({ name, from, to: Math.max(from, to) });
    from = Math.max(from, to);
  }
  return [...found, { name: "ended", from, to: Math.max(from, tookMs) }];
}

/** The bar with its legend. */
export function Timeline({ attempt }: { readonly attempt: Attempt }): JSX.Element {
  const words = useWords();
  const stages = stagesOf(attempt);
  const total = Math.max(1, attempt.tookMs);
  return (
    <div class="timeline">
      <svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">
        {stages.map(({ name, from, to }) => (
          <rect
            key={name}
            class={`stage ${name}`}
            x={(from / total) * 1_000}
            width={Math.max(2, ((to - from) / total) * 1_000)}
            y="0"
            height="24"
          />
        ))}
      </svg>
      <ol>
        {stages.map(({ name, from, to }) => (
          <li key={name} class={`stage ${name}`}>
            {words.stages[name]} <b>{words.took(Math.round((to - from) * 10) / 10)}</b>
          </li>
        ))}
      </ol>
    </div>
  );
}
