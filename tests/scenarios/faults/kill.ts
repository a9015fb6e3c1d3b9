// Kills a loaded store at a random moment, again and again, and reconciles what was acknowledged
// with what is there.
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  allUploads,
  CallbackFailedError,
  type Client,
  createClient,
  OssError,
} from "@ossicle/client";
import { type Entry, openFileBlobStore, openLmdbMetadataStore } from "@ossicle/store";
import { entriesOf } from "../../../packages/server/src/objects/records/entries-of.ts";
import {
  deliveryRecords,
  type KeyLetter,
  keySpace,
  pageRecords,
  referenceRecords,
} from "../../../packages/server/src/objects/records/key-space.ts";
import { answerJson, type Application, startApplication } from "../application.ts";
import { serveFolder, servedCredentials } from "../serve.ts";
import { killTree, momentToKill, seededRandom } from "./kill-tree.ts";
import { startAhead } from "./start-ahead.ts";

/** How much to do. */
export interface KillPlan {
  readonly kills: number;
  readonly seed: number;
  /** Called after each round. */
  readonly onRound?: (round: number, acknowledged: number) => void;
}

/** What was found. */
export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  /** Of these, completed uploads in parts. */
  readonly completed: number;
  readonly objectsChecked: number;
  readonly callbacksAcknowledged: number;
  readonly deliveriesChecked: number;
  /** Deliveries that the application saw more than once, always with the same id. */
  readonly repeatedDeliveries: number;
  /** One sentence each. Empty when the store has lost nothing. */
  readonly mistakes: readonly string[];
}

const bucket = "faults";
const writers = 12;
const keysPerWriter = 6;

/** Size of a first part: the smallest that OSS takes. */
const partBytes = 102_400;

/** A key's state for its writer: the last acknowledged body, and the bodies tried since. */
interface KeyState {
  acknowledged: string | undefined;
  deleted: boolean;
  tried: (string | undefined)[];
}

/** Runs the plan. */
export async function killAgainAndAgain(plan: KillPlan): Promise<KillReport> {
  const data = await mkdtemp(join(tmpdir(), "ossicle-faults-"));
  const application = await startApplication((response) => answerJson(response));
  const run = new KillRun(plan, data, application);
  try {
    for (let round = 0; round < plan.kills; round += 1) {
      await run.round(round);
      plan.onRound?.(round, run.acknowledged);
    }
    return await run.finish();
  } finally {
    await application.close();
    await rm(data, { recursive: true, force: true });
  }
}

class KillRun {
  readonly #plan: KillPlan;
  readonly #data: string;
  readonly #application: Application;
  readonly #keys = new Map<string, KeyState>();
  readonly #answeredIds: string[] = [];
  readonly #mistakes: string[] = [];
  /** Random numbers for the kills. */
  readonly #random: () => number;
  /** Random numbers for each writer. */
  readonly #chances: readonly (() => number)[];
  #objectsChecked = 0;
  #stopped = false;
  #completed = 0;
  acknowledged = 0;

  constructor(plan: KillPlan, data: string, application: Application) {
    this.#plan = plan;
    this.#data = data;
    this.#application = application;
    this.#random = seededRandom(plan.seed);
    this.#chances = Array.from({ length: writers }, (_, writer) =>
      seededRandom(plan.seed, writer + 1),
    );
  }

  async round(round: number): Promise<void> {
    const workers = round % 2 === 0 ? "1" : "2";
    const served = await serveFolder(this.#data, ["--workers", workers, "--log-level", "warn"]);
    const client = createClient({
      endpoint: served.url,
      region: "cn-hangzhou",
      credentials: servedCredentials,
      attempts: 1,
    });
    let work: readonly Promise<void>[] = [];
    this.#stopped = false;
    try {
      await client.putBucket({ bucket });
      await this.#check(client);
      work = this.#chances.map((random, writer) => this.#write(client, writer, random));
      await momentToKill(this.#random, () => this.acknowledged);
    } finally {
      this.#stopped = true;
      // Kill the primary and its workers at the same moment, so that no worker can still finish a
      // request.
      killTree(served.child);
      await Promise.all(work);
    }
    const how = await served.exited;
    if (how !== "SIGKILL") this.#mistakes.push(`the store ended by itself: ${how}`);
  }

  async #write(client: Client, writer: number, random: () => number): Promise<void> {
    for (let step = 0; !this.#stopped; step += 1) {
      const key = `${writer}/${Math.floor(random() * keysPerWriter)}`;
      const state = this.#keys.get(key) ?? { acknowledged: undefined, deleted: true, tried: [] };
      this.#keys.set(key, state);
      const choice = random();
      if (choice < 0.1) await this.#delete(client, key, state);
      else if (choice < 0.25) await this.#uploadInParts(client, { key, state, step, random });
      else await this.#put(client, { key, state, choice, step, random });
    }
  }

  async #put(
    client: Client,
    one: {
      readonly key: string;
      readonly state: KeyState;
      readonly choice: number;
      readonly step: number;
      readonly random: () => number;
    },
  ): Promise<void> {
    const { key, state, choice, step, random } = one;
    const size =
      choice < 0.7 ? Math.floor(random() * 9_000) : 40_000 + Math.floor(random() * 900_000);
    const body = `${key}:${this.#plan.seed}:${step}:${random()}:`.padEnd(size, "x");
    const callback = choice > 0.4 && choice < 0.6;
    state.tried.push(body);
    try {
      const result = await client.putObject({
        bucket,
        key,
        body,
        ...(callback
          ? { callback: { url: this.#application.url, body: "object=${object}&id=${reqId}" } }
          : {}),
      });
      this.#acknowledge(state, body);
      if (callback && result.requestId !== undefined) this.#answeredIds.push(result.requestId);
    } catch (cause) {
      if (cause instanceof CallbackFailedError) this.#acknowledge(state, body);
      else if (cause instanceof OssError && cause.status !== 503)
        this.#mistakes.push(`a PUT answered ${cause.code}`);
    }
  }

  // Two parts, sometimes the first one twice; a kill may fall between any two requests.
  async #uploadInParts(
    client: Client,
    one: {
      readonly key: string;
      readonly state: KeyState;
      readonly step: number;
      readonly random: () => number;
    },
  ): Promise<void> {
    const { key, state, step, random } = one;
    const body = `${key}:${this.#plan.seed}:${step}:parts:${random()}:`.padEnd(
      partBytes + 1 + Math.floor(random() * 5_000),
      "p",
    );
    const cuts = [body.slice(0, partBytes), body.slice(partBytes)];
    try {
      const { uploadId } = await client.initiateMultipartUpload({ bucket, key });
      const name = { bucket, key, uploadId };
      if (random() < 0.3) {
        await client.uploadPart({ ...name, partNumber: 1, body: "replaced".repeat(20_000) });
      }
      const parts = await Promise.all(
        cuts.map(async (cut, at) => {
          const { etag } = await client.uploadPart({ ...name, partNumber: at + 1, body: cut });
          return { partNumber: at + 1, etag };
        }),
      );
      state.tried.push(body);
      await client.completeMultipartUpload({ ...name, parts });
      this.#completed += 1;
      this.#acknowledge(state, body);
    } catch (cause) {
      if (cause instanceof OssError && cause.status !== 503)
        this.#mistakes.push(`an upload in parts answered ${cause.code}`);
    }
  }

  #acknowledge(state: KeyState, body: string): void {
    this.acknowledged += 1;
    state.acknowledged = body;
    state.deleted = false;
    state.tried = [];
  }

  async #delete(client: Client, key: string, state: KeyState): Promise<void> {
    state.tried.push(undefined);
    try {
      await client.deleteObject({ bucket, key });
      this.acknowledged += 1;
      state.acknowledged = undefined;
      state.deleted = true;
      state.tried = [];
    } catch (cause) {
      if (cause instanceof OssError && cause.status !== 503)
        this.#mistakes.push(`a DELETE answered ${cause.code}`);
    }
  }

  /**
   * Checks that every key holds its last acknowledged body, or one that was tried after it, and
   * that no body is incomplete.
   */
  async #check(client: Client): Promise<void> {
    for (const [key, state] of this.#keys) {
      this.#objectsChecked += 1;
      const found = await this.#read(client, key);
      const allowed = [state.deleted ? undefined : state.acknowledged, ...state.tried];
      if (!allowed.includes(found)) {
        this.#mistakes.push(
          `${key} holds ${found?.slice(0, 40) ?? "nothing"}, which none of its last writes left`,
        );
      }
      state.acknowledged = found;
      state.deleted = found === undefined;
      state.tried = [];
    }
  }

  async #read(client: Client, key: string): Promise<string | undefined> {
    try {
      const got = await client.getObject({ bucket, key });
      const bytes = await got.bytes();
      if (etagOf(bytes, got.etag) !== got.etag) this.#mistakes.push(`${key} does not fit its ETag`);
      return Buffer.from(bytes).toString();
    } catch (cause) {
      if (cause instanceof OssError && cause.code === "NoSuchKey") return undefined;
      throw cause;
    }
  }

  /**
   * After the last kill: sends the deliveries that were cut off, sweeps garbage, and checks that
   * nothing else is gone.
   */
  async finish(): Promise<KillReport> {
    const later = 2 * 86_400_000; // leases and intents are over, garbage is old
    const server = await startAhead(this.#data, () => Date.now() + later);
    for (let step = 0; step < 50; step += 1) await server.services.callbacks.takeOver();
    const client = createClient({
      endpoint: server.url,
      region: "cn-hangzhou",
      credentials: servedCredentials,
      now: () => Date.now() + later,
    });
    for await (const { key, uploadId } of allUploads(client.connection, { bucket })) {
      await client.abortMultipartUpload({ bucket, key, uploadId }); // begun, and cut off
    }
    for (let round = 0; round < 4; round += 1) await server.sweeper.sweep();
    await this.#check(client);
    await server.close();
    const deliveriesChecked = await this.#checkRecords();
    const seen = this.#application.received.map(({ headers }) =>
      String(headers["x-oss-request-id"]),
    );
    const distinct = new Set(seen);
    for (const id of this.#answeredIds) {
      if (!distinct.has(id))
        this.#mistakes.push(`the application never saw ${id}, whose uploader was answered`);
    }
    return {
      kills: this.#plan.kills,
      acknowledged: this.acknowledged,
      completed: this.#completed,
      objectsChecked: this.#objectsChecked,
      callbacksAcknowledged: this.#answeredIds.length,
      deliveriesChecked,
      repeatedDeliveries: seen.length - distinct.size,
      mistakes: this.#mistakes,
    };
  }

  async #checkRecords(): Promise<number> {
    const metadata = await openLmdbMetadataStore({ folder: join(this.#data, "metadata") });
    const blobs = await openFileBlobStore(join(this.#data, "blobs"));
    const sent = new Set(
      this.#application.received.map(({ headers }) => String(headers["x-oss-request-id"])),
    );
    const all = async (letter: KeyLetter): Promise<readonly Omit<Entry, "payload">[]> => {
      const found: Omit<Entry, "payload">[] = [];
      for await (const entry of entriesOf(metadata, keySpace[letter].range())) found.push(entry);
      return found;
    };
    const hex = ([id]: readonly [Uint8Array, ...unknown[]]): string =>
      Buffer.from(id).toString("hex");
    const deliveries = await all("l");
    for (const { key, value } of deliveries) {
      const id = hex(deliveryRecords.partsOf(key));
      const { state } = deliveryRecords.decode(value);
      if (state !== "delivered") this.#mistakes.push(`delivery ${id} is ${state}`);
      if (!sent.has(id.toUpperCase()))
        this.#mistakes.push(`delivery ${id} never reached the application`);
    }
    for (const letter of ["i", "z", "q", "u", "p"] as const) {
      const left = await all(letter);
      if (left.length > 0)
        this.#mistakes.push(`${left.length} records under ${letter} are never swept`);
    }
    const referred = new Set((await all("r")).map(({ key }) => hex(referenceRecords.partsOf(key))));
    const manifests = new Set((await all("x")).map(({ key }) => hex(pageRecords.partsOf(key))));
    for (const id of manifests) if (!referred.has(id)) this.#mistakes.push(`manifest ${id} leaks`);
    const used = new Set([...referred].filter((ref) => !manifests.has(ref)));
    const there = new Set<string>();
    for await (const { ref } of blobs.scan()) there.add(Buffer.from(ref).toString("hex"));
    for (const ref of used) if (!there.has(ref)) this.#mistakes.push(`blob ${ref} is missing`);
    for (const ref of there) if (!used.has(ref)) this.#mistakes.push(`blob ${ref} leaks`);
    await metadata.close();
    return deliveries.length;
  }
}

/** The ETag that bytes must have. For an upload in parts it ends in the number of parts. */
function etagOf(bytes: Uint8Array, etag: string): string {
  const md5 = (part: Uint8Array): string =>
    createHash("md5").update(part).digest("hex").toUpperCase();
  if (!etag.endsWith("-2")) return md5(bytes);
  const digests = md5(bytes.subarray(0, partBytes)) + md5(bytes.subarray(partBytes));
  return `${md5(Buffer.from(digests))}-2`;
}
