// The fields of an upload form: gathered as they arrive, within the bounds of OSS, and counted
// against the process's memory.
import { OssError, shownValue } from "@ossicle/protocol";
import type { BudgetShare, ByteBudget } from "../../memory/byte-budget.ts";
import { noMemory } from "../../memory/piece-pool.ts";
import { fieldText } from "./part-header.ts";

/** Longest name of a field in bytes (OSS documentation, PostObject: 8 KB). */
export const maxFieldNameBytes = 8_192;

/** Longest value of a field in bytes (OSS documentation, PostObject: 2 MB). */
export const maxFieldValueBytes = 2_097_152;

/** Most bytes of all fields before the file (EC 0006-00000112: 8 MB). */
export const maxFieldsBytes = 8_388_608;

/** Most fields. OSS limits only their size. */
export const maxFields = 1_000;

/**
 * Most bytes of fields that Ossicle does not use. They are kept up to this bound, because a policy
 * may name them. OSS documents no limit.
 */
const maxOtherBytes = 1_024;

/** Fields that become headers of the same name. */
export const headerFields: ReadonlySet<string> = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "expires",
  "success_action_status",
  "success_action_redirect",
]);

/** Fields that Ossicle uses, beside those whose names begin with `x-oss-` or `x:`. */
const readFields: ReadonlySet<string> = new Set([
  "key",
  "policy",
  "signature",
  "ossaccesskeyid",
  "callback",
  "content-type",
  ...headerFields,
]);

/** A field whose value is arriving. */
export interface ArrivingField {
  /** Adds a chunk of the value. Throws when a bound is exceeded. */
  readonly push: (chunk: Buffer) => void;
  /**
   * Ends the value. Throws InvalidArgument for a variable whose name differs from another's in case
   * only.
   */
  readonly end: () => void;
}

/** Gathers fields. */
export class FormFields {
  /** Values as text, by lower-case name; the first of a name counts. */
  readonly byName: ReadonlyMap<string, string>;
  /** Names and values of the callback's variables, whose case counts. */
  readonly variables: Readonly<Record<string, string>>;
  readonly #byName = new Map<string, string>();
  readonly #variables: Record<string, string> = {};
  readonly #unverified: BudgetShare;
  readonly #documents: ByteBudget;
  #count = 0;
  #arrived = 0;
  #kept = 0;
  /** Bytes that the parser may hold. */
  #reserved = 0;
  #others = 0;
  /** Bytes taken from the budget for documents. */
  #lent = 0;

  constructor(unverified: BudgetShare, documents: ByteBudget) {
    this.byName = this.#byName;
    this.variables = this.#variables;
    this.#unverified = unverified;
    this.#documents = documents;
  }

  /**
   * Counts bytes that the parser may hold beside the fields, until a signature has been verified.
   */
  reserve(bytes: number): void {
    this.#reserved = bytes;
    this.#unverified.hold(this.#reserved + this.#kept);
  }

  /** Begins a field. Throws FieldItemTooLong and MaxPOSTPreDataLengthExceededError. */
  begin(name: string, contentType: string | undefined): ArrivingField {
    this.#count += 1;
    if (this.#count > maxFields) throw tooMuch();
    if (Buffer.byteLength(name) > maxFieldNameBytes) throw tooLong(name);
    this.#arrive(Buffer.byteLength(name));
    const isRead = isReadField(name.toLowerCase());
    const chunks: Buffer[] = [];
    let size = 0;
    let isDiscarded = false;
    return {
      push: (chunk) => {
        size += chunk.length;
        if (size > maxFieldValueBytes) throw tooLong(name);
        this.#arrive(chunk.length);
        if (!isRead) this.#others += chunk.length;
        isDiscarded ||= !isRead && this.#others > maxOtherBytes;
        if (isDiscarded) return;
        chunks.push(chunk);
        this.#keep(chunk.length);
      },
      end: () => {
        if (!isDiscarded) this.#take(name, fieldText(Buffer.concat(chunks, size), contentType));
      },
    };
  }

  #arrive(bytes: number): void {
    this.#arrived += bytes;
    if (this.#arrived > maxFieldsBytes) throw tooMuch();
  }

  #keep(bytes: number): void {
    this.#kept += bytes;
    this.#unverified.hold(this.#reserved + this.#kept);
  }

  #take(name: string, value: string): void {
    const lower = name.toLowerCase();
    const isKnown = this.#byName.has(lower);
    if (lower.startsWith("x:") && isKnown && !(name in this.#variables)) {
      // Policies ignore the case of names. With both variables, a policy would check one of them
      // and leave the other unchecked.
      throw new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: value });
    }
    this.#keep(Buffer.byteLength(name));
    if (!isKnown) this.#byName.set(lower, value);
    if (lower.startsWith("x:") && !isKnown) this.#variables[name] = value;
  }

  /**
   * Moves the fields to the budget for documents, once their signature has been verified. Throws
   * ServiceUnavailable when there is no memory for them.
   */
  vouch(): void {
    this.#unverified.release();
    if (!this.#documents.take(this.#kept)) throw noMemory();
    this.#lent = this.#kept;
  }

  /** Gives all memory back to the budgets. */
  release(): void {
    this.#unverified.release();
    this.#documents.give(this.#lent);
    this.#lent = 0;
  }
}

function isReadField(name: string): boolean {
  return readFields.has(name) || name.startsWith("x-oss-") || name.startsWith("x:");
}

function tooLong(name: string): OssError<"FieldItemTooLong"> {
  return new OssError("FieldItemTooLong", { FieldName: shownValue(name) });
}

/** The error for a form whose fields are too many or too long together. */
export function tooMuch(): OssError<"MaxPOSTPreDataLengthExceededError"> {
  return new OssError("MaxPOSTPreDataLengthExceededError");
}
