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
  /** Records whose versions must still hold, because references were learnt from them. */
  readonly learntFrom?: readonly Check[];
  /** Records that go with the commit: a completed upload, for example. */
  readonly deletes?: readonly Uint8Array[];
  /** The id that owns its references already, of a version that was hidden. */
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
   * Makes further records of the same commit, again for every try: a delivery and its job, whose
   * lease begins with the try. A hidden version has no record yet.
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
  /** What it is; of a hidden version, without a place. */
  readonly record: ObjectRecord;
  /** Of the commit: every record that it put has this version. */
  readonly version: number;
  /** What `alongside` made in the try that was committed. */
  readonly made: Made | undefined;
}
