// A thread that encrypts large blobs, seen from the main thread. On the main thread, the buffers
// that Node's ciphers return would cause as much garbage collection as encryption.
import type { BlobRef } from "@ossicle/store";
import {
  ownBytes,
  PieceThread,
  startThread,
  type StreamMessage,
} from "../../memory/piece-thread.ts";
import type { CipherName } from "./chunk-cipher.ts";

/** A message to the thread. Only `seal` is answered. */
export type SealRequest =
  | {
      readonly kind: "begin";
      readonly stream: number;
      readonly cipher: CipherName;
      readonly key: Uint8Array;
      readonly name: BlobRef;
    }
  | {
      readonly kind: "seal";
      readonly stream: number;
      readonly piece: Uint8Array;
      readonly length: number;
      readonly first: number;
    }
  | { readonly kind: "end"; readonly stream: number };

/** The thread's answer. */
export type SealAnswer = StreamMessage;

/** Encrypts the pieces of one blob. */
export interface PieceSealer {
  /**
   * Encrypts the first `length` bytes of a piece in place. The number of its first chunk is
   * `first`.
   */
  readonly seal: (piece: Uint8Array, length: number, first: number) => Promise<void>;
  readonly end: () => void;
}

/** One thread for all blobs of a process. It is started when it is needed first. */
export class SealThread {
  #thread: PieceThread<SealRequest, SealAnswer> | undefined;

  /** Starts to encrypt a blob. */
  stream(cipher: CipherName, key: Uint8Array, name: BlobRef): PieceSealer {
    // When the thread fails, its streams fail. Later streams get a new thread.
    if (this.#thread?.failure !== undefined) this.#thread = undefined;
    this.#thread ??= new PieceThread(startThread(import.meta.url, "seal-worker"));
    const thread = this.#thread;
    const stream = thread.begin();
    thread.tell({ kind: "begin", stream, cipher, key: ownBytes(key), name: ownBytes(name) });
    return {
      seal: async (piece, length, first) => {
        await thread.ask({ kind: "seal", stream, piece, length, first });
      },
      end: () => {
        thread.end(stream);
        thread.tell({ kind: "end", stream });
      },
    };
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
