// MD5 and CRC-64 of bodies. Small bodies are hashed at once, and streams chunk by chunk. Large
// streams are hashed on threads of their own, so that hashing does not delay sockets.
import { createHash, hash, type Hash } from "node:crypto";
import { createCRC64 } from "hash-wasm";
import { HashThread } from "./hash-thread.ts";

/** The digests of a whole body. */
export interface Digests {
  readonly md5: Buffer;
  /** Unsigned decimal. */
  readonly crc64: string;
}

/** Computes the digests of a stream while it arrives. */
export interface StreamHash {
  /** Takes the next bytes; they may be reused when it resolves. */
  readonly update: (chunk: Uint8Array) => Promise<void>;
  readonly digest: () => Promise<Digests>;
  /** Ends the stream without a digest. */
  readonly drop: () => void;
}

type Crc64 = Awaited<ReturnType<typeof createCRC64>>;

/**
 * Streams of this length or longer, and those of unknown length, are hashed on threads. In bytes.
 */
export const threadFromBytes = 1_048_576;

/** Hashes bodies. */
export class Hashing {
  readonly #crc64: Crc64;
  #threads: { readonly md5: HashThread; readonly crc64: HashThread } | undefined;

  private constructor(crc64: Crc64) {
    this.#crc64 = crc64;
  }

  static async create(): Promise<Hashing> {
    return new Hashing(await createCRC64());
  }

  /** Hashes a whole body that is in memory. */
  digest(body: Uint8Array): Digests {
    const md5 = hash("md5", body, "buffer");
    return { md5, crc64: decimal(this.#crc64.init().update(body).digest("hex")) };
  }

  /** Starts a stream of a length that may be unknown. */
  async stream(lengthBytes: number | undefined): Promise<StreamHash> {
    if (lengthBytes !== undefined && lengthBytes < threadFromBytes) {
      return new LocalStreamHash(await createCRC64());
    }
    const { md5: oldMd5, crc64: oldCrc64 } = this.#threads ?? {};
    // When a thread fails, its streams fail. Later streams get a new thread.
    if ((oldMd5?.failure ?? oldCrc64?.failure) !== undefined) {
      await this.close();
      this.#threads = undefined;
    }
    this.#threads ??= { md5: new HashThread("md5"), crc64: new HashThread("crc64") };
    const md5 = this.#threads.md5.stream();
    const crc64 = this.#threads.crc64.stream();
    return {
      update: async (chunk) => {
        await Promise.all([md5.update(chunk), crc64.update(chunk)]);
      },
      digest: async () => {
        const [one, other] = await Promise.all([md5.digest(), crc64.digest()]);
        return { md5: Buffer.from(one, "hex"), crc64: decimal(other) };
      },
      drop: () => {
        md5.drop();
        crc64.drop();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#threads?.md5.close(), this.#threads?.crc64.close()]);
  }
}

class LocalStreamHash implements StreamHash {
  readonly #md5: Hash = createHash("md5");
  readonly #crc64: Crc64;

  constructor(crc64: Crc64) {
    this.#crc64 = crc64.init();
  }

  readonly update: StreamHash["update"] = (chunk) => {
    this.#md5.update(chunk);
    this.#crc64.update(chunk);
    return Promise.resolve();
  };

  readonly digest: StreamHash["digest"] = () =>
    Promise.resolve({ md5: this.#md5.digest(), crc64: decimal(this.#crc64.digest("hex")) });

  readonly drop: StreamHash["drop"] = () => undefined;
}

/** Converts a CRC-64 from hex to unsigned decimal, as OSS writes it. */
export function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}
