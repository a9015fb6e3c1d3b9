// A store inside a test process: one line, a free port, a temporary folder, and a way to wait for
// callbacks.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "@ossicle/protocol";
import { pino } from "pino";
import { FaultyTransport } from "./faults.ts";
import type { Transport } from "../callback/sending/transport.ts";
import type { Configuration } from "../configuration/settings.ts";
import { readConfiguration } from "../configuration/read-configuration.ts";
import type { ServerOverrides } from "../server-overrides.ts";
import { type RunningServer, startServer } from "../start-server.ts";
import { eraseEverything } from "../objects/buckets/erase.ts";
import type { Delivery, DeliveryOutcome } from "../callback/deliveries/delivery.ts";

/** What may be different from an ordinary store. */
export interface StartStoreOptions extends ServerOverrides {
  /** Settings by name, as in `ossicle serve`'s configuration file. */
  readonly settings?: Readonly<Partial<Record<keyof Configuration, string>>>;
}

/** A callback that has been sent. */
export interface SentCallback {
  /** The upload's request id. */
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly urls: readonly string[];
  /** The rendered body. */
  readonly body: string;
  readonly outcome: DeliveryOutcome;
}

/** A store for tests. */
export interface TestStore {
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly server: RunningServer;
  readonly callbacks: {
    /**
     * The next callback with an outcome; one that had its outcome before the call is kept. Rejects
     * when there is none within `timeoutMs`, 10 s by default, or when the store is closed.
     */
    readonly next: (options?: { readonly timeoutMs?: number }) => Promise<SentCallback>;
    // Each of these is about the next attempt that has no fault yet: one URL of one round of a
    // callback.
    /**
     * The next attempt fails as though the application had answered a status from 100 to 599 except
     * 200; 500 by default.
     */
    readonly failNext: (status?: number) => void;
    /** The next attempt is sent after some milliseconds, which count against its five seconds. */
    readonly delayNext: (ms: number) => void;
    /** The next attempt's connection breaks; the application gets nothing. */
    readonly dropNext: () => void;
    /**
     * The next attempt is answered with this JSON; the application gets nothing, and need not be
     * there.
     */
    readonly answerNext: (body: unknown) => void;
  };
  /** Removes all buckets, objects and deliveries. */
  readonly reset: () => Promise<void>;
  /** Stops the store and removes its folder. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a store on a free loopback port with a temporary folder.
 * @example
 * const store = await startStore();
 * const { url: endpoint, region, credentials } = store;
 * const client = createClient({ endpoint, region, credentials });
 */
export async function startStore(options: StartStoreOptions = {}): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-"));
  let faults: FaultyTransport | undefined;
  const wrapTransport = (transport: Transport): Transport => {
    faults = new FaultyTransport(options.wrapTransport?.(transport) ?? transport);
    return faults;
  };
  const { configuration, server } = await startIn(folder, { ...options, wrapTransport }).catch(
    async (cause: unknown) => {
      // Parts that were opened at the same time as the failed one may still be writing.
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
      throw cause;
    },
  );
  const queue = new CallbackQueue();
  const stopListening = server.services.callbacks.listen((delivery, outcome) =>
    queue.push(delivery, outcome),
  );
  return {
    url: server.url,
    region: configuration.region,
    credentials: server.credentials.credentials,
    server,
    callbacks: {
      next: ({ timeoutMs = defaultNextMs } = {}) => queue.next(timeoutMs),
      failNext: (status = 500) => {
        if (!isFailingStatus(status)) {
          throw new RangeError(`failNext(${status}): expected 100 to 599, except 200`);
        }
        faults?.put({ kind: "fail", status });
      },
      delayNext: (ms) => faults?.put({ kind: "delay", ms }),
      dropNext: () => faults?.put({ kind: "drop" }),
      answerNext: (body) => faults?.put({ kind: "answer", body }),
    },
    reset: async () => {
      queue.clear();
      faults?.clear();
      await eraseEverything(server.services);
    },
    close: async () => {
      stopListening();
      queue.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isFailingStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599 && status !== 200;
}

async function startIn(
  folder: string,
  options: StartStoreOptions,
): Promise<{ readonly configuration: Configuration; readonly server: RunningServer }> {
  const configuration = readConfiguration({
    flags: {},
    env: {},
    file: { data: folder, port: "0", callbackKeyBits: "1024", ...options.settings },
  });
  const log = pino({ level: "silent" });
  return { configuration, server: await startServer(configuration, { log, ...options }) };
}

/** How long {@link TestStore.callbacks} waits for the next callback, in milliseconds. */
const defaultNextMs = 10_000;

const closedReason = "the store was closed before a callback came";

/** A caller that waits for a callback. */
interface Waiting {
  readonly take: (sent: SentCallback) => void;
  readonly fail: (why: string) => void;
}

class CallbackQueue {
  #sent: SentCallback[] = [];
  #isClosed = false;
  readonly #waiting = new Set<Waiting>();

  push({ id, record, body }: Delivery, outcome: DeliveryOutcome): void {
    const sent: SentCallback = {
      id,
      bucket: record.bucket,
      key: record.key,
      urls: record.urls,
      body: body.toString(),
      outcome,
    };
    const [waiting] = this.#waiting;
    if (waiting === undefined) this.#sent.push(sent);
    else waiting.take(sent);
  }

  next(timeoutMs: number): Promise<SentCallback> {
    const sent = this.#sent.shift();
    if (sent !== undefined) return Promise.resolve(sent);
    if (this.#isClosed) return Promise.reject(new Error(closedReason));
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        take: (found) => {
          end();
          resolve(found);
        },
        fail: (why) => {
          end();
          reject(new Error(why));
        },
      };
      const why = `no callback had an outcome within ${timeoutMs} ms`;
      const timer = setTimeout(() => waiting.fail(why), timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  /** Rejects the callers that wait. Later callers get what is queued, and then an error. */
  close(): void {
    this.#isClosed = true;
    for (const { fail } of this.#waiting) fail(closedReason);
  }

  /** Drops the callbacks that were sent; callers that wait go on waiting. */
  clear(): void {
    this.#sent = [];
  }
}
