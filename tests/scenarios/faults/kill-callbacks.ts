// Kills a store again and again while uploads with callbacks are under way, under every delivery
// policy, and reconciles three lists: the answers that the uploaders got, the callbacks that the
// application received and answered, and the deliveries in the ledger. The only difference allowed
// is one more attempt under the same id. With `record-unknown`, a policy without retries allows no
// such attempt.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, OssError } from "@ossicle/client";
import { type Deliveries, deliveriesOf, type FoundDelivery, openStore } from "@ossicle/server";
import { serveFolder, servedCredentials } from "../serve.ts";
import { killTree, momentToKill, seededRandom } from "./kill-tree.ts";
import { startAhead } from "./start-ahead.ts";

/** How much to do. */
export interface CallbackKillPlan {
  readonly kills: number;
  readonly seed: number;
  readonly afterCrash: "resend" | "record-unknown";
  /** Called after each round. */
  readonly onRound?: (round: number, uploads: number) => void;
}

/** What was found. */
export interface CallbackKillReport {
  readonly kills: number;
  readonly uploads: number;
  /** Number of uploads by their answer. */
  readonly told: Readonly<Record<Told, number>>;
  readonly deliveries: number;
  /** Of these, deliveries with at least one round whose sender was killed. */
  readonly cutOff: number;
  /** Callbacks that the application received beyond those that the ledger counts. */
  readonly extraAttempts: number;
  /** One sentence each. Empty when the lists agree. */
  readonly mistakes: readonly string[];
}

/**
 * `confirmed` is 200, `stored` 203, `refused` 424, `nothing` a broken connection or another status.
 */
type Told = "confirmed" | "stored" | "refused" | "nothing";

/** How the application answers a callback. The object's key ends in one of these. */
const behaviours = ["yes", "slow", "no", "later"] as const;

const retry = { maxAttempts: 3, firstDelaySeconds: 1, maxDelaySeconds: 2 };

/** A bucket for each policy. */
const policies = {
  exact: {},
  retried: { retry },
  hidden: { onFailure: "hide" },
  "hidden-retried": { onFailure: "hide", retry },
  deleted: { onFailure: "delete" },
  "deleted-retried": { onFailure: "delete", retry },
} as const;

type Mode = keyof typeof policies;

const modes = Object.keys(policies) as readonly Mode[];
const writers = 10;

/** An upload, under a key of its own. */
interface Upload {
  readonly mode: Mode;
  readonly key: string;
  readonly told: Told;
  /** The request id, if the store answered. */
  readonly id: string | undefined;
}

/** Runs the plan. */
export async function killWhileCallingBack(plan: CallbackKillPlan): Promise<CallbackKillReport> {
  const data = await mkdtemp(join(tmpdir(), "ossicle-callback-faults-"));
  const application = new DecidingApplication();
  await application.start();
  const run = new CallbackKillRun(plan, data, application);
  try {
    await run.prepare();
    for (let round = 0; round < plan.kills; round += 1) {
      await run.round(round);
      plan.onRound?.(round, run.uploads.length);
    }
    return await run.finish();
  } finally {
    application.close();
    await rm(data, { recursive: true, force: true });
  }
}

/** An application that decides by the key, and records its answers. */
class DecidingApplication {
  /** Statuses answered, by the delivery's id. */
  readonly answered = new Map<string, number[]>();
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = String(request.headers["x-oss-request-id"]);
      const before = this.answered.get(id) ?? [];
      const behaviour = /-(\w+)$/.exec(Buffer.concat(chunks).toString())?.[1];
      const refuses = behaviour === "no" || (behaviour === "later" && before.length === 0);
      const status = refuses ? 500 : 200;
      this.answered.set(id, [...before, status]);
      const answer = (): unknown => response.writeHead(status, { "content-length": 2 }).end("{}");
      if (behaviour === "slow") setTimeout(answer, 50 + before.length * 50);
      else answer();
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

class CallbackKillRun {
  readonly #plan: CallbackKillPlan;
  readonly #data: string;
  readonly #application: DecidingApplication;
  /** Random numbers for the kills. */
  readonly #random: () => number;
  /** Random numbers for each writer. */
  readonly #chances: readonly (() => number)[];
  readonly #mistakes: string[] = [];
  readonly uploads: Upload[] = [];
  #isOver = false;
  #count = 0;
  #answered = 0;

  constructor(plan: CallbackKillPlan, data: string, application: DecidingApplication) {
    this.#plan = plan;
    this.#data = data;
    this.#application = application;
    this.#random = seededRandom(plan.seed);
    this.#chances = Array.from({ length: writers }, (_, writer) =>
      seededRandom(plan.seed, writer + 1),
    );
  }

  #settings(): readonly string[] {
    return ["--log-level", "silent", "--after-crash", this.#plan.afterCrash];
  }

  #client(endpoint: string, now: () => number = Date.now): Client {
    return createClient({
      endpoint,
      region: "cn-hangzhou",
      credentials: servedCredentials,
      attempts: 1,
      now,
    });
  }

  async prepare(): Promise<void> {
    const served = await serveFolder(this.#data, this.#settings());
    try {
      const client = this.#client(served.url);
      for (const bucket of modes) {
        await client.putBucket({ bucket });
        await client.putBucketDeliveryPolicy({ bucket, ...policies[bucket] });
      }
    } finally {
      served.child.kill("SIGTERM");
      await served.exited;
    }
  }

  async round(round: number): Promise<void> {
    const workers = round % 2 === 0 ? "1" : "2";
    const served = await serveFolder(this.#data, [...this.#settings(), "--workers", workers]);
    const client = this.#client(served.url);
    this.#isOver = false;
    const work = this.#chances.map((random) => this.#write(client, random));
    try {
      await momentToKill(this.#random, () => this.#answered);
    } finally {
      this.#isOver = true;
      killTree(served.child);
      await Promise.all(work);
    }
    const how = await served.exited;
    if (how !== "SIGKILL") this.#mistakes.push(`the store ended by itself: ${how}`);
  }

  async #write(client: Client, random: () => number): Promise<void> {
    while (!this.#isOver) {
      const mode = pick(modes, random());
      const behaviour = pick(behaviours, random());
      this.#count += 1;
      const key = `${this.#count}-${behaviour}`;
      const body = random() < 0.7 ? key : key.padEnd(50_000, "x");
      const callback = { url: this.#application.url, body: "${object}" };
      const { told, id } = await client.putObject({ bucket: mode, key, body, callback }).then(
        ({ requestId }) => ({ told: "confirmed" as const, id: requestId }),
        (cause: unknown) => this.#toldBy(cause),
      );
      this.uploads.push({ mode, key, told, id });
      if (told !== "nothing") this.#answered += 1;
    }
  }

  #toldBy(cause: unknown): Pick<Upload, "told" | "id"> {
    if (!(cause instanceof OssError)) return { told: "nothing", id: undefined };
    const { status, code, requestId: id } = cause;
    if (status === 203) return { told: "stored", id };
    if (status === 424) return { told: "refused", id };
    if (status !== 503) this.#mistakes.push(`an upload was answered ${status} ${code}`);
    return { told: "nothing", id };
  }

  /** After the last kill: sends all due deliveries, and then compares the lists. */
  async finish(): Promise<CallbackKillReport> {
    const clock = { aheadMs: 0 };
    const now = (): number => Date.now() + clock.aheadMs;
    const { afterCrash } = this.#plan;
    const server = await startAhead(this.#data, now, { afterCrash });
    for (let step = 0; step < 20; step += 1) {
      clock.aheadMs += 60_000; // leases and pauses are over
      for (let look = 0; look < 5; look += 1) await server.services.callbacks.takeOver();
    }
    const ledger = await allOf(deliveriesOf(server.services.metadata, now));
    const client = this.#client(server.url, now);
    const visible = new Map<string, boolean>();
    for (const { mode, key } of this.uploads) {
      const found = await client.headObject({ bucket: mode, key }).catch(ifMissing);
      visible.set(`${mode}/${key}`, found !== undefined);
    }
    this.#reconcile(ledger, visible);
    clock.aheadMs += 2 * 86_400_000; // intents and garbage are old
    for (let round = 0; round < 4; round += 1) await server.sweeper.sweep();
    await server.close();
    await this.#verify();
    return this.#report(ledger);
  }

  #reconcile(ledger: readonly FoundDelivery[], visible: ReadonlyMap<string, boolean>): void {
    const byKey = new Map(
      ledger.map((found) => [`${found.record.bucket}/${found.record.key}`, found]),
    );
    for (const upload of this.uploads) {
      const name = `${upload.mode}/${upload.key}`;
      const wrong = this.#judge(upload, byKey.get(name), visible.get(name) === true);
      if (wrong !== undefined) {
        this.#mistakes.push(`${name}, told ${upload.told}: ${wrong}`);
      }
    }
    const known = new Set(ledger.map(({ id }) => id));
    for (const id of this.#application.answered.keys()) {
      if (!known.has(id))
        this.#mistakes.push(`the application received callback ${id}, which the ledger lacks`);
    }
  }

  /** What is wrong with an upload; undefined when nothing is. */
  #judge(
    { mode, told, id }: Upload,
    found: FoundDelivery | undefined,
    isVisible: boolean,
  ): string | undefined {
    if (found === undefined) {
      if (told !== "nothing") return "the ledger has no delivery for it";
      return isVisible ? "it is visible without a delivery" : undefined;
    }
    const { state } = found.record;
    if (id !== undefined && id !== found.id) return `the ledger has it as ${found.id}, not ${id}`;
    if (state === "due") return "it is still due";
    const answers = this.#application.answered.get(found.id) ?? [];
    if (state === "delivered" && !answers.includes(200)) return "no callback was confirmed";
    if (told === "confirmed" && !answers.includes(200)) return "no callback was confirmed";
    if (told === "refused" && state !== "failed") return `it is ${state}`;
    // Where the policy keeps the object, the outcome is recorded after the uploader's answer. After
    // a kill between the two, the callback is sent again, or its outcome is unknown.
    const isKept = mode === "exact" || mode === "retried";
    if (told === "confirmed" && state !== "delivered" && !(isKept && this.#isUnknown(found))) {
      return `it is ${state}`;
    }
    // An object is not removed if its callback may have been confirmed.
    const wasCut = mode.startsWith("deleted") && state !== "delivered" && endedUnknown(found);
    const shouldBeVisible = isKept || state === "delivered" || wasCut;
    if (isVisible !== shouldBeVisible) {
      return `it is ${state}, and ${isVisible ? "visible" : "not visible"}`;
    }
    const once = this.#plan.afterCrash === "record-unknown" && !mode.endsWith("retried");
    if (once && answers.length > 1) return `the application was asked ${answers.length} times`;
    const rounds = found.record.rounds ?? 0;
    if (answers.length < countAnswered(found)) return "the ledger has too many answers";
    const cuts = countCuts(found);
    return answers.length > rounds + cuts + 1
      ? `the application was asked ${answers.length} times in ${rounds} rounds, of which ` +
          `${cuts} were cut off`
      : undefined;
  }

  #isUnknown(found: FoundDelivery): boolean {
    return this.#plan.afterCrash === "record-unknown" && countCuts(found) > 0;
  }

  async #verify(): Promise<void> {
    const store = await openStore({ data: this.#data });
    const report = await store.verify({
      readsBytes: true,
      onFinding: ({ subject, problem }) => this.#mistakes.push(`${subject}: ${problem}`),
    });
    if (report.records === 0) this.#mistakes.push("nothing was verified");
    await store.close();
  }

  #report(ledger: readonly FoundDelivery[]): CallbackKillReport {
    const told: Record<Told, number> = { confirmed: 0, stored: 0, refused: 0, nothing: 0 };
    for (const upload of this.uploads) told[upload.told] += 1;
    const received = [...this.#application.answered.values()];
    const asked = received.reduce((sum, answers) => sum + answers.length, 0);
    const counted = ledger.reduce((sum, found) => sum + countAnswered(found), 0);
    return {
      kills: this.#plan.kills,
      uploads: this.uploads.length,
      told,
      deliveries: ledger.length,
      cutOff: ledger.filter((found) => countCuts(found) > 0).length,
      extraAttempts: asked - counted,
      mistakes: this.#mistakes,
    };
  }
}

function countAnswered({ record }: FoundDelivery): number {
  return record.attempts.filter(({ status }) => status !== undefined).length;
}

/** Whether the sender of the last attempt was killed. */
function endedUnknown({ record }: FoundDelivery): boolean {
  return record.attempts.at(-1)?.reason?.startsWith("outcome unknown") === true;
}

/** Rounds whose sender was killed. */
function countCuts({ record }: FoundDelivery): number {
  return record.attempts.filter(({ reason }) => reason?.startsWith("outcome unknown")).length;
}

async function allOf(deliveries: Deliveries): Promise<readonly FoundDelivery[]> {
  const found: FoundDelivery[] = [];
  let after: string | undefined;
  do {
    const page = await deliveries.list({ after, limit: 1_000 });
    found.push(...page.deliveries);
    after = page.next;
  } while (after !== undefined);
  return found;
}

function ifMissing(cause: unknown): undefined {
  if (!(cause instanceof OssError && cause.status === 404)) throw cause;
}

function pick<T>(from: readonly T[], chance: number): T {
  const [first] = from;
  const picked = from[Math.floor(chance * from.length)] ?? first;
  if (picked === undefined) throw new Error("there is nothing to pick");
  return picked;
}
