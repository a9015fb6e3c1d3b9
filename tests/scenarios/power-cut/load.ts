// Loads a store with every kind of write, and marks in the journal what its clients sent and what
// was acknowledged. Each key has one writer, so that its allowed states can be derived.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient, OssError } from "@ossicle/client";
import { seededRandom } from "../faults/kill-tree.ts";
import { servedCredentials } from "../serve.ts";
import { Marks } from "./journal.ts";
import type { Effect, StoreMark } from "./truth.ts";

/** How to load a store. */
export interface LoadPlan {
  readonly journal: string;
  readonly endpoint: string;
  readonly seed: number;
  /**
   * Called before each step with the number of steps that all writers have begun. Returns whether
   * to go on.
   */
  readonly goesOn: (steps: number) => boolean;
  /** Whether some bodies and parts are larger than 32 MiB. */
  readonly isLarge: boolean;
}

const writers = 6;
const keysPerWriter = 2;

/**
 * Sizes of bodies, in bytes: inlined in the database, in a blob of its own, a first part, a second
 * part, and large. Each body adds a number of its own, so that its size identifies it.
 */
const bytes = { small: 100, blob: 40_000, part: 102_400, rest: 1_000, large: 35_000_000 };

const buckets = [
  "plain",
  "versioned",
  "answered",
  "hidden",
  "deleted",
  "retained",
  "expiring",
] as const;
type Bucket = (typeof buckets)[number];

/** A retention that ends long after the images are read. */
const untilLate = { mode: "COMPLIANCE", retainUntilDate: "2099-01-01T00:00:00.000Z" } as const;

/** Whether the application refuses the callback of a body of this size. */
const isRefused = (size: number): boolean => size % 3 === 0;

/** Makes the buckets, and loads the store. Returns how many answers were errors. */
export async function load(plan: LoadPlan): Promise<number> {
  const work = new Load(plan);
  await work.start();
  try {
    await work.prepare();
    await Promise.all(Array.from({ length: writers }, (_, writer) => work.write(writer)));
  } finally {
    work.close();
  }
  return work.errors;
}

class Load {
  readonly #plan: LoadPlan;
  readonly #marks: Marks<StoreMark>;
  readonly #client: Client;
  /** Sizes of versions that are retained or held. */
  readonly #kept = new Set<number>();
  readonly #versions = new Map<string, { readonly size: number; readonly id: string }[]>();
  readonly #application = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const asked = new URLSearchParams(Buffer.concat(chunks).toString());
      const status = this.#decide(asked, String(request.headers["x-oss-request-id"]));
      response.writeHead(status, { "content-length": 2 }).end("{}");
    });
  });
  #count = 0;
  errors = 0;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#marks = new Marks(plan.journal);
    this.#client = createClient({
      endpoint: plan.endpoint,
      region: "cn-hangzhou",
      credentials: servedCredentials,
      attempts: 1,
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#application.listen(0, "127.0.0.1", resolve);
    });
  }

  close(): void {
    this.#application.close();
    this.#application.closeAllConnections();
  }

  async prepare(): Promise<void> {
    const client = this.#client;
    for (const bucket of buckets) await client.putBucket({ bucket });
    await client.putBucketVersioning({ bucket: "versioned", status: "Enabled" });
    for (const bucket of ["versioned", "hidden"]) {
      const rule = { sseAlgorithm: "AES256" };
      await client.putBucketEncryption({ bucket, applyServerSideEncryptionByDefault: rule });
    }
    await client.putBucketVersioning({ bucket: "retained", status: "Enabled" });
    const objectWorm = { bucket: "retained", objectWormEnabled: "Enabled" } as const;
    await client.putBucketObjectWormConfiguration(objectWorm);
    await client.putBucketDeliveryPolicy({ bucket: "hidden", onFailure: "hide" });
    await client.putBucketDeliveryPolicy({ bucket: "deleted", onFailure: "delete" });
  }

  // Answers a callback. An upload is durable before its callback is sent. In the buckets `hidden`
  // and `deleted`, the answer decides whether the object stays.
  #decide(asked: URLSearchParams, delivery: string): number {
    const bucket = asked.get("bucket") as Bucket;
    const key = `${bucket}/${asked.get("key")}`;
    const size = Number(asked.get("size"));
    if (bucket !== "hidden") this.#marks.write({ must: String(size) });
    this.#marks.write({ delivery });
    if (bucket === "hidden" && !isRefused(size)) {
      this.#marks.write({ may: String(size), key, effect: ["put", size] });
    }
    if (bucket === "deleted" && isRefused(size)) {
      this.#marks.write({ may: `drop-${size}`, key, effect: ["drop", size] });
    }
    return isRefused(size) ? 500 : 200;
  }

  async write(writer: number): Promise<void> {
    const random = seededRandom(this.#plan.seed, writer + 1);
    while (this.#plan.goesOn(this.#count)) {
      const bucket = buckets[Math.floor(random() * buckets.length)] ?? "plain";
      const key = `${writer}-${Math.floor(random() * keysPerWriter)}`;
      await this.#step(bucket, key, random).catch(async (cause: unknown) => {
        if (!(cause instanceof OssError) && !(cause instanceof TypeError)) throw cause;
        this.errors += 1; // the step may have happened or not
        await pause(100);
      });
    }
  }

  async #step(bucket: Bucket, key: string, random: () => number): Promise<void> {
    const choice = random();
    if (bucket === "plain") {
      if (choice < 0.6) await this.#put(bucket, key, random);
      else if (choice < 0.75) await this.#remove(bucket, key, ["clear"]);
      else await this.#putInParts(key, random);
    } else if (bucket === "versioned") {
      if (choice < 0.5) await this.#put(bucket, key, random);
      else if (choice < 0.65) await this.#remove(bucket, key, ["add", -1]);
      else await this.#removeVersion(bucket, key, random);
    } else if (bucket === "retained") {
      if (choice < 0.4) await this.#put(bucket, key, random);
      else if (choice < 0.7) await this.#retain(key, random);
      else await this.#removeVersion(bucket, key, random);
    } else if (bucket === "expiring") {
      if (choice < 0.2) await this.#expire();
      else await this.#putExpiring(key, random);
    } else await this.#putCallingBack(bucket, key, random);
  }

  // Retains one version of a key, or holds it. The image must not lose that.
  async #retain(key: string, random: () => number): Promise<void> {
    const name = `retained/${key}`;
    const version = this.#versions.get(name)?.at(-1);
    if (version === undefined) return;
    this.#count += 1;
    const { size, id: versionId } = version;
    const target = { bucket: "retained", key, versionId };
    const by = random() < 0.5 ? "retention" : "hold";
    if (by === "hold") await this.#client.putObjectLegalHold({ ...target, status: "ON" });
    else await this.#client.putObjectRetention({ ...target, ...untilLate });
    this.#kept.add(size);
    this.#marks.write({ kept: name, size, by });
  }

  // Sets the rules again, so that they are applied at once.
  async #expire(): Promise<void> {
    this.#count += 1;
    const expiration = { createdBeforeDate: "2100-01-01T00:00:00.000Z" };
    const nothing = { tags: [], transitions: [], noncurrentVersionTransitions: [] };
    const rule = { ...nothing, prefix: "", status: "Enabled", expiration };
    await this.#client.putBucketLifecycle({ bucket: "expiring", rules: [rule] });
  }

  // Writes a key once. From then on the rules may remove it.
  async #putExpiring(key: string, random: () => number): Promise<void> {
    const size = this.#size(random);
    const name = `${key}-${size}`;
    const step = { key: `expiring/${name}` };
    this.#marks.write({ may: String(size), ...step, effect: ["put", size] });
    this.#marks.write({ may: `expire-${size}`, ...step, effect: ["clear"] });
    await this.#client.putObject({ bucket: "expiring", key: name, body: bodyOf(size) });
    this.#marks.write({ must: String(size) });
  }

  #size(random: () => number): number {
    this.#count += 1;
    const choice = random();
    if (this.#plan.isLarge && choice > 0.97) return bytes.large + this.#count;
    return (choice < 0.6 ? bytes.small : bytes.blob) + this.#count;
  }

  async #put(bucket: Bucket, key: string, random: () => number): Promise<void> {
    const size = this.#size(random);
    const name = `${bucket}/${key}`;
    const isVersioned = bucket === "versioned" || bucket === "retained";
    const effect: Effect = [isVersioned ? "add" : "put", size];
    this.#marks.write({ may: String(size), key: name, effect });
    const { versionId } = await this.#client.putObject({ bucket, key, body: bodyOf(size) });
    this.#marks.write({ must: String(size) });
    if (versionId === undefined) return;
    this.#versions.set(name, [...(this.#versions.get(name) ?? []), { size, id: versionId }]);
  }

  async #remove(bucket: Bucket, key: string, effect: Effect): Promise<void> {
    this.#count += 1;
    const may = `remove-${this.#count}`;
    this.#marks.write({ may, key: `${bucket}/${key}`, effect });
    await this.#client.deleteObject({ bucket, key });
    this.#marks.write({ must: may });
  }

  async #removeVersion(bucket: Bucket, key: string, random: () => number): Promise<void> {
    const name = `${bucket}/${key}`;
    const known = this.#versions.get(name) ?? [];
    const [version] = known.splice(Math.floor(random() * known.length), 1);
    if (version === undefined) return;
    this.#count += 1;
    const may = `drop-${version.size}`;
    // A version that is kept must stay.
    const isKept = this.#kept.has(version.size);
    if (!isKept) this.#marks.write({ may, key: name, effect: ["drop", version.size] });
    try {
      await this.#client.deleteObject({ bucket, key, versionId: version.id });
    } catch (cause) {
      // Also after a retention whose answer was lost.
      if (cause instanceof OssError && cause.code === "FileImmutable") return;
      throw cause;
    }
    if (!isKept) this.#marks.write({ must: may });
  }

  async #putCallingBack(bucket: Bucket, key: string, random: () => number): Promise<void> {
    const size = this.#size(random);
    const { port } = this.#application.address() as AddressInfo;
    const callback = {
      url: `http://127.0.0.1:${port}/`,
      body: "bucket=${bucket}&key=${object}&size=${size}",
    };
    const step = { may: String(size), key: `${bucket}/${key}`, effect: ["put", size] } as const;
    if (bucket !== "hidden") this.#marks.write(step);
    try {
      await this.#client.putObject({ bucket, key, body: bodyOf(size), callback });
    } catch (cause) {
      if (!(cause instanceof OssError)) throw cause;
      if (cause.status === 424) {
        if (bucket === "deleted") this.#marks.write({ must: `drop-${size}` });
        return;
      }
      if (cause.status !== 203) throw cause;
    }
    this.#marks.write({ must: String(size) });
  }

  async #putInParts(key: string, random: () => number): Promise<void> {
    const number = (this.#count += 1);
    const client = this.#client;
    const target = { bucket: "plain", key };
    const encryption = random() < 0.5 ? {} : { serverSideEncryption: "AES256" };
    const { uploadId } = await client.initiateMultipartUpload({ ...target, ...encryption });
    this.#marks.write({ upload: uploadId, is: "there" });
    const first = this.#plan.isLarge && random() > 0.8 ? bytes.large : bytes.part;
    const sizes = [first, bytes.rest + number];
    const parts = [];
    for (const [at, size] of sizes.entries()) {
      const part = { ...target, uploadId, partNumber: at + 1, body: bodyOf(size) };
      const { etag } = await client.uploadPart(part);
      this.#marks.write({ upload: uploadId, part: at + 1, bytes: size });
      parts.push({ partNumber: at + 1, etag });
    }
    this.#marks.write({ upload: uploadId, is: "ending" });
    if (random() < 0.3) await client.abortMultipartUpload({ ...target, uploadId });
    else {
      const size = first + bytes.rest + number;
      const may = uploadId;
      this.#marks.write({ may, key: `plain/${key}`, effect: ["put", size] });
      await client.completeMultipartUpload({ ...target, uploadId, parts });
      this.#marks.write({ must: may });
    }
    this.#marks.write({ upload: uploadId, is: "gone" });
  }
}

function bodyOf(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).fill(size % 251);
}
