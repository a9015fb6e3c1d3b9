// Applies lifecycle rules to a part of a bucket. Every change checks that the record is the one
// that was judged. A conflict with another writer is counted, and the part is looked at again.
import { maxChecks, maxWrites } from "@ossicle/store";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { commitOnce } from "../../objects/records/commit.ts";
import { gateRecords } from "../../objects/records/key-space.ts";
import type { LifecyclePass } from "../../objects/records/records.ts";
import type { ChangingServices } from "../../objects/versions/change-key.ts";
import { dropReferences } from "../../objects/versions/displace.ts";
import { type Change, judgers, type Removal } from "./judge-part.ts";
import type { RuledBucket } from "./ruled-records.ts";

/** Changes under way at the same time, where each has a commit of its own. */
const changesAtOnce = 16;

/** What was done to a part, and where the next one begins. */
export interface AppliedPart {
  readonly judged: number;
  readonly removed: number;
  readonly marked: number;
  readonly moved: number;
  readonly aborted: number;
  /** Changes that failed. The reason is in the log. */
  readonly failed: number;
  /** Changes that another writer prevented. */
  readonly conflicts: number;
  /** The first key of the next part; undefined at the end of the pass. */
  readonly next: Uint8Array | undefined;
}

/** Applies rules to the records of a pass, from a key on. */
export async function applyRules(
  services: ChangingServices,
  ruled: RuledBucket,
  { pass, from }: { readonly pass: LifecyclePass; readonly from: Uint8Array | undefined },
): Promise<AppliedPart> {
  const part = await judgers[pass](services, ruled, from);
  const counts = { removed: 0, marked: 0, moved: 0, aborted: 0, failed: 0 };
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

// A change that fails does not end the run, and is not tried again before the next one.
async function guarded(
  act: Change,
  onFailure: RuledBucket["onFailure"],
): Promise<Awaited<ReturnType<Change>> | "failed"> {
  try {
    return await act();
  } catch (cause) {
    onFailure(cause);
    return "failed";
  }
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
