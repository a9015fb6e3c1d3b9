// Access logs: gathers the lines of each bucket, and writes them as objects into its target bucket
// every few minutes. A crash loses the lines that were not written yet.
import { Readable } from "node:stream";
import type { Logger } from "pino";
import { readConfig } from "../objects/buckets/bucket-config.ts";
import type { Bucket } from "../objects/buckets/bucket.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import type { ByteServices } from "../objects/bytes/byte-services.ts";
import type { ChangingServices } from "../objects/versions/change-key.ts";
import { storeText } from "../objects/versions/store-text.ts";
import { Repeat } from "../time/repeat.ts";
import { logKeyOf } from "./log-key.ts";
import { type LoggedAnswer, type LoggedRequest, logLine } from "./log-line.ts";

/** How often the lines are written, in milliseconds. OSS writes once an hour. */
const writeEveryMs = 300_000;

/** Bytes of gathered lines after which they are written at once. */
const maxGatheredBytes = 4_194_304;

/**
 * Most bytes of lines in memory, also of those that are being written. While a slow store keeps
 * them there, new lines are dropped.
 */
const maxBytes = 16_777_216;

/** What logs are written with. */
export interface AccessLogOptions extends ChangingServices, ByteServices {
  readonly log: Logger;
}

interface Lines {
  readonly bucket: string;
  readonly lines: string[];
}

/** What was gathered and not yet given to a write. */
interface Gathered {
  /** By the id of the bucket, hex. */
  readonly lines: Map<string, Lines>;
  bytes: number;
  /** Lines for which there was no room. */
  dropped: number;
}

const nothing = (): Gathered => ({ lines: new Map(), bytes: 0, dropped: 0 });

/** Writes access logs. */
export class AccessLog {
  readonly #options: AccessLogOptions;
  #gathered = nothing();
  /** Bytes of lines that are being written. */
  #writingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  readonly #repeat: Repeat = new Repeat(writeEveryMs, () => this.write());

  constructor(options: AccessLogOptions) {
    this.#options = options;
  }

  start(): void {
    this.#repeat.start();
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    await this.#repeat.close();
    await this.write();
  }

  /** Notes an answered request of a bucket that has a log. */
  note(bucket: Pick<Bucket, "id" | "name">, request: LoggedRequest, answer: LoggedAnswer): void {
    const line = logLine(request, answer);
    const sizeBytes = Buffer.byteLength(line);
    const gathered = this.#gathered;
    if (gathered.bytes + this.#writingBytes + sizeBytes > maxBytes) {
      gathered.dropped += 1;
      return;
    }
    const id = Buffer.from(bucket.id).toString("hex");
    const found = gathered.lines.get(id) ?? { bucket: bucket.name, lines: [] };
    found.lines.push(line);
    gathered.lines.set(id, found);
    gathered.bytes += sizeBytes;
    if (gathered.bytes >= maxGatheredBytes) void this.write();
  }

  /** Writes the lines of all buckets. A failure is logged, and their lines are lost. */
  write(): Promise<void> {
    const { lines: all, bytes, dropped } = this.#gathered;
    this.#gathered = nothing();
    this.#writingBytes += bytes;
    if (dropped > 0) {
      this.#options.log.warn({ dropped }, "lines of access logs had no room in memory");
    }
    this.#writing = this.#writing.then(async () => {
      for (const [id, { bucket, lines }] of all) {
        try {
          await this.#writeOne(id, bucket, lines);
        } catch (cause) {
          const lost = lines.length;
          this.#options.log.warn({ err: cause, bucket, lost }, "an access log was not written");
        }
      }
      this.#writingBytes -= bytes;
    });
    return this.#writing;
  }

  async #writeOne(id: string, name: string, lines: readonly string[]): Promise<void> {
    const { bucket: source } = await lookUp(this.#options, name, undefined, []);
    // The log was turned off meanwhile, or the bucket was deleted.
    if (source === undefined || Buffer.from(source.id).toString("hex") !== id) return;
    const target = await readConfig(this.#options, source, "logging");
    if (target === undefined) return;
    const key = logKeyOf(target.targetPrefix, name, this.#options.clock());
    const found = await lookUp(this.#options, target.targetBucket, key, []);
    // A bucket of that name may belong to another account by now.
    if (found.bucket?.record.owner !== source.record.owner) {
      throw new Error(`the account has no bucket ${target.targetBucket}`);
    }
    const chunks = Readable.from([Buffer.from(`${lines.join("\n")}\n`)]);
    const contentType = "text/plain";
    await storeText(this.#options, { bucket: found.bucket, key, contentType, chunks });
  }
}
