// One delivery: what was to be sent, and every attempt with its stages and its answer.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AskError } from "../ask-error.ts";
import { ask, type Delivery } from "../ask.ts";
import { Attempts } from "../parts/attempts.tsx";
import { objectAddress } from "../objects/object-address.ts";
import { curlOf } from "../parts/curl.ts";
import { explain } from "../parts/explain.ts";
import { mayReplay } from "../parts/replay.ts";
import { lastDeliveries } from "./deliveries.tsx";
import { RequestText } from "../parts/request-text.tsx";
import { Signature } from "../parts/signature.tsx";
import { State } from "../parts/state.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { visible } from "../parts/visible.ts";
import { useSigned } from "../signed.ts";
import { liveMs, useAnswer } from "../use-load.ts";
import { useTimes, useWords } from "../words/words.ts";

/** The page. */
export function DeliveryPage({ id }: { readonly id: string }): JSX.Element {
  const words = useWords();
  const found = useAnswer("GET /deliveries/:id", { id }, liveMs);
  const delivery = found.value;
  const isMissing = found.error instanceof AskError && found.error.status === 404;
  return (
    <>
      <p>
        <a href={lastDeliveries()}>← {words.back}</a>
      </p>
      {isMissing ? <p class="empty">{words.missing}</p> : null}
      {isMissing ? null : <Trouble answer={found} />}
      {delivery === undefined && found.error === undefined ? <p>{words.loading}</p> : null}
      {delivery === undefined ? null : <Whole delivery={delivery} onReplayed={found.again} />}
    </>
  );
}

interface WholeProps {
  readonly delivery: Delivery;
  readonly onReplayed: () => void;
}

function Whole({ delivery, onReplayed }: WholeProps): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const { id, state, bucket, key, createdMs, operation, requester, nextMs, attempts } = delivery;
  return (
    <article>
      <h1 class="object">
        {bucket}/{visible(key)}
      </h1>
      <p class="lead">
        <State state={state} /> {words.stateNotes[state]}
        {nextMs === undefined ? "" : ` · ${words.nextAttempt(showTime(nextMs))}`}
      </p>
      <Actions delivery={delivery} onReplayed={onReplayed} />
      <dl class="facts">
        <dt>{words.requestId}</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>{words.object}</dt>
        <dd>
          <a href={objectAddress(bucket, key)}>{words.openObject}</a>
        </dd>
        <dt>{words.uploaded}</dt>
        <dd>{showTime(createdMs)}</dd>
        <dt>{words.operation}</dt>
        <dd>{operation}</dd>
        <dt>{words.requester}</dt>
        <dd>{requester ?? words.anonymous}</dd>
      </dl>
      <h2>{words.attempts}</h2>
      {attempts.length === 0 ? <p class="empty">{words.noAttempts}</p> : null}
      <Attempts attempts={attempts} />
      <RequestFacts delivery={delivery} />
    </article>
  );
}

function RequestFacts({ delivery }: { readonly delivery: Delivery }): JSX.Element {
  const words = useWords();
  return (
    <>
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
      {delivery.body === undefined ? null : <WholeRequest id={delivery.id} />}
    </>
  );
}

// With every header and the signature, as long as the delivery may be sent again. A worker makes
// the signature, so it is asked for only when it is looked at.
function WholeRequest({ id }: { readonly id: string }): JSX.Element {
  const words = useWords();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{words.wholeRequest}</summary>
      {isOpen ? <SignedText id={id} /> : null}
    </details>
  );
}

function SignedText({ id }: { readonly id: string }): JSX.Element {
  const found = useAnswer("GET /deliveries/:id/request", { id });
  const { value } = found;
  if (value === undefined) return <Trouble answer={found} />;
  return (
    <>
      <Signature request={value} />
      <RequestText request={value} />
    </>
  );
}

function Actions({ delivery, onReplayed }: WholeProps): JSX.Element {
  const words = useWords();
  const { session } = useSigned();
  const [status, setStatus] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { id, body } = delivery;
  useEffect(() => setStatus(""), [id]);
  const replay = (): void => {
    setBusy(true);
    ask(session, "POST /deliveries/:id/replay", { id })
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
