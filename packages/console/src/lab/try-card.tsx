// Sends the callback now, and shows what the application answers.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask, type TriedCallback } from "../ask.ts";
import { Attempts } from "../parts/attempts.tsx";
import { RequestText } from "../parts/request-text.tsx";
import { Signature } from "../parts/signature.tsx";
import { Problem } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import type { RawParameters } from "./composition.ts";

/** Longest wait, in milliseconds: five URLs with five seconds each, and the way there. */
const waitMs = 35_000;

/** The card. */
export function TryCard({ raw }: { readonly raw: RawParameters }): JSX.Element {
  const words = useWords();
  const { session } = useSigned();
  const task = useTask();
  const [tried, setTried] = useState<TriedCallback>();
  const { callback, callbackVar } = raw;
  useEffect(() => setTried(undefined), [callback, callbackVar]);
  const send = (): void => {
    setTried(undefined);
    task.start(async (signal) => {
      const parameters = { callback, "callback-var": callbackVar };
      setTried(await ask(session, "POST /callbacks/try", { parameters, signal, waitMs }));
    });
  };
  return (
    <section class="card" aria-label={words.lab.send}>
      <h2>{words.lab.send}</h2>
      <p class="note">{words.lab.sendNote}</p>
      <div class="actions">
        <button type="button" disabled={task.isBusy} onClick={send}>
          {task.isBusy ? words.lab.sending : words.lab.sendNow}
        </button>
      </div>
      <Problem text={task.problem} />
      <div aria-live="polite">{tried === undefined ? null : <Outcome tried={tried} />}</div>
    </section>
  );
}

function Outcome({ tried }: { readonly tried: TriedCallback }): JSX.Element {
  const words = useWords();
  const { outcome, message, ec, attempts, headers, body } = tried;
  const request = { url: attempts[0]?.url ?? "", headers, body };
  return (
    <>
      <p class={outcome === "delivered" ? "verdict good" : "verdict bad"}>
        {outcome === "delivered"
          ? words.lab.confirmed
          : words.lab.notConfirmed(ec === undefined ? (message ?? "") : `${message} (EC ${ec})`)}
      </p>
      <Signature request={request} />
      <Attempts attempts={attempts} />
      <details>
        <summary>{words.lab.sentRequest}</summary>
        <RequestText request={request} />
      </details>
    </>
  );
}
