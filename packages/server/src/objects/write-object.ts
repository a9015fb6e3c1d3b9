// Makes a new version of a key visible: one commit that checks the bucket's gate and the key's
// head, takes the references, and sees to the version that it displaces.
import { OssError } from "@ossicle/protocol";
import { type Check, mintRef, type Put } from "@ossicle/store";
import {
  type Attempt,
  changeKey,
  type ChangingServices,
  commitToKey,
  type KeyTarget,
} from "./change-key.ts";
import { checksOf, hasSourceChanged } from "./conflict.ts";
import { displace, refsOf } from "./displace.ts";
import { attemptHide } from "./hide-object.ts";
import type { Intent } from "./ingest.ts";
import { headKey, intentKey } from "./keys.ts";
import { encodeRecord, type ObjectDescription, type ObjectRecord, placeRecord } from "./records.ts";
import { referencePut } from "./references.ts";

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
  /** Who owns its references already, while it was hidden. */
  readonly id?: Buffer;
}

/** Records that a commit puts beside an object. */
export interface Alongside<Made> {
  readonly puts: readonly Put[];
  /** What the caller needs to know of them once they are committed. */
  readonly made: Made | undefined;
}

/** How to write. */
export interface WriteOptions<Made = undefined> extends KeyTarget {
  /** Judges what stands there, before every try; throws what refuses the write. */
  readonly guard?: ((current: KeyTarget) => void) | undefined;
  /**
   * Makes further records of the same commit, anew for every try: a delivery and its job, whose
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

/**
 * Commits a new version of a key. The last writer wins, unless the guard throws. Throws
 * NoSuchBucket, ServiceUnavailable, and SourceChangedError when what it was learnt from has
 * changed.
 */
export function writeObject<Made = undefined>(
  services: ChangingServices,
  options: WriteOptions<Made>,
  object: NewObject,
): Promise<Written<Made>> {
  return changeKey(services, options, (current) =>
    options.hideUnder === undefined
      ? attemptWrite(services, { ...options, ...current }, object)
      : attemptHide(services, { ...options, ...current, hideUnder: options.hideUnder }, object),
  );
}

/** The guard of a write that may forbid overwriting. */
export function overwriteGuard(forbid: boolean | undefined): WriteOptions["guard"] {
  return forbid === true ? refuseOverwriting : undefined;
}

/**
 * Throws FileAlreadyExists where a key that is taken must not be overwritten; versioned buckets
 * lose nothing (OSS API reference).
 */
export function refuseOverwriting({ bucket, key, head }: KeyTarget): void {
  if (head === undefined || bucket.gate.versioning !== undefined) return;
  throw new OssError("FileAlreadyExists", { Key: key });
}

async function attemptWrite<Made>(
  services: ChangingServices,
  options: WriteOptions<Made>,
  object: NewObject,
): Promise<Attempt<Written<Made>>> {
  const { bucket, key, head } = options;
  options.guard?.(options);
  const nowMs = services.clock();
  const displaced = await displace(services, options, nowMs);
  if (displaced === undefined) return { changed: "head" };
  const id = object.id ?? Buffer.from(mintRef());
  const record = placeRecord(object.record, {
    id: id.toString("hex"),
    order: Math.max(nowMs * 1_000, (head?.record.order ?? 0) + 1),
    modifiedMs: nowMs,
    versioned: bucket.gate.versioning === "Enabled" ? true : undefined,
    nullPlace: displaced.nullPlace,
  });
  const alongside = options.alongside?.(nowMs, record);
  const at = headKey(bucket.id, key);
  const { intent, payload, deletes = [] } = object;
  const value = encodeRecord(record);
  const committed = await commitToKey(services, options, {
    checks: checksOf(object),
    puts: [
      payload === undefined ? { key: at, value } : { key: at, value, payload },
      ...(object.id === undefined ? refsOf(record).map((ref) => referencePut(ref, id)) : []),
      ...displaced.puts,
      ...(alongside?.puts ?? []),
    ],
    deletes: [
      ...displaced.deletes,
      ...(intent === undefined ? [] : [intentKey(intent.ref)]),
      ...deletes,
    ],
  });
  if (committed.ok) {
    return { done: { record, version: committed.version, made: alongside?.made } };
  }
  return hasSourceChanged(object, committed.rest) ? { changed: "source" } : committed.changed;
}
