// Stage 3: finds the bucket and the key. An upload over a shared database goes without the read
// where it can: it assumes that the bucket is as the last look-up found it, and that the key is
// new. Its commit checks both. When the bucket has changed, the upload reads it and begins again
// with the same body. When only the key exists, the commit is repeated (change-key.ts).
import { Readable } from "node:stream";
import { OssError, queryValue } from "@ossicle/protocol";
import { belongsTo, isUnlimited } from "../accounts/identity.ts";
import type { IncomingBody } from "../http/message.ts";
import { WrongGuessError } from "../objects/buckets/bucket.ts";
import type { FoundVersion } from "../objects/versions/find-version.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import type { Caller } from "./identify.ts";

/** How to go on. */
export interface Steps<T> {
  /** Reads the bucket and the key. */
  readonly find: () => Promise<FoundVersion>;
  /** Runs the stages up to the commit. */
  readonly run: (caller: Caller, found: FoundVersion) => Promise<T>;
}

/**
 * Runs a request up to its commit on a guess, or on what `find` reads when there is no guess or it
 * was wrong.
 */
export async function runOnGuess<T>(
  services: Pick<OperationServices, "hints" | "inlineLimitBytes">,
  caller: Caller,
  { find, run }: Steps<T>,
): Promise<T> {
  const { hints } = services;
  const { bucket: name = "" } = caller.subject;
  if (!mayGuess(services, caller)) return run(caller, await find());
  const bucket = hints.guess(name);
  // A retention policy depends on the object that the key has already. The ACL of another
  // account's bucket is not part of a guess.
  const isOwn = bucket !== undefined && belongsTo(caller.identity, bucket.record.owner);
  if (!isOwn || bucket.policy !== undefined || bucket.gate.worm !== undefined) {
    const found = await find();
    if (found.bucket !== undefined) hints.noteKey(name, found.head === undefined);
    return run(caller, found);
  }
  const kept = new KeptBody(caller.message.body);
  try {
    const guess = { bucket, head: undefined, version: undefined };
    return await run(withBody(caller, kept), guess);
  } catch (cause) {
    if (!mayBeDueToGuess(cause)) throw cause;
    hints.drop(name);
    const found = await find();
    const isRight = found.bucket?.gateVersion === bucket.gateVersion;
    const body = kept.again();
    if (cause instanceof WrongGuessError) {
      if (body === undefined) throw bodyIsGone(cause);
    } else if (isRight || body === undefined) throw cause;
    return run(withBody(caller, body), found);
  }
}

// A body that fits into the commit stays in memory up to the commit in any case. A hidden upload
// that forbids overwriting needs the head before its callback. A second run would slow a body down
// twice.
function mayGuess(
  { inlineLimitBytes }: Pick<OperationServices, "inlineLimitBytes">,
  { identity, subject, message, query }: Caller,
): boolean {
  const { operation, key, versionId } = subject;
  if (operation !== "putObject" || key === undefined || versionId !== undefined) return false;
  // Policies may depend on the object that a key has already.
  if (identity.kind !== "account" || !isUnlimited(identity)) return false;
  const { headers, body } = message;
  const isPlain =
    headers["x-oss-forbid-overwrite"] === undefined &&
    headers["x-oss-traffic-limit"] === undefined &&
    queryValue(query, "x-oss-traffic-limit") === undefined;
  return isPlain && (body.lengthBytes ?? Number.POSITIVE_INFINITY) <= inlineLimitBytes;
}

// An error before the commit may be due to an outdated policy, for example. ServiceUnavailable may
// mean that the outcome of the commit is unknown: such a commit is never repeated.
function mayBeDueToGuess(cause: unknown): boolean {
  if (cause instanceof WrongGuessError) return true;
  return cause instanceof OssError && cause.code !== "ServiceUnavailable";
}

function withBody(caller: Caller, body: IncomingBody): Caller {
  return { ...caller, message: { ...caller.message, body } };
}

// Happens only where memory is so short that a small body became a blob.
function bodyIsGone(cause: unknown): OssError<"ServiceUnavailable"> {
  return new OssError("ServiceUnavailable", {}, { cause, headers: { "Retry-After": "1" } });
}

/** A body that can be read again, unless it was read in part, or its chunks were freed. */
class KeptBody implements IncomingBody {
  readonly lengthBytes: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly free: IncomingBody["free"];
  readonly #body: IncomingBody;
  readonly #kept: Uint8Array[] = [];
  #state: "not read" | "in part" | "whole" | "freed" = "not read";

  constructor(body: IncomingBody) {
    this.#body = body;
    this.lengthBytes = body.lengthBytes;
    this.chunks = { [Symbol.asyncIterator]: () => this.#read() };
    // Where memory is short, a small body becomes a blob too, and its chunks are freed.
    this.free = (chunk) => {
      this.#state = "freed";
      body.free?.(chunk);
    };
  }

  /** The same body, to be read from its beginning; undefined when that cannot be. */
  again(): IncomingBody | undefined {
    if (this.#state === "not read") return this.#body;
    if (this.#state !== "whole") return undefined;
    return { lengthBytes: this.lengthBytes, chunks: Readable.from(this.#kept) };
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    this.#state = "in part";
    for await (const chunk of this.#body.chunks) {
      this.#kept.push(chunk);
      yield chunk;
    }
    if (this.#state === "in part") this.#state = "whole";
  }
}
