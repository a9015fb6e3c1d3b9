// Stage 3: finds the bucket and the key. An upload over a shared database goes without the read
// where it can: it assumes that the bucket is as the last look-up found it, and that the key is
// new. Its commit checks both. When the bucket has changed, the upload reads it and begins again
// with the same body. When only the key exists, the commit is repeated (change-key.ts).
import { Readable } from "node:stream";
import { OssError } from "@ossicle/protocol";
import type { IncomingBody } from "../http/message.ts";
import { WrongGuessError } from "../objects/buckets/bucket.ts";
import type { FoundVersion } from "../objects/versions/find-version.ts";
import type { OperationServices } from "../operations/operation-services.ts";
import type { Caller } from "./identify.ts";

/** Runs the rest of a request on what was found of its bucket and key. */
type Rest<T> = (caller: Caller, found: FoundVersion) => Promise<T>;

/**
 * Runs the rest of a request on a guess, or on what `find` reads when there is no guess or it was
 * wrong.
 */
export async function onFound<T>(
  services: Pick<OperationServices, "hints" | "inlineLimitBytes">,
  caller: Caller,
  { find, rest }: { readonly find: () => Promise<FoundVersion>; readonly rest: Rest<T> },
): Promise<T> {
  const { hints } = services;
  const { bucket: name = "" } = caller.subject;
  const findAndNote = async (): Promise<FoundVersion> => {
    const found = await find();
    if (found.bucket !== undefined) hints.noteKey(name, found.head === undefined);
    return found;
  };
  if (!mayGuess(services, caller)) return rest(caller, await find());
  const bucket = hints.guess(name);
  if (bucket === undefined) return rest(caller, await findAndNote());
  const kept = new KeptBody(caller.message.body);
  const withBody = (body: IncomingBody): Caller => ({
    ...caller,
    message: { ...caller.message, body },
  });
  try {
    return await rest(withBody(kept), { bucket, head: undefined, version: undefined });
  } catch (cause) {
    const isRefused = cause instanceof OssError && !bucket.guess.isBeingChecked;
    if (!isRefused && !(cause instanceof WrongGuessError)) throw cause;
    const found = await findAndNote();
    const isRight = found.bucket?.gateVersion === bucket.gateVersion;
    const body = kept.again();
    if (isRefused && (isRight || body === undefined)) throw cause;
    if (body === undefined) throw bodyIsGone(cause);
    return rest(withBody(body), found);
  }
}

// Happens only where memory is so short that a small body became a blob.
function bodyIsGone(cause: unknown): OssError<"ServiceUnavailable"> {
  return new OssError("ServiceUnavailable", {}, { cause, headers: { "Retry-After": "1" } });
}

// A body that fits into the commit is kept in memory in any case.
function mayGuess(
  { inlineLimitBytes }: Pick<OperationServices, "inlineLimitBytes">,
  { identity, subject, message }: Caller,
): boolean {
  const { operation, key, versionId } = subject;
  if (operation !== "putObject" || key === undefined || versionId !== undefined) return false;
  const bytes = message.body.lengthBytes ?? Number.POSITIVE_INFINITY;
  return identity.kind === "account" && bytes <= inlineLimitBytes;
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
