// The ledger over HTTP: deliveries are listed, counted, shown and replayed.
import {
  areReplayable,
  type CountQuestion,
  type Deliveries,
  type DeliveryQuestion,
  replayableStates,
  type WholeDelivery,
} from "../callback/deliveries/deliveries.ts";
import type { ReplayOutcome } from "../callback/deliveries/ledger.ts";
import type { ShowRequest } from "../callback/show-request.ts";
import { momentWords, parseMoment } from "../time/moment.ts";
import { type DeliveryState, deliveryStates } from "../objects/records/delivery-record.ts";
import {
  type AdminAsked,
  type AdminRoutes,
  type DeliveryStats,
  type JsonAnswer,
  problem,
  type ReplayedDeliveries,
  type ShownDelivery,
} from "./admin-api.ts";

/** Deliveries on a page: the default, and the maximum. */
const defaultLimit = 50;
const maxLimit = 1_000;

type DeliveryRoute =
  | "GET /deliveries"
  | "GET /deliveries/stats"
  | "GET /deliveries/:id"
  | "GET /deliveries/:id/request"
  | "POST /deliveries/:id/replay"
  | "POST /deliveries/replay";

/** The routes below `/deliveries`. */
export function deliveryRoutes(ledger: Deliveries, show: ShowRequest): AdminRoutes<DeliveryRoute> {
  return {
    "GET /deliveries/:id/request": async ({ id }) => {
      const request = await show(id);
      return request === undefined
        ? problem(404, `there is no delivery ${id} that may be sent again`)
        : { status: 200, value: request };
    },
    "GET /deliveries": (asked) =>
      withQuestion(asked, async (question) => {
        const { deliveries, next } = await ledger.list(question);
        return { status: 200, value: { deliveries: deliveries.map(shown), next } };
      }),
    "GET /deliveries/stats": (asked) => withQuestion(asked, stats(ledger, asked), ["steps"]),
    "GET /deliveries/:id": async ({ id }) => {
      const found = await ledger.find(id);
      return found === undefined
        ? problem(404, `there is no delivery ${id}`)
        : { status: 200, value: shown(found) };
    },
    "POST /deliveries/:id/replay": async ({ id }) => {
      const outcome = await ledger.replay(id);
      const status = outcome === "replayed" ? 202 : outcome === "missing" ? 404 : 409;
      return { status, value: { id, outcome } };
    },
    "POST /deliveries/replay": (asked) =>
      withQuestion(asked, (question) => replayMany(ledger, question)),
  };
}

async function withQuestion<T extends object>(
  { parameters, nowMs }: AdminAsked,
  answer: (question: DeliveryQuestion) => Promise<JsonAnswer<T>>,
  others: readonly string[] = [],
): Promise<JsonAnswer<T>> {
  const question = questionOf(parameters, { nowMs, others });
  return typeof question === "string" ? problem(400, question) : answer(question);
}

function stats(
  ledger: Deliveries,
  asked: AdminAsked,
): (question: DeliveryQuestion) => Promise<JsonAnswer<DeliveryStats>> {
  return async (question) => {
    const counted = withSteps(question, asked);
    if (typeof counted === "string") return problem(400, counted);
    const [endpoints, ignored] = await Promise.all([ledger.count(counted), ledger.ignored()]);
    return { status: 200, value: { endpoints, ignored } };
  };
}

/** Most parts of a time for which figures are given: more are not visible in a chart. */
const maxSteps = 100;

// Adds the parts into which the time is divided, or returns what is wrong with their number.
function withSteps(
  question: DeliveryQuestion,
  { parameters, nowMs }: AdminAsked,
): CountQuestion | string {
  const text = parameters.get("steps");
  if (text === null || text === "") return question;
  const steps = Number(text);
  if (!Number.isInteger(steps) || steps < 1 || steps > maxSteps) {
    return `steps is a whole number from 1 to ${maxSteps}`;
  }
  if (question.fromMs === undefined) return "steps needs since: the begin of the first part";
  return { ...question, steps, toMs: question.toMs ?? nowMs + 1 };
}

/** Every parameter of a question. A misspelt one would widen a replay. */
const known: ReadonlySet<string> = new Set(
  "since until bucket prefix endpoint state limit after".split(" "),
);

/** Parameters of which a replay of many needs at least one. */
const narrowing = ["fromMs", "toMs", "bucket", "prefix", "endpoint", "state"] as const;

// Replays one page. The caller goes on with `after`, and so sees the progress.
async function replayMany(
  ledger: Deliveries,
  question: DeliveryQuestion,
): Promise<JsonAnswer<ReplayedDeliveries>> {
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
function questionOf(
  parameters: URLSearchParams,
  { nowMs, others }: { readonly nowMs: number; readonly others: readonly string[] },
): DeliveryQuestion | string {
  const names = [...parameters.keys()];
  const wrong = names.find(
    (name, at) => !(known.has(name) || others.includes(name)) || names.indexOf(name) !== at,
  );
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

function shown({ id, record, body }: WholeDelivery): ShownDelivery {
  return { id, ...record, ...(body === undefined ? {} : { body: body.toString() }) };
}
