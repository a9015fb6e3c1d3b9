// A store inside a test process: one line, a free port, a temporary folder, and a way to wait for callbacks.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credentials } from "@ossicle/protocol";
import { pino } from "pino";
import type { Delivery, DeliveryOutcome } from "./callback/delivery.ts";
import { type Configuration, readConfiguration } from "./configuration.ts";
import { type RunningServer, type ServerOverrides, startServer } from "./main.ts";
import { eraseEverything } from "./objects/erase.ts";

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
    /** The next callback that has an outcome; one that nobody waited for is kept. */
    readonly next: () => Promise<SentCallback>;
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
 * const client = createClient({ endpoint: store.url, region: store.region, credentials: store.credentials });
 */
export async function startStore(options: StartStoreOptions = {}): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-"));
  const { configuration, server } = await startIn(folder, options).catch(async (cause: unknown) => {
    // Parts that opened beside the one that failed may still be at it.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    throw cause;
  });
  const queue = new CallbackQueue();
  const stopListening = server.services.callbacks.listen((delivery, outcome) =>
    queue.push(delivery, outcome),
  );
  return {
    url: server.url,
    region: configuration.region,
    credentials: server.credentials.credentials,
    server,
    callbacks: { next: () => queue.next() },
    reset: async () => {
      queue.clear();
      await eraseEverything(server.services);
    },
    close: async () => {
      stopListening();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
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

class CallbackQueue {
  #sent: SentCallback[] = [];
  #waiting: ((sent: SentCallback) => void)[] = [];

  push({ id, record, body }: Delivery, outcome: DeliveryOutcome): void {
    const sent: SentCallback = {
      id,
      bucket: record.bucket,
      key: record.key,
      urls: record.urls,
      body: body.toString(),
      outcome,
    };
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#sent.push(sent);
    else waiting(sent);
  }

  next(): Promise<SentCallback> {
    const sent = this.#sent.shift();
    if (sent !== undefined) return Promise.resolve(sent);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  clear(): void {
    this.#sent = [];
    this.#waiting = [];
  }
}
