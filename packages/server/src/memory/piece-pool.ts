// The memory for bodies on their way from sockets to the disk and the hash: pieces of one size,
// allocated once, shared by all uploads of a process. The memory is shared between threads, so that
// the hash thread reads it without a copy. It is memory of WebAssembly, which begins at a page, so
// that the blob store can write it past the page cache.
import { OssError } from "@ossicle/protocol";

/**
 * Bytes of a piece: they go to the disk and to the hash together. The blob store writes pieces of
 * this length past the page cache (file-blob-store.ts).
 */
export const pieceBytes = 1_048_576;

// Node's types lack WebAssembly.
declare const WebAssembly: {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
};

/** Memory of WebAssembly that threads share. It begins at a page. */
interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  readonly grow: (pages: number) => number;
}

/** Pages of WebAssembly, of 64 KiB each, that a piece takes. */
const wasmPagesOfPiece = pieceBytes / 65_536;

/** Pieces in one memory of WebAssembly: 1 GiB. WebAssembly allows at most 4 GiB. */
const piecesOfMemory = 1_024;

/**
 * Longest wait for a piece, in milliseconds. The upload is then refused. OSS documents no limit. A
 * disk that takes longer than this is failing.
 */
const maxWaitMs = 30_000;

/** Value of Retry-After for a request that got no memory, in seconds. */
const retryAfterSeconds = 5;

interface Waiting {
  readonly resolve: (piece: Uint8Array) => void;
  readonly reject: (cause: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** A bounded number of pieces. A caller that finds none free waits in turn. */
export class PiecePool {
  readonly #maxPieces: number;
  readonly #maxWaitMs: number;
  readonly #free: Uint8Array[] = [];
  readonly #waiting = new Set<Waiting>();
  /** Uploads that hold a piece while they wait for their clients, the longest wait first. */
  readonly #idle = new Set<() => void>();
  #memory: SharedMemory | undefined;
  #made = 0;

  constructor(maxPieces: number, waitMs: number = maxWaitMs) {
    this.#maxPieces = maxPieces;
    this.#maxWaitMs = waitMs;
  }

  /** Pieces that uploads hold at this moment. */
  get inUse(): number {
    return this.#made - this.#free.length;
  }

  /** Pieces that exist. */
  get made(): number {
    return this.#made;
  }

  /** Uploads that wait for a piece. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a piece. Throws ServiceUnavailable when none becomes free in time. */
  take(): Uint8Array | Promise<Uint8Array> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made < this.#maxPieces) {
      const piece = this.#make();
      this.#made += 1;
      return piece;
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(noMemory());
      }, this.#maxWaitMs);
      const waiting: Waiting = { resolve, reject, timer };
      this.#waiting.add(waiting);
      const [giveUp] = this.#idle;
      if (giveUp !== undefined) {
        this.#idle.delete(giveUp);
        giveUp();
      }
    });
  }

  #make(): Uint8Array {
    const inMemory = this.#made % piecesOfMemory;
    const memory = inMemory === 0 ? undefined : this.#memory;
    this.#memory = memory ?? this.#makeMemory();
    this.#memory.grow(wasmPagesOfPiece);
    return new Uint8Array(this.#memory.buffer, inMemory * pieceBytes, pieceBytes);
  }

  #makeMemory(): SharedMemory {
    const pieces = Math.min(this.#maxPieces - this.#made, piecesOfMemory);
    const maximum = pieces * wasmPagesOfPiece;
    return new WebAssembly.Memory({ initial: 0, maximum, shared: true });
  }

  /** Gives a piece back. */
  give(piece: Uint8Array): void {
    const [waiting] = this.#waiting;
    if (waiting === undefined) {
      this.#free.push(piece);
      return;
    }
    this.#waiting.delete(waiting);
    clearTimeout(waiting.timer);
    waiting.resolve(piece);
  }

  /**
   * Registers an upload that holds a piece while it waits for its client. `giveUp` is called once
   * when another upload needs a piece, and at once if one needs it already. Returns a function that
   * ends the registration.
   */
  whileIdle(giveUp: () => void): () => void {
    if (this.#waiting.size > 0) {
      giveUp();
      return () => undefined;
    }
    this.#idle.add(giveUp);
    return () => this.#idle.delete(giveUp);
  }
}

/**
 * The answer when the process has no memory for a request. It is 503, because a retry can succeed.
 */
export function noMemory(): OssError<"ServiceUnavailable"> {
  return new OssError(
    "ServiceUnavailable",
    {},
    {
      message: "The server has too many bytes in memory. Please try again.",
      headers: { "Retry-After": String(retryAfterSeconds) },
    },
  );
}
