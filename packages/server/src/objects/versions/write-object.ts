// Makes a new version of a key visible. One commit checks the bucket's gate and the key's head,
// adds the references, and displaces the current version.
import { OssError } from "@ossicle/protocol";
import { mintRef } from "@ossicle/store";
import {
  type Attempt,
  changeKey,
  type ChangingServices,
  commitToKey,
  type KeyTarget,
} from "./change-key.ts";
import type { NewObject, WriteOptions, Written } from "./new-object.ts";
import { checksOf, hasSourceChanged } from "./conflict.ts";
import { displace, refsOf } from "./displace.ts";
import { headRecords, intentRecords } from "../records/key-space.ts";
import { retainedByDefault } from "./retention.ts";
import { placeRecord } from "../records/records.ts";
import { referencePut } from "../records/references.ts";
import { attemptHide } from "./hide-object.ts";

/**
 * Commits a new version of a key. The last writer wins, unless the guard throws. Throws
 * NoSuchBucket, ServiceUnavailable, and SourceChangedError when a record that the version was
 * copied from has changed.
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

/**
 * Throws FileAlreadyExists when the key exists. In buckets with versioning, also suspended, every
 * write is allowed (OSS API reference).
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
  const record = placeRecord(retainedByDefault(object.record, bucket.gate, nowMs), {
    id: id.toString("hex"),
    order: Math.max(nowMs * 1_000, (head?.record.order ?? 0) + 1),
    modifiedMs: nowMs,
    versioned: bucket.gate.versioning === "Enabled" ? true : undefined,
    nullPlace: displaced.nullPlace,
  });
  const alongside = options.alongside?.(nowMs, record);
  const at = headRecords.key(bucket.id, key);
  const { intent, payload, deletes = [] } = object;
  const value = headRecords.encode(record);
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
      ...(intent === undefined ? [] : [intentRecords.key(intent.ref)]),
      ...deletes,
    ],
  });
  if (committed.ok) {
    return { done: { record, version: committed.version, made: alongside?.made } };
  }
  return hasSourceChanged(object, committed.rest) ? { changed: "source" } : committed.changed;
}
