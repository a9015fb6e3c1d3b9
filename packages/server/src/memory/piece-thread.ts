// A thread that works on the pieces of streams, seen from the main thread. Pieces are shared
// memory, so nothing is copied.
import { type ResourceLimits, Worker } from "node:worker_threads";

/** A message to a thread, about one of its streams. */
export interface StreamMessage {
  readonly stream: number;
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

/** One thread for all streams of a process. It answers the requests of a stream in their order. */
export class PieceThread<Request extends StreamMessage, Answer extends StreamMessage> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Answer>[]>();
  #streams = 0;
  #failure: unknown;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => {
      this.#waiting.get(answer.stream)?.shift()?.resolve(answer);
    });
    this.#worker.on("error", (cause) => this.#fail(cause));
    this.#worker.on("exit", () => this.#fail(new Error("the thread has ended")));
  }

  /** The error that ended the thread; undefined while it runs. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Begins a stream, and returns its number. */
  begin(): number {
    this.#streams += 1;
    this.#waiting.set(this.#streams, []);
    return this.#streams;
  }

  /** Ends a stream. Answers that are still to come are dropped, and more requests fail. */
  end(stream: number): void {
    this.#waiting.delete(stream);
  }

  /** Sends a request that is answered. */
  ask(request: Request): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const list = this.#waiting.get(request.stream);
    if (list === undefined) return Promise.reject(new Error("the stream has ended"));
    return new Promise((resolve, reject) => {
      list.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  /** Sends a request that is not answered. */
  tell(request: Request): void {
    this.#worker.postMessage(request);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
    for (const list of this.#waiting.values()) for (const one of list) one.reject(cause);
    this.#waiting.clear();
  }
}

/**
 * Copies bytes for a message. A view takes its whole buffer along, and those of lent memory and of
 * short Node buffers hold bytes of others too.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Heap limits in MiB of a thread that allocates almost no objects. */
const smallHeap: ResourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

/** What a thread gets. */
export interface ThreadOptions {
  readonly workerData?: unknown;
  readonly resourceLimits?: ResourceLimits;
}

/**
 * Starts a thread from the file `name`, which lies beside the module with the URL `beside`. Node 20
 * cannot load a TypeScript file as a thread: in development tsx does it.
 */
export function startThread(
  beside: string,
  name: string,
  { workerData, resourceLimits = smallHeap }: ThreadOptions = {},
): Worker {
  if (!beside.endsWith(".ts")) {
    return new Worker(new URL(`./${name}.js`, beside), { workerData, resourceLimits });
  }
  const source = new URL(`./${name}.ts`, beside).href;
  const then = `({ tsImport }) => tsImport("${source}", "${beside}")`;
  return new Worker(`import("tsx/esm/api").then(${then})`, { eval: true, workerData });
}
