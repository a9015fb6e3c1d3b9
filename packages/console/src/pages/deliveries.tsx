// The ledger: filters that live in the address, a page of deliveries, and replays.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  ask,
  AskError,
  type Delivery,
  type DeliveryPage,
  deliveryStates,
  type Replayed,
} from "../ask.ts";
import { Result } from "../parts/result.tsx";
import { State } from "../parts/state.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { addressOf, go } from "../place.ts";
import type { Session } from "../session.ts";
import { liveMs, useAnswer } from "../use-answer.ts";
import { useTimes, useWords } from "../words/words.ts";

interface DeliveriesProps {
  readonly session: Session;
  readonly onOver: () => void;
  readonly parameters: URLSearchParams;
}

/** Deliveries on a page. */
const pageSize = "50";

const filterNames = ["state", "since", "bucket", "prefix", "endpoint"] as const;

/** Deliveries that one request replays. */
const replaySize = "200";

/** The page. */
export function DeliveriesPage({ session, onOver, parameters }: DeliveriesProps): JSX.Element {
  const words = useWords();
  const chosen = Object.fromEntries(parameters) as Readonly<Record<string, string | undefined>>;
  const { after, live, ...filters } = chosen;
  const question = addressOf("/deliveries", { ...filters, after, limit: pageSize });
  const isLive = live !== "no" && after === undefined;
  const page = useAnswer<DeliveryPage>(
    session,
    question.replace("/console", ""),
    isLive ? liveMs : undefined,
  );
  const deliveries = page.value?.deliveries ?? [];
  const isFiltered = filterNames.some((name) => filters[name] !== undefined);
  const change = (changed: Readonly<Record<string, string | undefined>>): void =>
    go(addressOf("/deliveries", { ...chosen, after: undefined, ...changed }));
  return (
    <>
      <h1>{words.deliveries}</h1>
      <Filters filters={filters} onChange={change}>
        <label class="check">
          <input
            type="checkbox"
            checked={live !== "no"}
            onChange={({ currentTarget }) =>
              change({ live: currentTarget.checked ? undefined : "no" })
            }
          />
          {words.live}
        </label>
      </Filters>
      <Trouble answer={page} onOver={onOver} />
      <Ledger
        key={question}
        session={session}
        deliveries={deliveries}
        filters={isFiltered ? filters : undefined}
        onReplayed={page.again}
      />
      {page.value !== undefined && deliveries.length === 0 && page.value.next === undefined ? (
        <p class="empty">{isFiltered ? words.noDeliveries : words.noDeliveriesYet}</p>
      ) : null}
      {page.value === undefined && page.error === undefined ? <p>{words.loading}</p> : null}
      <p class="pager">
        {after === undefined ? null : (
          <a class="button" href={addressOf("/deliveries", { ...filters, live })}>
            {words.newest}
          </a>
        )}
        {page.value?.next === undefined ? null : (
          <a
            class="button"
            href={addressOf("/deliveries", { ...filters, live, after: page.value.next })}
          >
            {words.older}
          </a>
        )}
      </p>
    </>
  );
}

interface FiltersProps {
  readonly filters: Readonly<Record<string, string | undefined>>;
  readonly onChange: (changed: Readonly<Record<string, string | undefined>>) => void;
  readonly children: JSX.Element;
}

function Filters({ filters, onChange, children }: FiltersProps): JSX.Element {
  const words = useWords();
  const text = (name: (typeof filterNames)[number], label: string): JSX.Element => (
    <label>
      {label}
      <input
        type="search"
        name={name}
        value={filters[name] ?? ""}
        spellcheck={false}
        onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value.trim() })}
      />
    </label>
  );
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {words.state}
        <select
          value={filters["state"] ?? ""}
          onChange={({ currentTarget }) => onChange({ state: currentTarget.value })}
        >
          <option value="">{words.anyState}</option>
          {deliveryStates.map((state) => (
            <option key={state} value={state}>
              {words.states[state]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.since}
        <select
          value={filters["since"] ?? ""}
          onChange={({ currentTarget }) => onChange({ since: currentTarget.value })}
        >
          <option value="">{words.anyTime}</option>
          {Object.entries(words.times).map(([value, shown]) => (
            <option key={value} value={value}>
              {shown}
            </option>
          ))}
        </select>
      </label>
      {text("bucket", words.bucket)}
      {text("prefix", words.prefix)}
      {text("endpoint", words.endpoint)}
      {children}
    </form>
  );
}

interface LedgerProps {
  readonly session: Session;
  readonly deliveries: readonly Delivery[];
  /** Undefined when nothing is filtered. */
  readonly filters: Readonly<Record<string, string | undefined>> | undefined;
  readonly onReplayed: () => void;
}

function mayReplay({ state, discarded }: Delivery): boolean {
  return (state === "failed" || state === "dead") && discarded !== true;
}

function Ledger({ session, deliveries, filters, onReplayed }: LedgerProps): JSX.Element | null {
  const words = useWords();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [status, setStatus] = useState("");
  const [isBusy, setBusy] = useState(false);
  const possible = deliveries.filter(mayReplay).map(({ id }) => id);
  // A live page moves on. What it no longer shows is not selected any more.
  useEffect(() => {
    setSelected((before) => {
      const kept = [...before].filter((id) => possible.includes(id));
      return kept.length === before.size ? before : new Set(kept);
    });
  }, [possible.join()]);
  if (deliveries.length === 0) return null;
  const work = (task: () => Promise<number>): void => {
    setBusy(true);
    task()
      .then((count) => setStatus(words.replayed(count)))
      .catch((cause: unknown) =>
        setStatus(cause instanceof AskError ? cause.message : String(cause)),
      )
      .finally(() => {
        setBusy(false);
        setSelected(new Set());
        onReplayed();
      });
  };
  const tell = (count: number): void => setStatus(words.replaying(count));
  return (
    <>
      <div class="actions">
        <button
          type="button"
          disabled={isBusy || selected.size === 0}
          onClick={() => work(() => replaySelected(session, [...selected], tell))}
        >
          {words.replaySelected(selected.size)}
        </button>
        <button
          type="button"
          class="quiet"
          disabled={isBusy || filters === undefined}
          title={filters === undefined ? words.selectHint : undefined}
          onClick={() => work(() => replayAll(session, filters ?? {}, tell))}
        >
          {words.replayAll}
        </button>
        <output aria-live="polite">{status}</output>
      </div>
      <DeliveryTable deliveries={deliveries} selected={selected} onSelect={setSelected} />
    </>
  );
}

interface TableProps {
  readonly deliveries: readonly Delivery[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
}

function DeliveryTable({ deliveries, selected, onSelect }: TableProps): JSX.Element {
  const words = useWords();
  const possible = deliveries.filter(mayReplay).map(({ id }) => id);
  const choose = (id: string, isChosen: boolean): void => {
    const others = [...selected].filter((one) => one !== id);
    onSelect(new Set(isChosen ? [...others, id] : others));
  };
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label={words.selectAll}
                disabled={possible.length === 0}
                checked={possible.length > 0 && selected.size === possible.length}
                onChange={({ currentTarget }) =>
                  onSelect(new Set(currentTarget.checked ? possible : []))
                }
              />
            </th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.object}</th>
            <th scope="col">{words.result}</th>
            <th scope="col">{words.endpoint}</th>
            <th scope="col">{words.uploaded}</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((one) => (
            <DeliveryRow
              key={one.id}
              delivery={one}
              isSelected={selected.has(one.id)}
              onSelect={(isChosen) => choose(one.id, isChosen)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly delivery: Delivery;
  readonly isSelected: boolean;
  readonly onSelect: (isSelected: boolean) => void;
}

function DeliveryRow({ delivery, isSelected, onSelect }: RowProps): JSX.Element {
  const words = useWords();
  const showTime = useTimes();
  const { id, createdMs, state, bucket, key } = delivery;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={words.select(id)}
          disabled={!mayReplay(delivery)}
          checked={isSelected}
          onChange={({ currentTarget }) => onSelect(currentTarget.checked)}
        />
      </td>
      <td>
        <State state={state} />
      </td>
      <td class="object">
        <a href={addressOf(`/deliveries/${id}`)}>
          {bucket}/{key}
        </a>
      </td>
      <td class="result">
        <Result delivery={delivery} />
      </td>
      <td class="endpoint">{endpointOf(delivery)}</td>
      <td class="time">{showTime(createdMs)}</td>
    </tr>
  );
}

function endpointOf({ urls: [first = ""] }: Delivery): string {
  return URL.canParse(first) ? new URL(first).host : first;
}

async function replaySelected(
  session: Session,
  ids: readonly string[],
  tell: (count: number) => void,
): Promise<number> {
  let done = 0;
  for (const id of ids) {
    await ask(session, `/deliveries/${id}/replay`, { method: "POST" });
    done += 1;
    tell(done);
  }
  return done;
}

async function replayAll(
  session: Session,
  filters: Readonly<Record<string, string | undefined>>,
  tell: (count: number) => void,
): Promise<number> {
  let done = 0;
  let after: string | undefined;
  do {
    const address = addressOf("/deliveries/replay", { ...filters, after, limit: replaySize });
    const path = address.replace("/console", "");
    const { outcomes, next } = await ask<Replayed>(session, path, { method: "POST" });
    done += outcomes["replayed"] ?? 0;
    after = next;
    tell(done);
  } while (after !== undefined);
  return done;
}
