// A thread that hashes large streams, seen from the main thread.
import { PieceThread, startThread } from "../../memory/piece-thread.ts";

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

/** The thread's answer to `update` and `digest`. */
export interface HashAnswer {
  readonly stream: number;
  readonly digest?: string;
}

/** One thread for all streams of a process, and one algorithm. */
export class HashThread {
  readonly #thread: PieceThread<HashRequest, HashAnswer>;

  constructor(algorithm: Algorithm) {
    this.#thread = new PieceThread(
      startThread(import.meta.url, "hash-worker", { workerData: algorithm }),
    );
  }

  /** The error that ended the thread; undefined while it runs. */
  get failure(): unknown {
    return this.#thread.failure;
  }

  stream(): ThreadStream {
    const stream = this.#thread.begin();
    return {
      update: async (chunk) => {
        await this.#thread.ask({ kind: "update", stream, chunk });
      },
      digest: async () => {
        const { digest } = await this.#thread.ask({ kind: "digest", stream });
        this.#thread.end(stream);
        if (digest === undefined) throw new Error("the hash thread answered without a digest");
        return digest;
      },
      drop: () => {
        this.#thread.end(stream);
        this.#thread.tell({ kind: "drop", stream });
      },
    };
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
