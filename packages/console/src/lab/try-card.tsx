// Sends the callback now, and shows what the application answers.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask, type TriedCallback } from "../ask.ts";
import { AttemptCard } from "../parts/attempt-card.tsx";
import { explain } from "../parts/explain.ts";
import { Problem } from "../parts/trouble.tsx";
import { useTask } from "../parts/use-task.ts";
import { useSigned } from "../signed.ts";
import { useLoad } from "../use-load.ts";
import { useWords } from "../words/words.ts";
import { checkSignature } from "./check-signature.ts";
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
  let head = "";
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\n`;
  return (
    <>
      <p class={outcome === "delivered" ? "verdict good" : "verdict bad"}>
        {outcome === "delivered"
          ? words.lab.confirmed
          : words.lab.notConfirmed(ec === undefined ? (message ?? "") : `${message} (EC ${ec})`)}
      </p>
      <Signature tried={tried} />
      <ol class="attempts">
        {attempts.map((attempt, at) => (
          <li key={at}>
            <AttemptCard attempt={attempt} />
          </li>
        ))}
      </ol>
      <details>
        <summary>{words.lab.sentRequest}</summary>
        <pre>
          {head}
          {"\n"}
          {body}
        </pre>
      </details>
    </>
  );
}

function Signature({ tried }: { readonly tried: TriedCallback }): JSX.Element | null {
  const words = useWords();
  const { value, error } = useLoad(tried.headers.join("\n"), () => checkSignature(tried));
  if (error !== undefined) return <p class="note">{explain(words, error)}</p>;
  if (value === undefined) return null;
  return (
    <p class="note">
      {value === "valid" ? words.lab.signatureValid : words.lab.signatureWrong(value)}
    </p>
  );
}
