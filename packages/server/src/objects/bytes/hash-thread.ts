// A thread that hashes large streams, seen from the main thread. Chunks are shared memory, so
// nothing is copied.
import { Worker } from "node:worker_threads";

/** What a thread computes. */
export type Algorithm = "md5" | "crc64";

/** One stream on one thread. */
export interface ThreadStream {
  /** Takes the next bytes; they may be reused when it resolves. */
  readonly update: (chunk: Uint8Array) => Promise<void>;
  /** The digest in hex. */
  readonly digest: () => Promise<string>;
  readonly drop: () => void;
}

/** A message to the thread. */
export type HashRequest =
  | { readonly kind: "update"; readonly stream: number; readonly chunk: Uint8Array }
  | { readonly kind: "digest" | "drop"; readonly stream: number };

/** The thread's answer to `update` and `digest`, in the order of the requests of a stream. */
export interface HashAnswer {
  readonly stream: number;
  readonly digest?: string;
}

interface Waiting {
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (cause: unknown) => void;
}

/** One thread for all streams of a process, and one algorithm. */
export class HashThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting[]>();
  #streams = 0;
  /** The error that ended the thread; undefined while it runs. */
  failure: unknown;

  constructor(algorithm: Algorithm) {
    this.#worker = startWorker(algorithm);
    this.#worker.unref();
    this.#worker.on("message", (answer: HashAnswer) => {
      this.#waiting.get(answer.stream)?.shift()?.resolve(answer);
    });
    this.#worker.on("error", (cause) => {
      this.failure = cause;
      for (const list of this.#waiting.values()) for (const one of list) one.reject(cause);
      this.#waiting.clear();
    });
  }

  stream(): ThreadStream {
    this.#streams += 1;
    const stream = this.#streams;
    this.#waiting.set(stream, []);
    return {
      update: async (chunk) => {
        await this.#ask({ kind: "update", stream, chunk });
      },
      digest: async () => {
        const { digest } = await this.#ask({ kind: "digest", stream });
        this.#waiting.delete(stream);
        if (digest === undefined) throw new Error("the hash thread answered without a digest");
        return digest;
      },
      drop: () => {
        this.#waiting.delete(stream);
        this.#worker.postMessage({ kind: "drop", stream } satisfies HashRequest);
      },
    };
  }

  #ask(request: HashRequest): Promise<HashAnswer> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.#waiting.get(request.stream)?.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Heap limits of a thread, in MiB. Hashing allocates almost no objects. */
const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 } as const;

// Node 20 cannot load a TypeScript file as a thread: in development tsx does it.
function startWorker(algorithm: Algorithm): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./hash-worker.js", import.meta.url), {
      workerData: algorithm,
      resourceLimits,
    });
  const source = new URL("./hash-worker.ts", import.meta.url).href;
  const load =
    `import("tsx/esm/api")` +
    `.then(({ tsImport }) => tsImport("${source}", "${import.meta.url}"))`;
  return new Worker(load, { eval: true, workerData: algorithm });
}
