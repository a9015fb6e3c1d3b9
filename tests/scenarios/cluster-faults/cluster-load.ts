// Uploads through several nodes while their engines fail, and reconciles what the clients were told
// with what is stored and with what the application received.
import { setTimeout as pause } from "node:timers/promises";
import { type Client, OssError } from "@ossicle/client";
import type { Application } from "../application.ts";
import { seededRandom } from "../faults/kill-tree.ts";

/** The bucket that the load uses. */
export const loadBucket = "load";

/** Clients that work at the same time. */
const writers = 4;

/** Pause after each request, in milliseconds: it bounds what a long run stores. */
const pauseMs = 40;

/** Keys that each writer overwrites and deletes. The others are written once. */
const sharedKeys = 5;

/** Longest time of a request before it counts as hanging, in milliseconds. */
const mostMs = 30_000;

/** What a client was told about a write. `unknown`: it may have happened, or may happen later. */
type Told = "stored" | "unknown";

interface Write {
  readonly id: string;
  readonly key: string;
  /** The body's length; undefined for a deletion. */
  readonly length: number | undefined;
  readonly told: Told;
}

/** What happened. */
export interface LoadReport {
  readonly uploads: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly reads: number;
  /** Number of failed requests by status, or by the error of the connection. */
  readonly failures: Readonly<Record<string, number>>;
  /** The slowest request, in milliseconds. */
  readonly slowestMs: number;
}

/** Load on a cluster. */
export class ClusterLoad {
  readonly #clients: () => readonly Client[];
  readonly #application: Application;
  readonly #seed: number;
  readonly #writes: Write[] = [];
  readonly #failures = new Map<string, number>();
  readonly mistakes: string[] = [];
  #slowestMs = 0;
  #reads = 0;
  #isOver = false;
  #work: Promise<unknown> = Promise.resolve();

  /** `clients` are those of the nodes that serve at the moment. */
  constructor(clients: () => readonly Client[], application: Application, seed: number) {
    this.#clients = clients;
    this.#application = application;
    this.#seed = seed;
  }

  /** Starts the writers. */
  start(): void {
    this.#work = Promise.all(Array.from({ length: writers }, (_, who) => this.#write(who)));
  }

  /** Ends the writers. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  /** How many uploads were acknowledged. */
  get acknowledged(): number {
    return this.#writes.filter(({ told, length }) => told === "stored" && length !== undefined)
      .length;
  }

  async #write(who: number): Promise<void> {
    const random = seededRandom(this.#seed, who);
    for (let at = 0; !this.#isOver; at += 1) {
      const id = `${who}-${at}`;
      const isShared = random() < 0.3;
      const key = isShared ? `shared/${who}/${Math.floor(random() * sharedKeys)}` : `once/${id}`;
      const deletes = isShared && random() < 0.2;
      const large = 100_000 + Math.floor(random() * 400_000);
      const length = deletes ? undefined : random() < 0.9 ? 2_000 : large;
      const told = await this.#tell(random, (client) =>
        length === undefined
          ? client.deleteObject({ bucket: loadBucket, key })
          : client.putObject({
              bucket: loadBucket,
              key,
              body: bodyOf(id, length),
              callback: {
                url: this.#application.url,
                body: "id=${x:id}",
                variables: { "x:id": id },
              },
            }),
      );
      this.#writes.push({ id, key, length, told });
      if (random() < 0.3) await this.#readOne(random);
      await pause(pauseMs);
    }
  }

  // Reads an upload that was acknowledged and whose key is written once.
  async #readOne(random: () => number): Promise<void> {
    const chosen = this.#writes[Math.floor(random() * this.#writes.length)];
    if (chosen?.told !== "stored" || !chosen.key.startsWith("once/")) return;
    await this.#tell(random, async (client) => {
      const found = await readBody(client, chosen.key);
      this.#reads += 1;
      if (found !== contentOf(chosen)) {
        this.mistakes.push(`${chosen.key} was acknowledged, and read as ${found ?? "missing"}`);
      }
    });
  }

  async #tell(random: () => number, act: (client: Client) => Promise<unknown>): Promise<Told> {
    const clients = this.#clients();
    const client = clients[Math.floor(random() * clients.length)];
    if (client === undefined) {
      await pause(100); // no node serves
      return "unknown";
    }
    const began = performance.now();
    try {
      await act(client);
      return "stored";
    } catch (cause) {
      if (cause instanceof OssError && cause.status === 203) return "stored";
      this.#count(cause);
      return "unknown";
    } finally {
      const tookMs = performance.now() - began;
      this.#slowestMs = Math.max(this.#slowestMs, tookMs);
      if (tookMs > mostMs) this.mistakes.push(`a request took ${Math.round(tookMs)} ms`);
    }
  }

  #count(cause: unknown): void {
    const name =
      cause instanceof OssError ? `${cause.status} ${cause.code}` : "a broken connection";
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1);
    const isExpected = !(cause instanceof OssError) || cause.status === 503;
    if (!isExpected) this.mistakes.push(`a request was answered ${name}: ${cause.message}`);
  }

  /** Compares what is stored, read through one node, with what the clients were told. */
  async judge(client: Client): Promise<void> {
    const byKey = new Map<string, Write[]>();
    for (const write of this.#writes) {
      byKey.set(write.key, [...(byKey.get(write.key) ?? []), write]);
    }
    const keys = [...byKey];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let next = keys.pop(); next !== undefined; next = keys.pop()) {
          const [key, writes] = next;
          const found = await readBody(client, key);
          const wrong = judgeKey(writes, found);
          if (wrong !== undefined) this.mistakes.push(`${key}: ${wrong}`);
        }
      }),
    );
    const received = new Set(this.#application.received.map(({ body }) => body));
    for (const { id, key, length, told } of this.#writes) {
      if (told !== "stored" || length === undefined || received.has(`id=${id}`)) continue;
      this.mistakes.push(`${key} was acknowledged, and the application received no callback`);
    }
  }

  report(): LoadReport {
    return {
      uploads: this.#writes.filter(({ length }) => length !== undefined).length,
      acknowledged: this.acknowledged,
      unknown: this.#writes.filter(({ told }) => told === "unknown").length,
      reads: this.#reads,
      failures: Object.fromEntries(this.#failures),
      slowestMs: Math.round(this.#slowestMs),
    };
  }
}

// A write of unknown outcome may take effect at any later time.
function judgeKey(writes: readonly Write[], found: string | undefined): string | undefined {
  const last = writes.findLast(({ told }) => told === "stored");
  const possible = [last, ...writes.filter(({ told }) => told === "unknown")];
  if (possible.some((write) => contentOf(write) === found)) return undefined;
  return `it is ${found ?? "missing"}, and should be ${contentOf(last) ?? "missing"}`;
}

// The body is long, so its id and length stand for it.
function contentOf(write: Write | undefined): string | undefined {
  return write?.length === undefined ? undefined : `${write.id} of ${write.length} bytes`;
}

function bodyOf(id: string, length: number): Buffer<ArrayBuffer> {
  return Buffer.alloc(length, `${id}|`);
}

async function readBody(client: Client, key: string): Promise<string | undefined> {
  try {
    const bytes = await (await client.getObject({ bucket: loadBucket, key })).bytes();
    const [id = ""] = Buffer.from(bytes.subarray(0, 64)).toString().split("|");
    const isWhole = Buffer.from(bytes).equals(bodyOf(id, bytes.length));
    return isWhole ? `${id} of ${bytes.length} bytes` : "damaged";
  } catch (cause) {
    if (cause instanceof OssError && cause.code === "NoSuchKey") return undefined;
    throw cause;
  }
}
