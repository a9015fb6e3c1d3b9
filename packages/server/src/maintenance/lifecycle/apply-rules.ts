// Applies lifecycle rules to a part of a bucket. Every change checks that the record is the one
// that was judged. A conflict with another writer is counted, and the part is looked at again.
import type { LifecycleRule } from "@ossicle/protocol";
import { type Check, maxChecks, maxWrites, type MetadataStore, prefixEnd } from "@ossicle/store";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import type { ListedKind } from "../../objects/listing/listing-range.ts";
import { commitOnce } from "../../objects/records/commit.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { decodeHead, type Head } from "../../objects/records/head.ts";
import {
  gateRecords,
  headRecords,
  uploadRecords,
  versionRecords,
} from "../../objects/records/key-space.ts";
import type { LifecyclePass, ObjectRecord } from "../../objects/records/records.ts";
import { abortUpload, isClosing, uploadIdText } from "../../objects/uploads/uploads.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { dropReferences } from "../../objects/versions/displace.ts";
import {
  markIfUnchanged,
  removeIfNoncurrent,
  removeIfUnchanged,
} from "../../objects/versions/remove-judged.ts";
import { moveVersion } from "../../objects/versions/move-version.ts";
import { isProtected } from "../../objects/versions/retention.ts";
import { dueOfCurrent, dueOfNoncurrent, isUploadDue, removesMarker } from "./judge-version.ts";

/** Records that are judged in one part, unless one key has more versions. */
const partRows = 200;

/** Changes under way at the same time, where each has a commit of its own. */
const changesAtOnce = 16;

/** What rules are applied to. */
export interface RuledBucket {
  readonly bucket: Bucket;
  readonly rules: readonly LifecycleRule[];
  readonly nowMs: number;
  /** Called for a record or a change that fails; the others go on. */
  readonly onFailure: (cause: unknown) => void;
}

/** What was done to a part, and where the next one begins. */
export interface AppliedPart {
  readonly judged: number;
  readonly removed: number;
  readonly marked: number;
  readonly moved: number;
  readonly aborted: number;
  /** Changes that another writer prevented, or that failed. */
  readonly conflicts: number;
  /** The first key of the next part; undefined at the end of the pass. */
  readonly next: Uint8Array | undefined;
}

/** A change that is due: it returns what it did, and nothing after a conflict. */
type Change = () => Promise<keyof Counts | "nothing" | undefined>;

type Counts = Pick<AppliedPart, "removed" | "marked" | "moved" | "aborted">;

/** Applies rules to the records of a pass, from a key on. */
export async function applyRules(
  services: ChangingServices,
  ruled: RuledBucket,
  { pass, from }: { readonly pass: LifecyclePass; readonly from: Uint8Array | undefined },
): Promise<AppliedPart> {
  const part = await judgers[pass](services, ruled, from);
  const counts = { removed: 0, marked: 0, moved: 0, aborted: 0 };
  let conflicts = 0;
  for (const group of groupsOf(part.together)) {
    const removed = await removeGroup(services, ruled.bucket, group);
    counts.removed += removed;
    conflicts += group.length - removed;
  }
  for (let at = 0; at < part.changes.length; at += changesAtOnce) {
    const some = part.changes.slice(at, at + changesAtOnce);
    const done = await Promise.all(some.map((act) => guarded(act, ruled.onFailure)));
    for (const kind of done) {
      if (kind === "nothing") continue;
      if (kind === undefined) conflicts += 1;
      else counts[kind] += 1;
    }
  }
  return { judged: part.judged, ...counts, conflicts, next: part.next };
}

// A change that fails counts as a conflict.
async function guarded(act: Change, onFailure: RuledBucket["onFailure"]): ReturnType<Change> {
  try {
    return await act();
  } catch (cause) {
    onFailure(cause);
    return undefined;
  }
}

interface JudgedPart {
  readonly judged: number;
  /** Objects without versions, which are removed several at a time. */
  readonly together: readonly Removal[];
  readonly changes: readonly Change[];
  readonly next: Uint8Array | undefined;
}

interface Removal {
  readonly check: Check;
  readonly record: ObjectRecord;
}

type Judger = (
  services: ChangingServices,
  ruled: RuledBucket,
  from: Uint8Array | undefined,
) => Promise<JudgedPart>;

const judgers: Readonly<Record<LifecyclePass, Judger>> = {
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
    const due = dueOfCurrent(rules, { key, record, sinceMs: record.modifiedMs }, nowMs);
    if (due === "nothing") return;
    if (due === "removal" && !isVersioned && isProtected(bucket.gate, record, nowMs)) return;
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
      const due = dueOfNoncurrent(rules, { key, record, sinceMs: newer.modifiedMs }, nowMs);
      const target = { bucket, key, head, judged: record, newer };
      newer = record;
      if (due === "removal" && !isProtected(bucket.gate, record, nowMs)) {
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

interface RecordsToRead extends Pick<RuledBucket, "bucket" | "rules" | "onFailure"> {
  readonly kind: ListedKind;
  readonly from: Uint8Array | undefined;
}

// Visits the records of keys that a rule may concern. A part ends between two keys.
async function eachRecord(
  metadata: MetadataStore,
  { kind, bucket, rules, from, onFailure }: RecordsToRead,
  visit: (entry: {
    readonly key: Uint8Array;
    readonly value: Uint8Array;
    readonly version: number;
  }) => void,
): Promise<Pick<JudgedPart, "judged" | "next">> {
  let judged = 0;
  let last: string | undefined;
  for (const { from: begin, to } of rangesOf(kind, bucket, rules)) {
    if (from !== undefined && Buffer.compare(from, to) >= 0) continue;
    const start = from !== undefined && Buffer.compare(from, begin) > 0 ? from : begin;
    for await (const entry of entriesOf(metadata, { from: start, to, pageRows: partRows })) {
      const key = kind.partOf(entry.key, 1);
      if (judged >= partRows && key !== last) return { judged, next: entry.key };
      try {
        visit(entry);
      } catch (cause) {
        onFailure(cause); // a damaged record: `ossicle verify` names it
      }
      judged += 1;
      last = key;
    }
  }
  return { judged, next: undefined };
}

// The ranges of the rules' prefixes, without those that lie in another one.
function rangesOf(
  kind: ListedKind,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
): readonly { readonly from: Uint8Array; readonly to: Uint8Array }[] {
  const prefixes = rules.filter(({ status }) => status === "Enabled").map(({ prefix }) => prefix);
  const outer = [...new Set(prefixes)].filter(
    (prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)),
  );
  return outer
    .map((prefix) => {
      const from = kind.beginning(bucket.id, prefix);
      return { from, to: prefixEnd(from) ?? from };
    })
    .toSorted((one, other) => Buffer.compare(one.from, other.from));
}

// Each removal is a check and a deletion, and two writes for each blob. The gate is a check too.
function* groupsOf(removals: readonly Removal[]): Generator<readonly Removal[]> {
  let group: Removal[] = [];
  let writes = 0;
  for (const removal of removals) {
    const { puts, deletes } = dropReferences(removal.record, 0);
    const more = puts.length + deletes.length + 1;
    if (group.length === maxChecks - 1 || (writes + more > maxWrites && group.length > 0)) {
      yield group;
      group = [];
      writes = 0;
    }
    group.push(removal);
    writes += more;
  }
  if (group.length > 0) yield group;
}

async function removeGroup(
  services: ChangingServices,
  bucket: Bucket,
  group: readonly Removal[],
): Promise<number> {
  const nowMs = services.clock();
  const dropped = group.map(({ record }) => dropReferences(record, nowMs));
  const committed = await commitOnce(services.metadata, {
    checks: [
      { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
      ...group.map(({ check }) => check),
    ],
    puts: dropped.flatMap(({ puts }) => puts),
    deletes: [...group.map(({ check }) => check.key), ...dropped.flatMap(({ deletes }) => deletes)],
  });
  if (committed.ok) return group.length;
  if (group.length === 1) return 0;
  // One of them has changed: the others are removed one by one.
  let removed = 0;
  for (const one of group) removed += await removeGroup(services, bucket, [one]);
  return removed;
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
