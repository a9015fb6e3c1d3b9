// Makes one list of an inventory: a compressed CSV file, its manifest, and the manifest's MD5
// (bucket inventory documentation). Without a matching object there is no list.
import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { ByteServices } from "../../objects/bytes/byte-services.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { storeText } from "../../objects/versions/store-text.ts";
import { linesOf, type ListedBucket, schemaOf } from "./inventory-rows.ts";

/** What lists are made with. */
export type ListingServices = ChangingServices & ByteServices;

/** Characters of text that are compressed at a time. */
const pieceLength = 65_536;

/**
 * Makes a list. Returns the number of its rows. `onPiece` is called from time to time, and stops
 * the list when it returns false.
 */
export async function makeList(
  services: ListingServices,
  listed: ListedBucket,
  onPiece: () => Promise<boolean>,
): Promise<number> {
  const { bucket, inventory } = listed;
  const { ossBucketDestination: destination } = inventory.destination;
  const name = destination.bucket.slice("acs:oss:::".length);
  const { bucket: target } = await lookUp(services, name, undefined, []);
  if (target === undefined) throw new Error(`there is no bucket ${name} for the inventory`);
  const startedMs = services.clock();
  const rows = new Rows(linesOf(services.metadata, listed), onPiece);
  if (!(await rows.begin())) return 0;
  const place = [destination.prefix?.replace(/\/+$/, ""), bucket.name, inventory.id]
    .filter((part) => part !== undefined && part !== "")
    .join("/");
  const key = `${place}/data/${randomUUID()}.csv.gz`;
  const chunks = Readable.from(rows.pieces()).pipe(createGzip());
  const file = { bucket: target, key, contentType: "application/gzip", chunks };
  const { sizeBytes, md5 } = await storeText(services, file);
  const manifest = JSON.stringify({
    creationTimestamp: String(Math.floor(startedMs / 1_000)),
    destinationBucket: name,
    fileFormat: destination.format,
    fileSchema: schemaOf(listed),
    files: [{ key, size: sizeBytes, MD5checksum: Buffer.from(md5).toString("hex").toUpperCase() }],
    sourceBucket: bucket.name,
    version: "2019-09-01",
  });
  const time = new Date(startedMs).toISOString().slice(0, 16).replace(":", "-");
  const at = `${place}/${time}Z/manifest`;
  const put = (ending: string, contentType: string, text: string): Promise<unknown> =>
    storeText(services, {
      bucket: target,
      key: `${at}.${ending}`,
      contentType,
      chunks: Readable.from([Buffer.from(text)]),
    });
  await put("json", "application/json", manifest);
  await put("checksum", "text/plain", createHash("md5").update(manifest).digest("hex"));
  return rows.count;
}

/** The lines of a list, in pieces. */
class Rows {
  count = 0;
  readonly #lines: AsyncGenerator<string>;
  readonly #onPiece: () => Promise<boolean>;
  #first = "";

  constructor(lines: AsyncGenerator<string>, onPiece: () => Promise<boolean>) {
    this.#lines = lines;
    this.#onPiece = onPiece;
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
      if (!(await this.#onPiece())) throw new Error("another worker makes the list");
      yield Buffer.from(text);
      text = "";
    }
    yield Buffer.from(text);
  }
}
