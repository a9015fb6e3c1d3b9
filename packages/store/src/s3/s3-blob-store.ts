// Keeps blobs in a bucket of an S3-compatible store. It needs no conditional writes, which
// OpenStack Swift lacks: the metadata decides which blobs count. Nor does it trust a store's ETags.
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { BlobMissingError, type BlobRef, type BlobStore } from "../blob-store.ts";
import { blobLength } from "./block-layout.ts";
import { removeIfThere, S3BlobWriter } from "./s3-blob-writer.ts";
import { bodyOfBytes, readText, refusal, S3Client, type S3Request } from "./s3-client.ts";
import { childrenOf, textOf } from "./s3-document.ts";
import { S3Slice } from "./s3-slice.ts";
import { readS3Url } from "./s3-url.ts";
import { Spool } from "./spool.ts";
import { UnsettledKeys } from "./unsettled-keys.ts";

/** Most blobs that one call removes at the same time. */
const removalsAtOnce = 16;

/** The object that names the store that a bucket belongs to. */
const markKey = "ossicle-blobs";

/** A blob's key behind the prefix. */
const blobKey = /^[0-9a-f]{32}$/;

/** Blobs in a bucket. */
export interface S3BlobStore extends BlobStore {
  /** Abandons every multipart upload of a blob. No other process may write blobs meanwhile. */
  readonly abandonUploads: () => Promise<void>;
  /** Whether the bucket holds a blob. */
  readonly holdsBlobs: () => Promise<boolean>;
  /** The id of the store that the bucket belongs to; undefined when it has none. */
  readonly readMark: () => Promise<string | undefined>;
  readonly writeMark: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Settings for tests. */
export interface S3BlobStoreOptions {
  /** Time after which a request that fails is not tried again, in milliseconds. Default 8 s. */
  readonly tryForMs?: number;
}

/**
 * Opens the blobs in a bucket: `s3://KEY:SECRET@host:port,…?bucket=NAME`. Throws TypeError for an
 * address that cannot be read, and StoreUnavailableError when no endpoint can be reached, or the
 * store refuses the key or has no such bucket.
 */
export async function openS3BlobStore(
  address: string,
  { tryForMs }: S3BlobStoreOptions = {},
): Promise<S3BlobStore> {
  const read = readS3Url(address);
  const store = new S3Blobs(new S3Client(read, tryForMs), read.prefix);
  try {
    await store.test();
    return store;
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

class S3Blobs implements S3BlobStore {
  readonly #client: S3Client;
  readonly #prefix: string;
  readonly #unsettled = new UnsettledKeys();

  constructor(client: S3Client, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /** Tests whether the bucket and the folder for temporary files can be used. */
  async test(): Promise<void> {
    const query = { "list-type": "2", "max-keys": "1", prefix: this.#prefix };
    await this.#client.call({ method: "GET", query, expects: "ListBucketResult" });
    await (await Spool.open()).close(); // the folder for temporary files can be used
  }

  readonly create: BlobStore["create"] = (ref) => {
    const key = keyOf(ref);
    return Promise.resolve(
      new S3BlobWriter({
        client: this.#client,
        ref,
        key,
        onUnsettled: () => this.#unsettled.add(key),
        remove: (request) => this.#removeObject(key, request),
        abandonUploads: (request) => this.#abandonUploads(key, request),
      }),
    );
  };

  readonly read: BlobStore["read"] = async (ref, slice, lend) => {
    const key = keyOf(ref);
    if (slice.length > 0) return S3Slice.open({ client: this.#client, ref, key, slice, lend });
    const request = { method: "HEAD", key } as const;
    const { result: isThere } = await this.#client.send(request, async (answer) => {
      if (answer.status !== 200 && answer.status !== 404) throw await refusal(request, answer);
      answer.body.resume();
      return answer.status === 200;
    });
    if (!isThere) throw new BlobMissingError(`blob ${key} is not there`);
    return nothing();
  };

  // A blob whose upload was interrupted has no object, but parts. They take space until the upload
  // is abandoned.
  readonly remove: BlobStore["remove"] = async (refs) => {
    for (let at = 0; at < refs.length; at += removalsAtOnce) {
      await Promise.all(refs.slice(at, at + removalsAtOnce).map((ref) => this.#remove(ref)));
    }
  };

  async #remove(ref: BlobRef): Promise<void> {
    const key = keyOf(ref);
    await this.#abandonUploads(key);
    await this.#removeObject(key);
  }

  readonly abandonUploads: S3BlobStore["abandonUploads"] = () => this.#abandonUploads("");

  // Abandons the multipart uploads of blobs whose key begins so.
  async #abandonUploads(start: string, limit: Pick<S3Request, "tryForMs"> = {}): Promise<void> {
    const abandoned = new Set<string>();
    for (;;) {
      const { root } = await this.#client.call({
        method: "GET",
        query: { uploads: "", prefix: this.#prefix + start },
        expects: "ListMultipartUploadsResult",
        ...limit,
      });
      const uploads = childrenOf(root, "Upload")
        .map((upload) => ({
          key: textOf(upload, "Key").slice(this.#prefix.length),
          uploadId: textOf(upload, "UploadId"),
        }))
        // A store may still list an upload that it has abandoned.
        .filter(({ key, uploadId }) => blobKey.test(key) && !abandoned.has(uploadId));
      for (const { key, uploadId } of uploads) {
        abandoned.add(uploadId);
        await removeIfThere(this.#client, { method: "DELETE", key, query: { uploadId }, ...limit });
      }
      if (textOf(root, "IsTruncated") !== "true" || uploads.length === 0) return;
    }
  }

  async #removeObject(key: string, request: Pick<S3Request, "tryForMs"> = {}): Promise<void> {
    await removeIfThere(this.#client, { method: "DELETE", key, ...request });
    if (!this.#unsettled.has(key)) return;
    throw new StoreUnavailableError(`the S3 store may still store blob ${key}, which was removed`);
  }

  readonly scan: BlobStore["scan"] = () => this.#list();

  async *#list(): AsyncGenerator<{ ref: BlobRef; sizeBytes: number }> {
    let token = "";
    do {
      const { root } = await this.#client.call({
        method: "GET",
        expects: "ListBucketResult",
        query: {
          "list-type": "2",
          "max-keys": "1000",
          prefix: this.#prefix,
          ...(token === "" ? {} : { "continuation-token": token }),
        },
      });
      for (const one of childrenOf(root, "Contents")) {
        const name = textOf(one, "Key").slice(this.#prefix.length);
        if (!blobKey.test(name)) continue;
        const sizeBytes = blobLength(Number(textOf(one, "Size")));
        yield { ref: Uint8Array.from(Buffer.from(name, "hex")), sizeBytes };
      }
      const last = token;
      token = textOf(root, "NextContinuationToken");
      const isEndless = token !== "" && token === last;
      const isCut = token === "" && textOf(root, "IsTruncated") === "true";
      if (isEndless || isCut) throw new StoreUnavailableError("the S3 store's listing has no end");
    } while (token !== "");
  }

  readonly holdsBlobs: S3BlobStore["holdsBlobs"] = async () => {
    for await (const _ of this.#list()) return true;
    return false;
  };

  readonly readMark: S3BlobStore["readMark"] = async () => {
    const request = { method: "GET", key: markKey } as const;
    const { result } = await this.#client.send(request, async (answer) => {
      if (answer.status === 200) return readText(answer.body);
      const refused = await refusal(request, answer);
      if (refused.status === 404) return undefined;
      throw refused;
    });
    return result;
  };

  readonly writeMark: S3BlobStore["writeMark"] = async (id) => {
    const body = bodyOfBytes(Buffer.from(id));
    await this.#client.call({ method: "PUT", key: markKey, body, expects: "etag" });
  };

  readonly close: S3BlobStore["close"] = () => this.#client.close();
}

function keyOf(ref: BlobRef): string {
  return Buffer.from(ref.buffer, ref.byteOffset, ref.byteLength).toString("hex");
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // an empty slice has no chunk
}
