// One delivery: what was to be sent, and every attempt with its stages and its answer.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask, AskError, type Attempt, type Delivery } from "../ask.ts";
import { curlOf } from "../parts/curl.ts";
import { explain } from "../parts/explain.ts";
import { mayReplay } from "../parts/replay.ts";
import { State } from "../parts/state.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { addressOf } from "../place.ts";
import type { Session } from "../session.ts";
import { liveMs, useAnswer } from "../use-answer.ts";
import { useTimes, useWords } from "../words/words.ts";

interface DeliveryProps {
  readonly session: Session;
  readonly onOver: () => void;
  readonly id: string;
}

/** The page. */
export function DeliveryPage({ session, onOver, id }: DeliveryProps): JSX.Element {
  const words = useWords();
  const found = useAnswer<Delivery>(session, `/deliveries/${id}`, liveMs);
  const delivery = found.value;
  const isMissing = found.error?.status === 404;
  return (
    <>
      <p>
        <a href={addressOf("/deliveries")}>← {words.back}</a>
      </p>
      {isMissing ? <p class="empty">{words.missing}</p> : null}
      {isMissing ? null : <Trouble answer={found} onOver={onOver} />}
      {delivery === undefined && found.error === undefined ? <p>{words.loading}</p> : null}
      {delivery === undefined ? null : (
        <Whole session={session} delivery={delivery} onReplayed={found.again} />
      )}
    </>
  );
}

interface WholeProps {
  readonly session: Session;
  readonly delivery: Delivery;
  readonly onReplayed: () => void;
}

function Whole({ session, delivery, onReplayed }: WholeProps): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const { id, state, bucket, key, createdMs, operation, requester, nextMs, attempts } = delivery;
  return (
    <article>
      <h1 class="object">
        {bucket}/{key}
      </h1>
      <p class="lead">
        <State state={state} /> {words.stateNotes[state]}
        {nextMs === undefined ? "" : ` · ${words.nextAttempt(showTime(nextMs))}`}
      </p>
      <Actions session={session} delivery={delivery} onReplayed={onReplayed} />
      <dl class="facts">
        <dt>{words.requestId}</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>{words.uploaded}</dt>
        <dd>{showTime(createdMs)}</dd>
        <dt>{words.operation}</dt>
        <dd>{operation}</dd>
        <dt>{words.requester}</dt>
        <dd>{requester ?? words.anonymous}</dd>
      </dl>
      <h2>{words.request}</h2>
      <dl class="facts">
        <dt>{words.urls}</dt>
        <dd>
          <ol>
            {delivery.urls.map((url, at) => (
              <li key={at}>
                <code>{url}</code>
              </li>
            ))}
          </ol>
        </dd>
        <dt>{words.headers}</dt>
        <dd>
          <code>Content-Type: {delivery.bodyType}</code>
          {Object.entries(delivery.additionalHeaders).map(([name, value]) => (
            <code key={name}>
              {name}: {value}
            </code>
          ))}
        </dd>
        <dt>{words.body}</dt>
        <dd>
          {delivery.body === undefined ? (
            <span class="none">
              {words.bodyBytes(delivery.bodyBytes)} · {words.bodyGone}
            </span>
          ) : (
            <pre>{delivery.body}</pre>
          )}
        </dd>
      </dl>
      <h2>{words.attempts}</h2>
      {attempts.length === 0 ? <p class="empty">{words.noAttempts}</p> : null}
      <ol class="attempts">
        {attempts.map((attempt, at) => (
          <li key={at}>
            <AttemptCard attempt={attempt} />
          </li>
        ))}
      </ol>
    </article>
  );
}

function Actions({ session, delivery, onReplayed }: WholeProps): JSX.Element {
  const words = useWords();
  const [status, setStatus] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { id, body } = delivery;
  useEffect(() => setStatus(""), [id]);
  const replay = (): void => {
    setBusy(true);
    ask(session, `/deliveries/${id}/replay`, { method: "POST" })
      .then(() => setStatus(words.replayed(1, 0)))
      .catch((cause: unknown) => {
        const isRefused = cause instanceof AskError && cause.status === 409;
        setStatus(isRefused ? words.notReplayed : explain(words, cause));
      })
      .finally(() => {
        setBusy(false);
        onReplayed();
      });
  };
  const copy = (): void => {
    navigator.clipboard
      .writeText(curlOf(delivery))
      .then(() => setStatus(words.copied))
      .catch((cause: unknown) => setStatus(String(cause)));
  };
  return (
    <div class="actions">
      <button type="button" disabled={isBusy || !mayReplay(delivery)} onClick={replay}>
        {words.replay}
      </button>
      <button type="button" class="quiet" disabled={body === undefined} onClick={copy}>
        {words.copyCurl}
      </button>
      <output aria-live="polite">{status}</output>
    </div>
  );
}

function AttemptCard({ attempt }: { readonly attempt: Attempt }): JSX.Element {
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
            {linesOf(reply.headers)}
            {"\n"}
            {reply.body}
          </pre>
        </details>
      )}
    </section>
  );
}

function linesOf(headers: readonly string[]): string {
  let lines = "";
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\n`;
  return lines;
}
