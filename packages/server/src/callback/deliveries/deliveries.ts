// Reads the ledger: lists deliveries, newest first and filtered; finds one by its id; and counts
// them by endpoint.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Entry, MetadataStore, Page } from "@ossicle/store";
import { openMetadata } from "../../data-folder/open-metadata.ts";
import type { StorePlace } from "../../data-folder/layout.ts";
import { type DeliveryFacts, deliveryFacts } from "./delivery-facts.ts";
import { readIgnored } from "./ignored-callbacks.ts";
import { replayDelivery, type ReplayOutcome } from "./ledger.ts";
import { endpointOf, idText, rawId } from "./delivery.ts";
import {
  type DeliveryRecord,
  type DeliveryState,
  deliveryStates,
} from "../../objects/records/delivery-record.ts";
import { deliveryRecords } from "../../objects/records/key-space.ts";
import type { IgnoredFigures } from "../../objects/records/server-records.ts";

/** What to look for; an absent member matches everything. */
export interface DeliveryQuestion {
  /** Milliseconds since 1970, included. */
  readonly fromMs?: number | undefined;
  /** Milliseconds since 1970, excluded. */
  readonly toMs?: number | undefined;
  readonly bucket?: string | undefined;
  /** Beginning of the object's key. */
  readonly prefix?: string | undefined;
  /** Beginning of one of the URLs. */
  readonly endpoint?: string | undefined;
  /** One state, or several. */
  readonly state?: DeliveryState | readonly DeliveryState[] | undefined;
  readonly limit: number;
  /** Where the previous page ended ({@link DeliveryPage.next}); this page continues after it. */
  readonly after?: string | undefined;
}

/** A delivery of the ledger. */
export interface FoundDelivery {
  /** The upload's request id. */
  readonly id: string;
  readonly record: DeliveryRecord;
}

/** A page of deliveries. */
export interface DeliveryPage {
  readonly deliveries: readonly FoundDelivery[];
  /** Value of `after` for the next page; present when there may be more deliveries. */
  readonly next?: string;
}

/**
 * Most records looked at for one page: a rare state may need several pages. OSS documents no limit.
 */
const maxExamined = 10_000;

/** Records read at a time. */
const rowsAtATime = 500;

/** Lists deliveries, newest first. Throws RangeError for an `after` that is no delivery's id. */
export async function listDeliveries(
  metadata: MetadataStore,
  question: DeliveryQuestion,
): Promise<DeliveryPage> {
  const deliveries: FoundDelivery[] = [];
  let examined = 0;
  let last: string | undefined;
  for await (const entries of newestFirst(metadata, question)) {
    for (const { key, value } of entries) {
      const isWanted = fits(deliveryFacts(value), question);
      // A full page ends at the next match, so that it names a next page only when there is one.
      if ((isWanted && deliveries.length >= question.limit) || examined >= maxExamined) {
        return { deliveries, ...(last === undefined ? {} : { next: last }) };
      }
      examined += 1;
      last = idText(deliveryRecords.partOf(key, 0));
      if (isWanted) deliveries.push({ id: last, record: deliveryRecords.decode(value) });
    }
  }
  return { deliveries };
}

/** A delivery with its rendered body. */
export interface WholeDelivery extends FoundDelivery {
  /** Absent when the delivery cannot be sent again: delivered, superseded or discarded. */
  readonly body?: Buffer;
}

/** Finds a delivery by its upload's request id. */
export async function findDelivery(
  metadata: MetadataStore,
  id: string,
): Promise<WholeDelivery | undefined> {
  const raw = rawId(id);
  if (raw === undefined) return undefined;
  const [entry] = await metadata.getMany([deliveryRecords.key(raw)]);
  if (entry === undefined) return undefined;
  const record = deliveryRecords.decode(entry.value);
  const { payload } = entry;
  return {
    id: id.toUpperCase(),
    record,
    ...(payload === undefined ? {} : { body: Buffer.from(payload) }),
  };
}

/** Deliveries of a part of the time, by whether the application confirmed them. */
export interface StepFigures {
  /** Delivered, or confirmed after another upload had taken the key. */
  readonly confirmed: number;
  readonly failed: number;
}

/** The newest failure of an endpoint. */
export interface LastFailure {
  /** Id of the delivery. */
  readonly id: string;
  readonly createdMs: number;
  /** Why its last attempt failed, in words. */
  readonly reason: string;
}

/** Figures of one endpoint. */
export interface EndpointFigures extends Readonly<Record<DeliveryState, number>> {
  /** Scheme, host and port. */
  readonly endpoint: string;
  /** Figures of equal parts of the time, oldest first; only where they are asked for. */
  readonly steps?: readonly StepFigures[];
  /** Absent when none has failed. */
  readonly lastFailure?: LastFailure;
}

/** What to count. */
export interface CountQuestion extends Omit<DeliveryQuestion, "limit" | "after"> {
  /** Parts of the time between `fromMs` and `toMs`, which must be given with it. */
  readonly steps?: number | undefined;
}

const none: Readonly<Record<DeliveryState, number>> = {
  due: 0,
  delivered: 0,
  failed: 0,
  dead: 0,
  superseded: 0,
};

/** Counts deliveries by the endpoint of their first URL, the busiest first. */
export async function countDeliveries(
  metadata: MetadataStore,
  question: CountQuestion,
): Promise<readonly EndpointFigures[]> {
  const counts = new Map<string, Counted>();
  const stepOf = stepFinder(question);
  for await (const entries of newestFirst(metadata, question)) {
    for (const { key, value } of entries) {
      const facts = deliveryFacts(value);
      if (!fits(facts, question)) continue;
      const endpoint = endpointOf(facts);
      const counted = counts.get(endpoint) ?? { count: { ...none }, steps: emptySteps(question) };
      counted.count[facts.state] += 1;
      const hasFailed = facts.state === "failed" || facts.state === "dead";
      const step = counted.steps[stepOf(deliveryRecords.partOf(key, 0))];
      if (step !== undefined) {
        if (hasFailed) step.failed += 1;
        else if (facts.state !== "due") step.confirmed += 1;
      }
      // The newest comes first.
      if (hasFailed) counted.lastFailure ??= failureOf(key, value);
      counts.set(endpoint, counted);
    }
  }
  const total = (figures: EndpointFigures): number =>
    deliveryStates.reduce((sum, state) => sum + figures[state], 0);
  return [...counts]
    .map(([endpoint, { count, steps, lastFailure }]) => ({
      endpoint,
      ...count,
      ...(steps.length === 0 ? {} : { steps }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
    }))
    .sort((left, right) => total(right) - total(left));
}

interface Counted {
  readonly count: Record<DeliveryState, number>;
  readonly steps: readonly { confirmed: number; failed: number }[];
  lastFailure?: LastFailure;
}

function failureOf(key: Uint8Array, value: Uint8Array): LastFailure {
  const { createdMs, attempts } = deliveryRecords.decode(value);
  const last = attempts.at(-1);
  const reason = last?.reason ?? last?.error ?? "";
  return { id: idText(deliveryRecords.partOf(key, 0)), createdMs, reason };
}

function emptySteps({ steps = 0 }: CountQuestion): Counted["steps"] {
  return Array.from({ length: steps }, () => ({ confirmed: 0, failed: 0 }));
}

// Finds the step of a delivery by its id, which begins with its creation time.
function stepFinder({
  steps = 0,
  fromMs = 0,
  toMs = 0,
}: CountQuestion): (id: Uint8Array) => number {
  const stepMs = Math.max(1, (toMs - fromMs) / Math.max(1, steps));
  return (id) => Math.floor((Buffer.from(id.subarray(0, 6)).readUIntBE(0, 6) - fromMs) / stepMs);
}

function fits(
  record: DeliveryFacts,
  { bucket, prefix = "", endpoint = "", state }: Omit<DeliveryQuestion, "limit">,
): boolean {
  return (
    (bucket === undefined || record.bucket === bucket) &&
    record.key.startsWith(prefix) &&
    (endpoint === "" || record.urls.some((url) => url.startsWith(endpoint))) &&
    (state === undefined || state === record.state || state.includes(record.state))
  );
}

// Yields pages: a generator of single records takes as long as reading them.
async function* newestFirst(
  metadata: MetadataStore,
  { fromMs, toMs, after }: Omit<DeliveryQuestion, "limit">,
): AsyncGenerator<readonly Entry[]> {
  const all = deliveryRecords.range();
  const from = fromMs === undefined ? all.from : beginningOf(fromMs);
  const latest = toMs === undefined ? all.to : beginningOf(toMs);
  const raw = after === undefined ? undefined : rawId(after);
  if (after !== undefined && raw === undefined)
    throw new RangeError(`after: ${after} is not a delivery id (24 hex digits)`);
  const behind = raw === undefined ? latest : deliveryRecords.key(raw);
  let to: Uint8Array | undefined = Buffer.compare(behind, latest) < 0 ? behind : latest;
  while (to !== undefined && Buffer.compare(from, to) < 0) {
    const page: Page = await metadata.scan({ from, to, reverse: true, limit: rowsAtATime });
    yield page.rows.flatMap((row) => ("entry" in row ? [row.entry] : []));
    to = page.next;
    if (to !== undefined) await nextTurn(); // as between the pages of `entriesOf`
  }
}

/** The smallest key of a delivery created at a time: ids begin with their creation time. */
export function beginningOf(atMs: number): Buffer {
  const time = Math.max(0, Math.trunc(atMs)).toString(16).padStart(12, "0").slice(-12);
  return deliveryRecords.key(Buffer.from(time, "hex"));
}

/** The ledger, for the admin API and the command line. */
export interface Deliveries {
  readonly list: (question: DeliveryQuestion) => Promise<DeliveryPage>;
  readonly find: (id: string) => Promise<WholeDelivery | undefined>;
  readonly count: (question: CountQuestion) => Promise<readonly EndpointFigures[]>;
  /** Callback parameters that were ignored, by operation. */
  readonly ignored: () => Promise<readonly IgnoredFigures[]>;
  /**
   * Makes a failed delivery due once more. The server that runs on the folder sends it within
   * seconds; if none runs, the next one does.
   */
  readonly replay: (id: string) => Promise<ReplayOutcome>;
}

/** States of deliveries that may be sent again. */
export const replayableStates: readonly DeliveryState[] = ["failed", "dead"];

/** Whether deliveries of these states may be sent again. */
export function areReplayable(state: NonNullable<DeliveryQuestion["state"]>): boolean {
  return [state].flat().every((one) => replayableStates.includes(one));
}

/** The ledger in a database. */
export function deliveriesOf(metadata: MetadataStore, clock: () => number): Deliveries {
  return {
    list: (question) => listDeliveries(metadata, question),
    find: (id) => findDelivery(metadata, id),
    count: (question) => countDeliveries(metadata, question),
    ignored: () => readIgnored(metadata),
    replay: (id) => replayDelivery(metadata, id, clock()),
  };
}

/** The ledger of a store that this process does not serve itself. */
export interface OpenedDeliveries extends Deliveries {
  readonly close: () => Promise<void>;
}

/**
 * Opens the ledger of a store, whether or not a server runs. Throws ConfigurationError when the
 * place holds no store.
 */
export async function openDeliveries(
  place: StorePlace,
  clock: () => number = Date.now,
): Promise<OpenedDeliveries> {
  const metadata = await openMetadata(place);
  return { ...deliveriesOf(metadata, clock), close: () => metadata.close() };
}
