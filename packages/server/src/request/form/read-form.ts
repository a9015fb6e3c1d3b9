// Reads an upload form as it arrives: fields up to the file, then the file's bytes, then the end, which must bring no second file.
import { once } from "node:events";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { OssError } from "@ossicle/protocol";
import type { BudgetShare } from "../../byte-budget.ts";
import type { Memory } from "../../memory.ts";
import { asBuffer } from "../../objects/as-buffer.ts";
import { noMemory } from "../../objects/piece-pool.ts";
import type { RequestMessage } from "../message.ts";

/** Longest name of a field in bytes (OSS documentation, PostObject: 8 KB). */
export const maxFieldNameBytes = 8_192;

/** Longest value of a field in bytes (OSS documentation, PostObject: 2 MB). */
export const maxFieldValueBytes = 2_097_152;

/** Most bytes of all fields in front of the file (EC 0006-00000112: 8 MB). */
export const maxFieldsBytes = 8_388_608;

/** Most fields. Ours: OSS bounds only their size. */
export const maxFields = 1_000;

/** Most bytes in front of the file, the parts' heads among them. Ours. */
const maxBytesBeforeFile = maxFieldsBytes + 1_048_576;

/** Longest head of one part, in lines of it. Ours. */
const maxHeaderPairs = 100;

/** Longest time for the part of a form in front of its file, in milliseconds. Ours: fields of 8 MB at 300 KB a second. */
export const fieldsTimeoutMs = 30_000;

/** Most bytes of the fields that nothing reads, which a policy may name all the same. Ours. */
const maxOtherFieldBytes = 1_024;

/** A form whose file is about to arrive. */
export interface UploadForm {
  /** Values as text, by lower-case name; the first of a name counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** Names and values of the callback's variables, whose case counts. */
  readonly variables: Readonly<Record<string, string>>;
  readonly fileName: string;
  readonly fileType: string | undefined;
  /** The file's bytes. Throws when the form is broken, ends early, or brings a second file. */
  readonly file: AsyncIterable<Uint8Array>;
  /** A signature vouches for the form. Throws ServiceUnavailable when there is no memory for its fields. */
  readonly vouch: () => void;
  /** Stops reading: the form is refused. */
  readonly drop: () => void;
}

/** Where the memory of a form's fields comes from. */
export type FormMemory = Pick<Memory, "unverified" | "documents">;

/** Fields that something reads, beside those whose names begin with `x-oss-` or `x:`. */
const readFields: ReadonlySet<string> = new Set([
  "key",
  "policy",
  "signature",
  "ossaccesskeyid",
  "callback",
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "expires",
  "success_action_status",
  "success_action_redirect",
]);

/** Whether a request is an upload form. Throws RequestIsNotMultiPartContent when it can be nothing else and is none. */
export function requireForm({ headers }: RequestMessage): void {
  if (/^multipart\/form-data\s*;/i.test(headers["content-type"] ?? "")) return;
  throw new OssError("RequestIsNotMultiPartContent");
}

/**
 * Reads a form up to its file. Throws MalformedPOSTRequest and the errors of its limits, RequestTimeout, and ServiceUnavailable where
 * forms that no signature vouches for hold too much memory.
 */
export function readForm(message: RequestMessage, memory: FormMemory): Promise<UploadForm> {
  return new Promise((resolve, reject) => {
    const reader = new FormReader(message, { memory, resolve, reject });
    void reader.run();
  });
}

interface FormOutcome {
  readonly memory: FormMemory;
  readonly resolve: (form: UploadForm) => void;
  readonly reject: (cause: unknown) => void;
}

class FormReader {
  readonly #message: RequestMessage;
  readonly #parser: BusboyInstance;
  readonly #outcome: FormOutcome;
  readonly #fields = new Map<string, string>();
  readonly #variables: Record<string, string> = {};
  readonly #share: BudgetShare;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  /** Bytes of the fields that are kept. */
  #kept = 0;
  /** Of them, bytes of fields that nothing reads. */
  #other = 0;
  /** Bytes that have arrived since the last field was complete. */
  #pending = 0;
  /** Bytes of the budget for documents that the fields take, once a signature vouches for them. */
  #vouchedFor = 0;
  #file: BusboyFileStream | undefined;
  #failure: Error | undefined;

  constructor(message: RequestMessage, outcome: FormOutcome) {
    this.#message = message;
    this.#outcome = outcome;
    this.#parser = parserOf(message);
    this.#share = outcome.memory.unverified.open(() => this.#fail(noMemory()));
    this.#timer = setTimeout(() => this.#fail(new OssError("RequestTimeout")), fieldsTimeoutMs);
    // What a listener throws would end the process. The parser's types hide that a part may have no name.
    this.#parser.on("field", (name: string | undefined, value, nameIsCut, valueIsCut) => {
      if (name === undefined) this.#fail(new OssError("MalformedPOSTRequest"));
      else if (nameIsCut || valueIsCut) this.#fail(tooLong(name));
      else this.#takeField(name, value);
    });
    this.#parser.on("file", (_name, stream, fileName, _encoding, type) => {
      this.#takeFile(stream, fileName, type);
    });
    this.#parser.on("error", (cause) => this.#fail(malformed(cause)));
    this.#parser.on("partsLimit", () => this.#fail(new OssError("MalformedPOSTRequest")));
    this.#parser.on("fieldsLimit", () => this.#fail(tooMuch()));
  }

  /** Feeds the body to the parser, no faster than the file is taken. */
  async run(): Promise<void> {
    const broken = once(this.#parser, "finish").catch((cause: unknown) => {
      this.#fail(malformed(cause));
    });
    let received = 0;
    try {
      for await (const chunk of this.#message.body.chunks) {
        if (this.#failure !== undefined) break;
        received += chunk.length;
        if (this.#file === undefined) {
          this.#pending += chunk.length;
          this.#share.hold(this.#kept + this.#pending);
          if (received > maxBytesBeforeFile) this.#fail(tooMuch());
        }
        if (!this.#parser.write(asBuffer(chunk)))
          await Promise.race([once(this.#parser, "drain"), broken]);
      }
      if (this.#failure === undefined) this.#parser.end();
      await broken;
      if (this.#file === undefined) this.#fail(new OssError("IncorrectNumberOfFilesInPOSTRequest"));
    } catch (cause) {
      this.#fail(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      this.#release();
    }
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#share.release();
    this.#outcome.memory.documents.give(this.#vouchedFor);
    this.#vouchedFor = 0;
  }

  #vouch(): void {
    this.#share.release();
    const { documents } = this.#outcome.memory;
    if (!documents.take(this.#kept)) throw noMemory();
    this.#vouchedFor = this.#kept;
  }

  #takeField(name: string, value: string): void {
    if (this.#file !== undefined) return; // what follows the file is ignored (OSS documentation, PostObject)
    this.#bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (this.#bytes > maxFieldsBytes) {
      this.#fail(tooMuch());
      return;
    }
    const lower = name.toLowerCase();
    this.#pending = 0;
    const isKept = this.#isKept(lower, value);
    if (isKept) this.#kept += Buffer.byteLength(name) + Buffer.byteLength(value);
    this.#share.hold(this.#kept);
    if (!isKept || this.#failure !== undefined) return;
    if (lower.startsWith("x:") && this.#fields.has(lower) && !(name in this.#variables)) {
      // A policy judges names in any case: it must not judge one and let another through.
      this.#fail(new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: value }));
      return;
    }
    if (!this.#fields.has(lower)) this.#fields.set(lower, value);
    if (lower.startsWith("x:") && !(name in this.#variables)) this.#variables[name] = value;
  }

  // A field that nothing reads is discarded, unless it is so short that it costs nothing to have a policy judge it.
  #isKept(name: string, value: string): boolean {
    if (readFields.has(name) || name.startsWith("x-oss-") || name.startsWith("x:")) return true;
    this.#other += name.length + value.length;
    return this.#other <= maxOtherFieldBytes;
  }

  #takeFile(stream: BusboyFileStream, fileName: string | undefined, type: string): void {
    if (this.#file !== undefined || this.#failure !== undefined) {
      stream.resume();
      this.#fail(new OssError("IncorrectNumberOfFilesInPOSTRequest"));
      return;
    }
    this.#file = stream;
    this.#pending = 0;
    clearTimeout(this.#timer);
    this.#share.hold(this.#kept);
    if (this.#failure !== undefined) return;
    stream.on("error", (cause) => this.#fail(malformed(cause)));
    this.#outcome.resolve({
      fields: this.#fields,
      variables: this.#variables,
      fileName: fileName ?? "",
      fileType: type === "" ? undefined : type,
      file: this.#bytesOf(stream),
      vouch: () => this.#vouch(),
      drop: () => this.#fail(new Error("the form was refused")),
    });
  }

  async *#bytesOf(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) yield chunk as Buffer;
    } catch (cause) {
      throw this.#failure ?? malformed(cause);
    }
    // The file is whole only when the form is.
    if (this.#failure === undefined && !this.#parser.writableFinished) {
      await once(this.#parser, "finish").catch(() => undefined);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(cause: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = cause;
    this.#release();
    this.#outcome.reject(cause); // has no effect once the file was found
    this.#file?.destroy(cause);
    this.#parser.destroy(cause);
  }
}

function parserOf({ headers }: RequestMessage): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": headers["content-type"] ?? "" },
      isPartAFile: (name) => name?.toLowerCase() === "file",
      limits: {
        fieldNameSize: maxFieldNameBytes,
        fieldSize: maxFieldValueBytes,
        fields: maxFields,
        headerPairs: maxHeaderPairs,
      },
    });
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause: unknown): OssError<"MalformedPOSTRequest"> {
  return new OssError("MalformedPOSTRequest", {}, { cause });
}

function tooLong(name: string): OssError<"FieldItemTooLong"> {
  return new OssError("FieldItemTooLong", { FieldName: name.slice(0, 256) });
}

function tooMuch(): OssError<"MaxPOSTPreDataLengthExceededError"> {
  return new OssError("MaxPOSTPreDataLengthExceededError");
}
