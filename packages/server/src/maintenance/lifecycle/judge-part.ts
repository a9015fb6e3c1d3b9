// Judges a part of a bucket by lifecycle rules: which changes are due.
import type { Check, MetadataStore } from "@ossicle/store";
import { maxChecks } from "@ossicle/store";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { decodeHead, type Head } from "../../objects/records/head.ts";
import { headRecords, uploadRecords, versionRecords } from "../../objects/records/key-space.ts";
import type { LifecyclePass, ObjectRecord } from "../../objects/records/records.ts";
import { abortUpload, isClosing, uploadIdText } from "../../objects/uploads/uploads.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { lastAccessOf } from "../../objects/versions/last-access.ts";
import { moveVersion } from "../../objects/versions/move-version.ts";
import {
  markIfUnchanged,
  removeIfNoncurrent,
  removeIfUnchanged,
} from "../../objects/versions/remove-judged.ts";
import { isProtected } from "../../objects/versions/retention.ts";
import {
  dueOfCurrent,
  dueOfNoncurrent,
  isUploadDue,
  removesMarker,
} from "../../objects/versions/judge-version.ts";
import { eachRecord, type RuledBucket } from "./ruled-records.ts";

/** A change that is due: it returns what it did, and undefined after a conflict. */
export type Change = () => Promise<
  "removed" | "marked" | "moved" | "aborted" | "nothing" | undefined
>;

/** What is due in a part. */
export interface JudgedPart {
  readonly judged: number;
  /** Objects without versions, which are removed several at a time. */
  readonly together: readonly Removal[];
  readonly changes: readonly Change[];
  readonly next: Uint8Array | undefined;
}

/** An object to remove. */
export interface Removal {
  readonly check: Check;
  readonly record: ObjectRecord;
}

type Judger = (
  services: ChangingServices,
  ruled: RuledBucket,
  from: Uint8Array | undefined,
) => Promise<JudgedPart>;

/** Judges a part of each pass. */
export const judgers: Readonly<Record<LifecyclePass, Judger>> = {
  uploads: judgeUploads,
  noncurrent: judgeNoncurrent,
  current: judgeCurrent,
};

async function judgeUploads(
  services: ChangingServices,
  { bucket, rules, nowMs, onFailure }: RuledBucket,
  from: Uint8Array | undefined,
): Promise<JudgedPart> {
  const changes: Change[] = [];
  const relevant = rules.filter((rule) => rule.abortMultipartUpload !== undefined);
  const read = { kind: uploadRecords, bucket, rules: relevant, from, onFailure };
  const { judged, next } = await eachRecord(services.metadata, read, ({ key: at, value }) => {
    const [, key, id] = uploadRecords.partsOf(at);
    const record = uploadRecords.decode(value);
    const { startedMs } = record;
    if (!isUploadDue(rules, { key, startedMs }, nowMs) || isClosing({ record }, nowMs)) return;
    const target = { bucket, key, head: undefined };
    changes.push(async () =>
      (await abortUpload(services, target, uploadIdText(id))) ? "aborted" : undefined,
    );
  });
  return { judged, together: [], changes, next };
}

async function judgeCurrent(
  services: ChangingServices,
  { bucket, rules, nowMs, onFailure }: RuledBucket,
  from: Uint8Array | undefined,
): Promise<JudgedPart> {
  const together: Removal[] = [];
  const changes: Change[] = [];
  const relevant = rules.filter(
    ({ expiration, transitions }) => expiration !== undefined || transitions.length > 0,
  );
  const isVersioned = bucket.gate.versioning !== undefined;
  const read = { kind: headRecords, bucket, rules: relevant, from, onFailure };
  const { judged, next } = await eachRecord(services.metadata, read, (entry) => {
    const [, key] = headRecords.partsOf(entry.key);
    const head = decodeHead(entry, false);
    const { record, version } = head;
    const target = { bucket, key, head };
    if (record.deleteMarker === true) {
      if (removesMarker(rules, key)) changes.push(() => removeLoneMarker(services, target));
      return;
    }
    const accessedMs = lastAccessOf(bucket.gate, record);
    const judged = { key, record, sinceMs: record.modifiedMs, accessedMs };
    const due = dueOfCurrent(rules, judged, nowMs);
    if (due === "nothing") return;
    if (due === "removal" && !isVersioned && isProtected(bucket.gate, record, { nowMs })) return;
    if (due !== "removal") {
      changes.push(async () =>
        (await moveVersion(services, target, { record, to: due })) ? "moved" : undefined,
      );
    } else if (isVersioned) {
      changes.push(async () => ((await markIfUnchanged(services, target)) ? "marked" : undefined));
    } else together.push({ check: { key: entry.key, version }, record });
  });
  return { judged, together, changes, next };
}

async function judgeNoncurrent(
  services: ChangingServices,
  { bucket, rules, nowMs, onFailure }: RuledBucket,
  from: Uint8Array | undefined,
): Promise<JudgedPart> {
  const byKey = new Map<string, ObjectRecord[]>();
  const relevant = rules.filter(
    ({ noncurrentVersionExpiration: expires, noncurrentVersionTransitions: moves }) =>
      expires !== undefined || moves.length > 0,
  );
  const read = { kind: versionRecords, bucket, rules: relevant, from, onFailure };
  const { judged, next } = await eachRecord(services.metadata, read, ({ key: at, value }) => {
    const [, key] = versionRecords.partsOf(at);
    const records = byKey.get(key) ?? [];
    records.push(versionRecords.decode(value));
    byKey.set(key, records);
  });
  const heads = await headsOf(services.metadata, bucket, [...byKey.keys()]);
  const changes: Change[] = [];
  for (const [key, records] of byKey) {
    const head = heads.get(key);
    if (head === undefined) continue; // the key was removed meanwhile
    const ofKey: Change[] = [];
    // A version became noncurrent when the next newer one was written.
    let newer = head.record;
    for (const record of records) {
      const accessedMs = lastAccessOf(bucket.gate, record);
      const since = { key, record, sinceMs: newer.modifiedMs, accessedMs };
      const due = dueOfNoncurrent(rules, since, nowMs);
      const target = { bucket, key, head, judged: record, newer };
      newer = record;
      if (due === "removal" && !isProtected(bucket.gate, record, { nowMs })) {
        ofKey.push(async () =>
          (await removeIfNoncurrent(services, target)) ? "removed" : undefined,
        );
      } else if (due !== "nothing" && due !== "removal" && record.deleteMarker !== true) {
        ofKey.push(async () =>
          (await moveVersion(services, target, { record, to: due })) ? "moved" : undefined,
        );
      }
    }
    // The oldest first: each is removed while the next newer one is there.
    changes.push(...ofKey.reverse());
  }
  return { judged, together: [], changes, next };
}

async function headsOf(
  metadata: MetadataStore,
  bucket: Bucket,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Head>> {
  const found = new Map<string, Head>();
  for (let at = 0; at < keys.length; at += maxChecks) {
    const some = keys.slice(at, at + maxChecks);
    const places = some.map((key) => headRecords.key(bucket.id, key));
    const entries = await metadata.getMany(places, { payloads: false });
    for (const [index, entry] of entries.entries()) {
      if (entry !== undefined) found.set(some[index] ?? "", decodeHead(entry, false));
    }
  }
  return found;
}

async function removeLoneMarker(
  services: ChangingServices,
  target: Parameters<typeof removeIfUnchanged>[1],
): Promise<"removed" | "nothing" | undefined> {
  const { bucket, key } = target;
  const { rows } = await services.metadata.scan({
    ...versionRecords.range(bucket.id, key),
    limit: 1,
  });
  if (rows.length > 0) return "nothing";
  return (await removeIfUnchanged(services, target)) ? "removed" : undefined;
}
