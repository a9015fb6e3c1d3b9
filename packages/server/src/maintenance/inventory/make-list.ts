// Makes one list of an inventory: a compressed CSV file, its manifest, and the manifest's MD5
// (bucket inventory documentation). Without a matching object there is no list.
import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { InventoryEncryption, ServerSideEncryption } from "@ossicle/protocol";
import { inventoryKeys } from "../../objects/buckets/inventory-keys.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { ByteServices } from "../../objects/bytes/byte-services.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { storeText } from "../../objects/versions/store-text.ts";
import { linesOf, type ListedBucket, schemaOf } from "./inventory-rows.ts";

/** What lists are made with. */
export type ListingServices = ChangingServices & ByteServices;

/** Characters of text that are compressed at a time. */
const pieceLength = 65_536;

/** Records that are read between two calls of `mayGoOn`. */
const recordsBetweenCalls = 1_000;

/**
 * Makes a list. Returns the number of its rows. `mayGoOn` is called from time to time; when it
 * returns false, the list is abandoned.
 */
export async function makeList(
  services: ListingServices,
  listed: ListedBucket,
  mayGoOn: () => Promise<boolean>,
): Promise<number | "abandoned"> {
  let records = 0;
  let isAbandoned = false;
  const onRecord = async (): Promise<void> => {
    records += 1;
    if (records % recordsBetweenCalls !== 0 || (await mayGoOn())) return;
    isAbandoned = true;
    throw new Error("the list is abandoned");
  };
  try {
    return await writeList(services, listed, onRecord);
  } catch (cause) {
    if (isAbandoned) return "abandoned";
    throw cause;
  }
}

async function writeList(
  services: ListingServices,
  listed: ListedBucket,
  onRecord: () => Promise<void>,
): Promise<number> {
  const { bucket, inventory } = listed;
  const { ossBucketDestination: destination } = inventory.destination;
  const name = destination.bucket.slice("acs:oss:::".length);
  const { bucket: target } = await lookUp(services, name, undefined, []);
  // A bucket of that name may belong to another account by now.
  if (target?.record.owner !== bucket.record.owner) {
    throw new Error(`the account has no bucket ${name} for the inventory`);
  }
  const startedMs = services.clock();
  const rows = new Rows(linesOf(services.metadata, listed, onRecord));
  if (!(await rows.begin())) return 0;
  const keys = inventoryKeys(bucket.name, inventory, startedMs);
  // The reader of the compressed stream gets the errors of both.
  const chunks = pipeline(Readable.from(rows.pieces()), createGzip(), () => undefined);
  const encryption = askedEncryption(destination.encryption);
  const data = { key: keys.data, contentType: "application/gzip", chunks };
  const file = { bucket: target, encryption, ...data };
  const { sizeBytes, md5 } = await storeText(services, file);
  const MD5checksum = Buffer.from(md5).toString("hex").toUpperCase();
  const manifest = JSON.stringify({
    creationTimestamp: String(Math.floor(startedMs / 1_000)),
    destinationBucket: name,
    fileFormat: destination.format,
    fileSchema: schemaOf(listed),
    files: [{ key: keys.data, size: sizeBytes, MD5checksum }],
    sourceBucket: bucket.name,
    version: "2019-09-01",
  });
  const put = (key: string, contentType: string, text: string): Promise<unknown> =>
    storeText(services, {
      bucket: target,
      key,
      contentType,
      encryption,
      chunks: Readable.from([Buffer.from(text)]),
    });
  await put(keys.manifest, "application/json", manifest);
  await put(keys.checksum, "text/plain", createHash("md5").update(manifest).digest("hex"));
  return rows.count;
}

function askedEncryption(asked: InventoryEncryption | undefined): ServerSideEncryption {
  if (asked?.sseKms === undefined) {
    return asked?.sseOss === undefined ? {} : { serverSideEncryption: "AES256" };
  }
  const { keyId } = asked.sseKms;
  const key = keyId === undefined || keyId === "" ? {} : { serverSideEncryptionKeyId: keyId };
  return { serverSideEncryption: "KMS", ...key };
}

/** The lines of a list, in pieces. */
class Rows {
  count = 0;
  readonly #lines: AsyncGenerator<string>;
  #first = "";

  constructor(lines: AsyncGenerator<string>) {
    this.#lines = lines;
  }

  /** Reads the first line. Returns false when there is none. */
  async begin(): Promise<boolean> {
    const first = await this.#lines.next();
    if (first.done === true) return false;
    this.#first = first.value;
    return true;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    let text = this.#first;
    this.count = 1;
    for await (const line of this.#lines) {
      text += line;
      this.count += 1;
      if (text.length < pieceLength) continue;
      yield Buffer.from(text);
      text = "";
    }
    yield Buffer.from(text);
  }
}
