// A new version of a key: what it is, how it is written, and what the write returns.
import type { Check, Put } from "@ossicle/store";
import type { Intent } from "../bytes/ingest.ts";
import type { KeyTarget } from "./change-key.ts";
import type { ObjectDescription, ObjectRecord } from "../records/records.ts";

/** A new version of a key, before the commit gives it an order. */
export interface NewObject {
  readonly record: ObjectDescription;
  /** The bytes, when they travel in the commit. */
  readonly payload?: Uint8Array;
  /** The intent that this commit consumes, when the bytes are a fresh blob. */
  readonly intent?: Intent;
  /** Records that must not have changed, because references were copied from them. */
  readonly learntFrom?: readonly Check[];
  /** Records that the commit deletes, such as that of a completed upload. */
  readonly deletes?: readonly Uint8Array[];
  /** For a version that was hidden: the id that already owns its references. */
  readonly id?: Buffer;
}

/** Records that a commit puts beside an object. */
export interface Alongside<Made> {
  readonly puts: readonly Put[];
  /** What the caller needs of them once they are committed. */
  readonly made: Made | undefined;
}

/** How to write. */
export interface WriteOptions<Made = undefined> extends KeyTarget {
  /** Judges the current version before every try, and throws to refuse the write. */
  readonly guard?: ((current: KeyTarget) => void) | undefined;
  /**
   * Makes further records for the same commit, such as a delivery and its job. It is called for
   * every try, because the job's lease begins with the try. For a hidden version `record` is
   * undefined.
   */
  readonly alongside?:
    | ((nowMs: number, record: ObjectRecord | undefined) => Alongside<Made>)
    | undefined;
  /**
   * The delivery under whose id the version waits unseen, until the application has confirmed it.
   */
  readonly hideUnder?: Uint8Array | undefined;
}

/** What was written. */
export interface Written<Made = undefined> {
  /** The version's record; that of a hidden version has no place. */
  readonly record: ObjectRecord;
  /** Version of the commit, which every record that it put has. */
  readonly version: number;
  /** What `alongside` made in the try that was committed. */
  readonly made: Made | undefined;
}
