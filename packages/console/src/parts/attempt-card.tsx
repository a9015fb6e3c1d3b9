// One attempt to call an application: its stages, its answer, and why it failed.
import type { JSX } from "preact";
import type { Attempt } from "../ask.ts";
import { useTimes, useWords } from "../words/words.ts";
import { headerLines } from "./header-lines.ts";
import { Timeline } from "./timeline.tsx";

/** The card. */
export function AttemptCard({ attempt }: { readonly attempt: Attempt }): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const { atMs, url, tookMs, status, error, reason, reply } = attempt;
  const isGood = error === undefined;
  return (
    <section class={`card attempt ${isGood ? "good" : "bad"}`}>
      <h3>
        <time dateTime={new Date(atMs).toISOString()}>{showTime(atMs)}</time>
        <span>{status === undefined ? "" : words.answered(status)}</span>
        <span class="number">{words.took(tookMs)}</span>
      </h3>
      <p>
        <code>POST {url}</code>
      </p>
      <Timeline attempt={attempt} />
      {isGood ? null : (
        <p class="why">
          <b>{words.why}:</b> {reason ?? error}
        </p>
      )}
      {reply === undefined ? null : (
        <details>
          <summary>{words.reply}</summary>
          <pre>
            {headerLines(reply.headers)}
            {"\n"}
            {reply.body}
          </pre>
        </details>
      )}
    </section>
  );
}
