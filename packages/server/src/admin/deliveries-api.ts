// The ledger over HTTP: `/deliveries`, `/deliveries/stats`, `/deliveries/ID` and, by POST,
// `/deliveries/ID/replay` and `/deliveries/replay`. All of them answer in JSON.
import {
  areReplayable,
  type Deliveries,
  type DeliveryQuestion,
  replayableStates,
  type WholeDelivery,
} from "../callback/deliveries/deliveries.ts";
import type { ReplayOutcome } from "../callback/deliveries/ledger.ts";
import { momentWords, parseMoment } from "../time/moment.ts";
import { type DeliveryState, deliveryStates } from "../objects/records/delivery-record.ts";

/** An answer in JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly value: object;
}

/** Deliveries on a page: the default, and the maximum. */
const defaultLimit = 50;
const maxLimit = 1_000;

/** A request about the ledger, and its time. */
interface AskedDeliveries {
  readonly method: string;
  readonly target: URL;
  readonly nowMs: number;
}

/** Answers a request below `/deliveries`; undefined for any other. */
export async function answerDeliveries(
  ledger: Deliveries,
  { method, target, nowMs }: AskedDeliveries,
): Promise<JsonAnswer | undefined> {
  const [, root, id, verb, ...more] = target.pathname.split("/");
  if (root !== "deliveries" || more.length > 0) return undefined;
  if (method === "POST" && id === "replay" && verb === undefined) {
    const question = questionOf(target.searchParams, nowMs);
    return typeof question === "string" ? problem(400, question) : replayMany(ledger, question);
  }
  if (method === "POST") {
    if (id === undefined || verb !== "replay") return problem(404, "try /deliveries/ID/replay");
    const outcome = await ledger.replay(id);
    const status = outcome === "replayed" ? 202 : outcome === "missing" ? 404 : 409;
    return { status, value: { id, outcome } };
  }
  if (method !== "GET") return problem(405, "use GET, or POST for a replay");
  if (verb !== undefined) return problem(404, "try /deliveries/ID");
  if (id === undefined || id === "stats") {
    const question = questionOf(target.searchParams, nowMs);
    return typeof question === "string"
      ? problem(400, question)
      : answerMany(ledger, question, id === "stats");
  }
  const found = await ledger.find(id);
  return found === undefined
    ? problem(404, `there is no delivery ${id}`)
    : { status: 200, value: plain(found) };
}

async function answerMany(
  ledger: Deliveries,
  question: DeliveryQuestion,
  counts: boolean,
): Promise<JsonAnswer> {
  if (counts) {
    const [endpoints, ignored] = await Promise.all([ledger.count(question), ledger.ignored()]);
    return { status: 200, value: { endpoints, ignored } };
  }
  const { deliveries, next } = await ledger.list(question);
  return { status: 200, value: { deliveries: deliveries.map(plain), next } };
}

/** Every parameter of a question. A misspelt one would widen a replay. */
const known: ReadonlySet<string> = new Set(
  "since until bucket prefix endpoint state limit after".split(" "),
);

/** Parameters of which a replay of many needs at least one. */
const narrowing = ["fromMs", "toMs", "bucket", "prefix", "endpoint", "state"] as const;

// Replays one page. The caller goes on with `after`, and so sees the progress.
async function replayMany(ledger: Deliveries, question: DeliveryQuestion): Promise<JsonAnswer> {
  if (narrowing.every((name) => question[name] === undefined)) {
    return problem(400, "a replay of many needs a filter, such as since=1h");
  }
  const { state = replayableStates } = question;
  if (!areReplayable(state)) {
    return problem(400, `state is one of ${replayableStates.join(", ")}`);
  }
  const { deliveries, next } = await ledger.list({ ...question, state });
  const outcomes: Partial<Record<ReplayOutcome, number>> = {};
  for (const { id } of deliveries) {
    const outcome = await ledger.replay(id);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { status: 202, value: { outcomes, next } };
}

/** Reads the question, or returns what is wrong with it. */
function questionOf(parameters: URLSearchParams, nowMs: number): DeliveryQuestion | string {
  const names = [...parameters.keys()];
  const wrong = names.find((name, at) => !known.has(name) || names.indexOf(name) !== at);
  if (wrong !== undefined) return `${wrong} is unknown, or given twice`;
  const text = (name: string): string | undefined => parameters.get(name) || undefined;
  const time = (name: string): number | undefined => {
    const value = text(name);
    return value === undefined ? undefined : parseMoment(value, nowMs);
  };
  const [fromMs, toMs] = [time("since"), time("until")];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return `since and until are ${momentWords}`;
  const state = text("state");
  if (state !== undefined && !isState(state)) return `state is one of ${deliveryStates.join(", ")}`;
  const limit = Number(text("limit") ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    return `limit is a whole number from 1 to ${maxLimit}`;
  }
  const after = text("after");
  if (after !== undefined && !/^[0-9a-f]{24}$/i.test(after)) return "after is a delivery's id";
  const [bucket, prefix, endpoint] = [text("bucket"), text("prefix"), text("endpoint")];
  return { fromMs, toMs, bucket, prefix, endpoint, state, limit, after };
}

function isState(text: string): text is DeliveryState {
  return deliveryStates.some((state) => state === text);
}

function plain({ id, record, body }: WholeDelivery): object {
  return { id, ...record, ...(body === undefined ? {} : { body: body.toString() }) };
}

function problem(status: number, error: string): JsonAnswer {
  return { status, value: { error } };
}
