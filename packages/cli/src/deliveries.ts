// `ossicle deliveries`: the ledger of the store in a data folder, whether or not a server runs on
// it.
import { createInterface } from "node:readline/promises";
import { setTimeout as pause } from "node:timers/promises";
import {
  areReplayable,
  ConfigurationError,
  type Deliveries,
  type DeliveryQuestion,
  type DeliveryState,
  deliveryStates,
  type FoundDelivery,
  momentWords,
  openDeliveries,
  type OpenedDeliveries,
  parseMoment,
  replayableStates,
  type ReplayOutcome,
  type StorePlace,
} from "@ossicle/server";
import type { Command } from "commander";
import { addStoreCommand, inStore, type PlaceOptions } from "./data-option.ts";
import {
  deliveryLine,
  describeDelivery,
  figuresLine,
  ignoredLine,
  jsonOf,
} from "./delivery-text.ts";
import { fail, print } from "./output.ts";

interface Filters extends PlaceOptions {
  readonly bucket?: string;
  readonly prefix?: string;
  readonly endpoint?: string;
  readonly state?: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** Default for the number of deliveries on a page of `list`. */
const defaultLimit = "20";

/**
 * Pause between two polls of `tail`, in milliseconds, and how far back each poll reads. That is
 * longer than a round of five URLs with five seconds each; outcomes of later retries are missed.
 */
const tailEveryMs = 1_000;
const tailWindowMs = 60_000;

/** Deliveries that `tail` and `replay` read at a time. */
const pageSize = 1_000;

/** What the command needs of its process. */
interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
}

/** Adds the command and its verbs. */
export function addDeliveriesCommand(program: Command, surroundings: Surroundings): void {
  const deliveries = program
    .command("deliveries")
    .description("callbacks: what was sent, what was answered, and why it failed");
  const verb = (name: string, description: string): Command =>
    addStoreCommand(deliveries, name, description);
  addListing(verb, surroundings);
  addSingle(verb, surroundings);
  addReplay(verb, surroundings);
}

type Verb = (name: string, description: string) => Command;

function withFilters(command: Command): Command {
  return command
    .option("--bucket <name>", "of this bucket")
    .option("--prefix <key>", "of objects whose key begins with this")
    .option("--endpoint <url>", "to URLs that begin with this")
    .option("--state <state>", deliveryStates.join(", "));
}

function withTimes(command: Command): Command {
  return withFilters(command)
    .option("--since <time>", "not before: 15m, 2h, 3d, or a date")
    .option("--until <time>", "before: 15m, 2h, 3d, or a date");
}

function addListing(verb: Verb, surroundings: Surroundings): void {
  const { clock } = surroundings;
  withTimes(verb("list", "list deliveries, newest first"))
    .option("--limit <number>", "largest number of deliveries", defaultLimit)
    .option("--after <id>", "continue after this delivery")
    .action(async (options: Filters & { limit: string; after?: string }) => {
      await withDeliveries(options, surroundings, async (ledger) => {
        const limit = wholeNumber("--limit", options.limit);
        const { after } = options;
        if (after !== undefined && (await ledger.find(after)) === undefined) {
          return fail(`there is no delivery ${after}`);
        }
        const question = questionOf(options, clock());
        const { deliveries, next } = await ledger.list({ ...question, limit, after });
        for (const one of deliveries)
          print(options.json === true ? jsonOf(one) : deliveryLine(one));
        if (next !== undefined) process.stderr.write(`more: --after ${next}\n`);
      });
    });
  withFilters(
    verb(
      "tail",
      "print the outcomes of new uploads until interrupted; each is watched for a minute",
    ),
  ).action(async (options: Filters) => {
    await withDeliveries(options, surroundings, (ledger) => tail(ledger, options, clock));
  });
  withTimes(verb("stats", "count deliveries by endpoint")).action(async (options: Filters) => {
    await withDeliveries(options, surroundings, async (ledger) => {
      for (const figures of await ledger.count(questionOf(options, clock()))) {
        print(options.json === true ? JSON.stringify(figures) : figuresLine(figures));
      }
      for (const ignored of await ledger.ignored()) {
        print(options.json === true ? JSON.stringify({ ignored }) : ignoredLine(ignored));
      }
    });
  });
}

function addSingle(verb: Verb, surroundings: Surroundings): void {
  verb(
    "show <id>",
    "show a delivery with every attempt; the id is the upload's x-oss-request-id",
  ).action(async (id: string, options: Filters) => {
    await withDeliveries(options, surroundings, async (ledger) => {
      const found = await ledger.find(id);
      if (found === undefined) return fail(`there is no delivery ${id}`);
      print(options.json === true ? jsonOf(found) : describeDelivery(found));
    });
  });
}

function addReplay(verb: Verb, surroundings: Surroundings): void {
  const { clock } = surroundings;
  withTimes(
    verb(
      "replay [ids...]",
      "send failed deliveries again under the same ids: those named, or all that match the " +
        "filters",
    ),
  )
    .option("--yes", "do not ask for confirmation")
    .action(async (ids: readonly string[], options: Filters & { readonly yes?: boolean }) => {
      await withDeliveries(options, surroundings, async (ledger) => {
        const question = questionOf(options, clock());
        const wanted =
          ids.length > 0
            ? withoutFilter(ids, question)
            : await confirmed(await failedOnes(ledger, question), options);
        for (const id of wanted) {
          const outcome = await ledger.replay(id);
          if (options.json === true) print(JSON.stringify({ id, outcome }));
          else if (outcome === "replayed") print(`${id} is due again`);
          if (outcome !== "replayed") fail(explainReplayRefusal(id, outcome));
        }
      });
    });
}

function withoutFilter(
  ids: readonly string[],
  question: Omit<DeliveryQuestion, "limit">,
): readonly string[] {
  if (Object.values(question).every((one) => one === undefined)) return ids;
  throw new ConfigurationError(["replay takes ids or filters, not both"]);
}

// Finds the deliveries that may be sent again. Requires a filter, because replaying every failed
// delivery in the ledger is rarely intended.
async function failedOnes(
  ledger: Deliveries,
  question: Omit<DeliveryQuestion, "limit">,
): Promise<readonly string[]> {
  if (Object.values(question).every((one) => one === undefined)) {
    throw new ConfigurationError(["replay needs ids, or a filter such as --since 1h"]);
  }
  const { state = replayableStates } = question;
  if (!areReplayable(state)) {
    throw new ConfigurationError([
      `only failed and dead deliveries are sent again, not ${String(state)} ones`,
    ]);
  }
  const found = await allPages(ledger, { ...question, state });
  const kept = found.filter(({ record }) => record.discarded !== true);
  const discarded = found.length - kept.length;
  if (discarded > 0) {
    process.stderr.write(`${countOf(discarded)} left out: their objects were removed\n`);
  }
  return kept.map(({ id }) => id);
}

const countOf = (count: number): string => (count === 1 ? "1 delivery" : `${count} deliveries`);

// Asks for confirmation at a terminal. Without a terminal, --yes is required.
async function confirmed(
  ids: readonly string[],
  { yes = false }: { readonly yes?: boolean },
): Promise<readonly string[]> {
  const count = countOf(ids.length);
  if (ids.length === 0 || yes) {
    process.stderr.write(`${count} to replay\n`);
    return ids;
  }
  if (!process.stdin.isTTY) throw new ConfigurationError([`${count} to replay: add --yes`]);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(`replay ${count}? [y/N] `);
  asking.close();
  if (/^y(?:es)?$/i.test(answer.trim())) return ids;
  process.stderr.write("nothing was replayed\n");
  return [];
}

function explainReplayRefusal(id: string, outcome: Exclude<ReplayOutcome, "replayed">): string {
  const reasons: Readonly<Record<typeof outcome, string>> = {
    missing: `there is no delivery ${id}`,
    due: `${id} is already due`,
    delivered: `${id} was delivered; delivered callbacks are never sent again`,
    superseded: `${id} was confirmed, but another upload had taken the key; it is never sent again`,
    discarded: `the bucket's policy removed the object of ${id} when its callback failed`,
  };
  return reasons[outcome];
}

async function tail(ledger: Deliveries, options: Filters, clock: () => number): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const startedMs = clock();
  let printed = new Set<string>();
  while (!stop.signal.aborted) {
    const fromMs = Math.max(startedMs, clock() - tailWindowMs);
    const recent = new Set<string>();
    const newestFirst = await allPages(ledger, { ...questionOf(options, clock()), fromMs });
    for (const one of newestFirst.toReversed()) {
      const outcome = `${one.id} ${one.record.state} ${one.record.attempts.length}`;
      if (one.record.state === "due") continue;
      recent.add(outcome);
      if (!printed.has(outcome)) print(options.json === true ? jsonOf(one) : deliveryLine(one));
    }
    printed = recent;
    await pause(tailEveryMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

// Reads all pages. Returns the newest delivery first.
async function allPages(
  ledger: Deliveries,
  question: Omit<DeliveryQuestion, "limit">,
): Promise<readonly FoundDelivery[]> {
  const found: FoundDelivery[] = [];
  let after: string | undefined;
  do {
    const page = await ledger.list({ ...question, after, limit: pageSize });
    found.push(...page.deliveries);
    after = page.next;
  } while (after !== undefined);
  return found;
}

function questionOf(options: Filters, nowMs: number): Omit<DeliveryQuestion, "limit"> {
  const { bucket, prefix, endpoint, state, since, until } = options;
  if (state !== undefined && !isState(state)) {
    throw new ConfigurationError([`--state ${state}: expected ${deliveryStates.join(", ")}`]);
  }
  return {
    bucket,
    prefix,
    endpoint,
    state,
    fromMs: since === undefined ? undefined : timeOf("--since", since, nowMs),
    toMs: until === undefined ? undefined : timeOf("--until", until, nowMs),
  };
}

function isState(text: string): text is DeliveryState {
  return deliveryStates.some((state) => state === text);
}

function timeOf(option: string, text: string, nowMs: number): number {
  const atMs = parseMoment(text, nowMs);
  if (!Number.isNaN(atMs)) return atMs;
  throw new ConfigurationError([`${option} ${text}: expected ${momentWords}`]);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new ConfigurationError([`${option} ${text}: expected a whole number from 1`]);
}

function withDeliveries(
  place: Filters,
  { env }: Surroundings,
  use: (ledger: Deliveries) => Promise<void>,
): Promise<void> {
  const open = (place: StorePlace): Promise<OpenedDeliveries> => openDeliveries(place);
  return inStore({ ...place, env }, open, use);
}
