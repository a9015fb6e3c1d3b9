// Reads an upload form as it arrives: the fields, the file's bytes, and then the rest, which must
// not have a second file.
import { Dicer } from "@fastify/busboy";
import { OssError } from "@ossicle/protocol";
import type { Memory } from "../../memory/memory.ts";
import { asBuffer } from "../../objects/records/as-buffer.ts";
import { noMemory } from "../../memory/piece-pool.ts";
import { watchChunks } from "../../objects/bytes/watch-chunks.ts";
import type { RequestMessage } from "../../http/message.ts";
import { FormFields, maxFieldsBytes, tooMuch } from "./form-fields.ts";
import { boundaryOf, type PartHead, type PartHeader, readPartHeader } from "./part-header.ts";

/**
 * Longest time for the fields before the file, in milliseconds. OSS documents no limit. Ours allows
 * 8 MB of fields at 300 KB a second.
 */
export const fieldsTimeoutMs = 30_000;

/** Most bytes before the file, with the parts' heads. OSS documents no limit. */
const maxBytesBeforeFile = maxFieldsBytes + 1_048_576;

/** Most lines in the head of one part. OSS documents no limit. */
const maxHeaderPairs = 100;

/** Most bytes in the head of one part; the parser buffers them. OSS documents no limit. */
const maxPartHeadBytes = 16_384;

/** A form whose file is about to arrive. */
export interface UploadForm {
  /** Values as text, by lower-case name; the first of a name counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** Names and values of the callback's variables, whose case counts. */
  readonly variables: Readonly<Record<string, string>>;
  readonly fileName: string;
  /** Content-Type of the file's part. */
  readonly fileType: string | undefined;
  /** The file's bytes. Throws when the form is malformed, ends early, or has a second file. */
  readonly file: AsyncIterable<Uint8Array>;
  /**
   * Marks the form's signature as verified, so that its fields count as a document. Throws
   * ServiceUnavailable when there is no memory for them, or the error that ended the form.
   */
  readonly vouch: () => void;
  /**
   * Stops reading, and gives the memory of the fields back. The caller of `readForm` must call it
   * at the end, even after an error.
   */
  readonly drop: () => void;
}

/** The budgets for the memory of a form's fields. */
export type FormMemory = Pick<Memory, "unverified" | "documents">;

/**
 * Throws RequestIsNotMultiPartContent unless the request's Content-Type is `multipart/form-data`
 * with parameters.
 */
export function requireForm({ headers }: RequestMessage): void {
  if (/^multipart\/form-data\s*;/i.test(headers["content-type"] ?? "")) return;
  throw new OssError("RequestIsNotMultiPartContent");
}

/**
 * Reads a form up to its file. Throws MalformedPOSTRequest and the errors of its limits,
 * RequestTimeout, and ServiceUnavailable when forms without a verified signature hold too much
 * memory.
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
  readonly #parser: Dicer;
  readonly #outcome: FormOutcome;
  readonly #fields: FormFields;
  readonly #timer: NodeJS.Timeout;
  /** Resolves when the whole form has been read, or reading has been aborted. */
  readonly #ended: Promise<void>;
  /** Ends the field that is arriving. */
  #endField: () => void = nothing;
  #file: Dicer.PartStream | undefined;
  #failure: Error | undefined;
  #isOver = false;
  /** Bytes of the form that have arrived. */
  #received = 0;

  constructor(message: RequestMessage, outcome: FormOutcome) {
    this.#message = message;
    this.#outcome = outcome;
    const boundary = boundaryOf(message.headers["content-type"] ?? "");
    if (boundary === undefined || boundary === "") {
      throw malformed(new Error("the Content-Type names no boundary"));
    }
    // The package's types lack `maxHeaderSize`.
    const limits = { boundary, maxHeaderPairs, maxHeaderSize: maxPartHeadBytes };
    this.#parser = new Dicer(limits);
    const share = outcome.memory.unverified.open(() => this.#fail(noMemory()));
    this.#fields = new FormFields(share, outcome.memory.documents);
    this.#timer = setTimeout(() => this.#fail(new OssError("RequestTimeout")), fieldsTimeoutMs);
    this.#parser.on("part", (part) => this.#takePart(part));
    this.#parser.on("error", (cause) => this.#fail(malformed(cause)));
    this.#ended = new Promise((resolve) => {
      this.#parser.on("finish", resolve);
      this.#parser.on("close", resolve);
    });
  }

  /** Feeds the body to the parser, no faster than the file's reader consumes it. */
  async run(): Promise<void> {
    const source = this.#message.body.chunks[Symbol.asyncIterator]();
    try {
      this.#fields.reserve(maxPartHeadBytes);
      while (await this.#feedNext(source));
      if (this.#failure === undefined) this.#parser.end();
      await this.#ended;
      if (this.#file === undefined) this.#fail(new OssError("IncorrectNumberOfFilesInPOSTRequest"));
    } catch (cause) {
      this.#fail(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      clearTimeout(this.#timer);
      this.#fields.release();
      this.#isOver = true;
    }
  }

  // Runs once per chunk, so that no local variable keeps a chunk in memory while the client stalls.
  async #feedNext(source: AsyncIterator<Uint8Array>): Promise<boolean> {
    const { done = false, value } = await source.next();
    if (done || this.#failure !== undefined) return false;
    const chunk = asBuffer(value as Uint8Array);
    this.#received += chunk.length;
    if (this.#file === undefined && this.#received > maxBytesBeforeFile) this.#fail(tooMuch());
    const written = new Promise<void>((resolve) => {
      this.#parser.write(chunk, () => resolve());
    });
    // The parser does not call back for a write that has the end of a paused part.
    await Promise.race([written, this.#ended]);
    return true;
  }

  #takePart(part: Dicer.PartStream): void {
    // The parser emits a part before the stream of the previous part has emitted its end.
    this.#endField();
    part.on("error", (cause) => this.#fail(malformed(cause)));
    part.on("header", (head: object) => {
      const header = readPartHeader(head as PartHead); // the parser's own form of a part's head
      if (header === undefined || this.#failure !== undefined) part.resume();
      else if (header.name?.toLowerCase() === "file") this.#takeFile(part, header);
      else if (this.#file === undefined) this.#guarded(() => this.#takeField(part, header));
      else part.resume(); // what follows the file is ignored (OSS documentation, PostObject)
    });
  }

  // An error that a listener throws would end the process.
  #guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#fail(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  #takeField(part: Dicer.PartStream, { name, contentType }: PartHeader): void {
    if (name === undefined) throw new OssError("MalformedPOSTRequest");
    const field = this.#fields.begin(name, contentType);
    part.on("data", (chunk: Buffer) => {
      if (this.#failure === undefined) this.#guarded(() => field.push(chunk));
    });
    this.#endField = () => {
      this.#endField = nothing;
      while (part.read() !== null); // emits the buffered data to the listener
      if (this.#failure === undefined) this.#guarded(() => field.end());
    };
  }

  #takeFile(part: Dicer.PartStream, { fileName, contentType }: PartHeader): void {
    if (this.#file !== undefined) {
      part.resume();
      this.#fail(new OssError("IncorrectNumberOfFilesInPOSTRequest"));
      return;
    }
    this.#file = part;
    clearTimeout(this.#timer);
    this.#outcome.resolve({
      fields: this.#fields.byName,
      variables: this.#fields.variables,
      fileName: fileName ?? "",
      fileType: contentType,
      file: this.#bytesOf(part),
      vouch: () => {
        // After a failure the memory has been released, and would not be released again.
        if (this.#failure !== undefined) throw this.#failure;
        this.#fields.vouch();
      },
      drop: () => {
        if (!this.#isOver) this.#fail(new Error("the form is not read any further"));
      },
    });
  }

  #bytesOf(part: Dicer.PartStream): AsyncIterable<Uint8Array> {
    return watchChunks(part as AsyncIterable<Buffer>, {
      onError: (cause) => this.#failure ?? malformed(cause),
      onEnd: async () => {
        await this.#ended; // the file is whole only when the form is
        if (this.#failure !== undefined) throw this.#failure;
      },
    });
  }

  #fail(cause: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = cause;
    clearTimeout(this.#timer);
    this.#fields.release();
    this.#outcome.reject(cause); // has no effect once the file was found
    this.#file?.destroy(cause);
    this.#parser.destroy(cause);
  }
}

const nothing = (): void => undefined;

function malformed(cause: unknown): OssError<"MalformedPOSTRequest"> {
  return new OssError("MalformedPOSTRequest", {}, { cause });
}
