// The ledger: filters that live in the address, a page of deliveries, and replays.
import type { AdminApi } from "@ossicle/server";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Delivery } from "../ask.ts";
import { DeliveryTable } from "../parts/delivery-table.tsx";
import { explain } from "../parts/explain.ts";
import { FilterForm, filterNames, type Filters } from "../parts/filters.tsx";
import {
  mayReplay,
  replayAll,
  type ReplayCounts,
  replaySelected,
  type ReplayWatch,
} from "../parts/replay.ts";
import { Trouble } from "../parts/trouble.tsx";
import { addressOf, go, queryOf } from "../place.ts";
import { useSigned } from "../signed.ts";
import { liveMs, useAnswer } from "../use-load.ts";
import { useWords } from "../words/words.ts";

/** Deliveries on a page. */
const pageSize = "50";

/** The query of the page when it was last seen, for the way back to it. */
let lastQuery = "";

/** The address of the page as it was last seen. */
export function lastDeliveries(): string {
  return addressOf("/deliveries") + lastQuery;
}

/** The page. */
export function DeliveriesPage({
  parameters,
}: {
  readonly parameters: URLSearchParams;
}): JSX.Element {
  const words = useWords();
  lastQuery = location.search;
  const { after, live, ...filters } = Object.fromEntries(parameters) as Filters;
  const asked = { parameters: { ...filters, after, limit: pageSize } };
  const isLive = live !== "no" && after === undefined;
  const page = useAnswer("GET /deliveries", asked, isLive ? liveMs : undefined);
  const deliveries = page.value?.deliveries ?? [];
  const isFiltered = filterNames.some((name) => filters[name] !== undefined);
  const change = (changed: Filters, replace = false): void =>
    go(addressOf("/deliveries", { ...filters, live, ...changed }), { replace });
  return (
    <>
      <h1>{words.deliveries}</h1>
      <FilterForm filters={filters} onChange={change}>
        <label class="check">
          <input
            type="checkbox"
            checked={live !== "no"}
            onChange={({ currentTarget }) =>
              change({ live: currentTarget.checked ? undefined : "no" }, true)
            }
          />
          {words.live}
        </label>
      </FilterForm>
      <Trouble answer={page} />
      <Ledger
        key={queryOf(filters)}
        deliveries={deliveries}
        filters={isFiltered ? filters : undefined}
        onReplayed={page.again}
      />
      <Emptiness page={page.value} isFiltered={isFiltered} />
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

interface EmptinessProps {
  readonly page: AdminApi["GET /deliveries"] | undefined;
  readonly isFiltered: boolean;
}

// A page may be empty although older deliveries match: one answer reads a limited number.
function Emptiness({ page, isFiltered }: EmptinessProps): JSX.Element | null {
  const words = useWords();
  if (page === undefined || page.deliveries.length > 0) return null;
  if (page.next !== undefined) return <p class="empty">{words.noneAmongLatest}</p>;
  return <p class="empty">{isFiltered ? words.noDeliveries : words.noDeliveriesYet}</p>;
}

interface LedgerProps {
  readonly deliveries: readonly Delivery[];
  /** Undefined when nothing is filtered. */
  readonly filters: Filters | undefined;
  readonly onReplayed: () => void;
}

function Ledger({ deliveries, filters, onReplayed }: LedgerProps): JSX.Element {
  const words = useWords();
  const { session } = useSigned();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [counts, setCounts] = useState<ReplayCounts>();
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState<AbortController>();
  useEffect(() => () => running?.abort(), [running]);
  // A live page moves on. What it no longer shows is not selected any more.
  const possible = new Set(deliveries.filter(mayReplay).map(({ id }) => id));
  const chosen = [...selected].filter((id) => possible.has(id));
  const start = (replay: (watch: ReplayWatch) => Promise<void>): void => {
    const controller = new AbortController();
    setRunning(controller);
    setProblem(undefined);
    setCounts({ replayed: 0, refused: 0 });
    replay({ onProgress: setCounts, signal: controller.signal })
      .catch((cause: unknown) => {
        if (!controller.signal.aborted) setProblem(explain(words, cause));
      })
      .finally(() => {
        setRunning(undefined);
        setSelected(new Set());
        onReplayed();
      });
  };
  return (
    <>
      <div class="actions">
        <button
          type="button"
          disabled={running !== undefined || chosen.length === 0}
          onClick={() => start((watch) => replaySelected(session, chosen, watch))}
        >
          {words.replaySelected(chosen.length)}
        </button>
        <button
          type="button"
          class="quiet"
          disabled={running !== undefined || !mayReplayAll(filters)}
          title={mayReplayAll(filters) ? undefined : words.selectHint}
          onClick={() => {
            if (!confirm(words.replayQuestion)) return;
            start((watch) => replayAll(session, filters ?? {}, watch));
          }}
        >
          {words.replayAll}
        </button>
        {running === undefined ? null : (
          <button type="button" class="quiet" onClick={() => running.abort()}>
            {words.cancel}
          </button>
        )}
        <output aria-live="polite">
          {counts === undefined ? "" : words.replayed(counts.replayed, counts.refused)} {problem}
        </output>
      </div>
      {deliveries.length === 0 ? null : (
        <DeliveryTable deliveries={deliveries} selected={new Set(chosen)} onSelect={setSelected} />
      )}
    </>
  );
}

function mayReplayAll(filters: Filters | undefined): boolean {
  const state = filters?.["state"] ?? "failed";
  return filters !== undefined && (state === "failed" || state === "dead");
}
