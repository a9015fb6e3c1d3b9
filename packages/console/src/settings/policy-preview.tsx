// What a delivery policy does, in words.
import { explainCallback } from "@ossicle/kit";
import {
  type DeliveryPolicyConfiguration,
  formatCallbackUrl,
  parseCallback,
} from "@ossicle/protocol";
import type { JSX } from "preact";
import { useDurations, useWords } from "../words/words.ts";
import { retrySchedule } from "./retry-schedule.ts";

/** Rounds that are listed. */
const shownRounds = 8;

/** The preview of a policy, also before it is saved. */
export function PolicyPreview({
  policy,
}: {
  readonly policy: DeliveryPolicyConfiguration;
}): JSX.Element {
  const words = useWords();
  const showDuration = useDurations();
  const { onFailure, retry = {}, webhookSignature, defaultCallbacks } = policy;
  const rounds = retrySchedule(retry);
  const times = rounds.slice(1, shownRounds).map(showDuration).join(", ");
  const rest = rounds.length - shownRounds;
  return (
    <div class="preview-box" role="group" aria-label={words.settings.preview}>
      <h3>{words.settings.preview}</h3>
      <ul>
        <li>
          {onFailure === undefined
            ? words.settings.failureOfServer
            : words.settings.failureNotes[onFailure]}
        </li>
        <li>
          {retry.maxAttempts === undefined
            ? words.settings.retryOfServer
            : rounds.length === 1
              ? words.settings.noRetry
              : words.settings.rounds(rounds.length, times + (rest > 0 ? " …" : ""))}
        </li>
        {webhookSignature === true ? <li>{words.settings.webhookNote}</li> : null}
        {defaultCallbacks.map(({ prefix = "", suffix = "", callback, callbackVar }, at) => {
          const { problem } = explainCallback(callback, callbackVar || undefined);
          const target = targetsOf(callback);
          return (
            <li key={at} class={target === undefined ? "bad" : ""}>
              {words.settings.ruleNote(prefix, suffix)}:{" "}
              {target ?? problem ?? words.lab.sendsNothing}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

// Where a callback goes; undefined when it names no URL, or is refused.
function targetsOf(callback: string): string | undefined {
  try {
    return parseCallback({ callback })?.urls.map(formatCallbackUrl).join(", ");
  } catch {
    return undefined; // `explainCallback` says why
  }
}
