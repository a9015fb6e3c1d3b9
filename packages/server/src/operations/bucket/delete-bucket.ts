// DeleteBucket: a scan decides whether the bucket is empty, and no commit can check a scan. So the
// bucket is fenced first, then scanned, and then removed or opened again.
import { OssError } from "@ossicle/protocol";
import type { Check } from "@ossicle/store";
import { commitOnce, pauseBeforeTry } from "../../objects/records/commit.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { Handler } from "../handler.ts";
import type { StorageServices } from "../../objects/records/storage-services.ts";
import { jobPut } from "../../objects/records/jobs.ts";
import {
  bucketRecords,
  configRecords,
  gateRecords,
  headRecords,
  hiddenRecords,
  uploadRecords,
  versionRecords,
} from "../../objects/records/key-space.ts";
import type { GateRecord } from "../../objects/records/records.ts";

/** Most tries on a bucket that other callers delete or change; together about 300 ms. */
const maxTries = 24;

/** Lease of a deletion, in milliseconds. When it ends, another process resumes the deletion. */
const deletionLeaseMs = 10_000;

/** Removes an empty bucket. */
export const deleteBucket: Handler<"deleteBucket"> = async ({ services, bucket }, input) => {
  let current: Bucket | undefined = bucket;
  let outcome: Awaited<ReturnType<typeof tryDeleteBucket>> = "changed";
  // Several callers may delete one bucket at once: a caller that finds the gate changed reads the
  // bucket again.
  for (let tries = 0; tries < maxTries && outcome === "changed"; tries += 1) {
    if (tries > 0) await pauseBeforeTry(tries);
    if (current === undefined || current.record.id !== bucket.record.id) break;
    if (current.gate.state === "active") outcome = await tryDeleteBucket(services, current);
    if (outcome === "changed") current = (await lookUp(services, input.bucket)).bucket;
  }
  if (outcome === "removed") return { output: {} };
  if (outcome === "not empty") throw new OssError("BucketNotEmpty", { BucketName: input.bucket });
  if (outcome === "has uploads") {
    throw new OssError(
      "BucketNotEmpty",
      { BucketName: input.bucket },
      { message: "The bucket has Multipart Uploads. Please complete or abort them first." },
    );
  }
  if (current?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: input.bucket });
  }
  throw new OssError(
    "ServiceUnavailable",
    {},
    { message: "Other requests are changing the bucket. Please try again." },
  );
};

type DeletingServices = Pick<StorageServices, "metadata" | "clock">;

/** Tries to remove a bucket, or resumes a removal that a stopped process began. */
export async function tryDeleteBucket(
  services: DeletingServices,
  bucket: Bucket,
  resumed?: { readonly key: Uint8Array; readonly version: number },
): Promise<"removed" | "not empty" | "has uploads" | "changed"> {
  const { metadata, clock } = services;
  const gate = gateRecords.key(bucket.id);
  const nowMs = clock();
  const job = jobPut("delete-bucket", bucket.id, { dueMs: nowMs + deletionLeaseMs, nowMs });
  const closed: GateRecord = { ...bucket.gate, state: "deleting" };
  const fenced = await commitOnce(metadata, {
    checks: [
      { key: gate, version: bucket.gateVersion },
      ...(resumed === undefined ? [] : [resumed]),
    ],
    puts: [{ key: gate, value: gateRecords.encode(closed) }, job],
    // The new job replaces the old one in the same commit.
    deletes: resumed === undefined ? [] : [resumed.key],
  });
  if (!fenced.ok) return "changed";
  // No writer can add to the bucket now: each one checks the gate's version.
  const check = { key: gate, version: fenced.version };
  const left = await whatIsLeft(services, bucket.id);
  if (left === undefined) {
    if (!(await removeConfigs(services, bucket.id, check))) return "changed";
    const removed = await commitOnce(metadata, {
      checks: [check],
      puts: [],
      deletes: [bucketRecords.key(bucket.name), gate, job.key],
    });
    return removed.ok ? "removed" : "changed";
  }
  const open: GateRecord = { ...bucket.gate, state: "active" };
  const opened = await commitOnce(metadata, {
    checks: [check],
    puts: [{ key: gate, value: gateRecords.encode(open) }],
    deletes: [job.key],
  });
  return opened.ok ? left : "changed";
}

/** Configuration documents that one commit removes. A bucket may have 1,000 inventories. */
const configsPerCommit = 100;

// Removes the documents of a fenced bucket. Returns false when the fence is another one meanwhile.
async function removeConfigs(
  { metadata }: DeletingServices,
  bucket: Uint8Array,
  fence: Check,
): Promise<boolean> {
  for (;;) {
    const range = { ...configRecords.range(bucket), limit: configsPerCommit };
    const { rows } = await metadata.scan(range);
    const deletes = rows.flatMap((row) => ("entry" in row ? [row.entry.key] : []));
    if (deletes.length === 0) return true;
    const { ok } = await commitOnce(metadata, { checks: [fence], puts: [], deletes });
    if (!ok) return false;
  }
}

async function whatIsLeft(
  { metadata }: DeletingServices,
  bucket: Uint8Array,
): Promise<"not empty" | "has uploads" | undefined> {
  for (const kind of [headRecords, versionRecords, hiddenRecords, uploadRecords]) {
    const { rows } = await metadata.scan({ ...kind.range(bucket), limit: 1 });
    if (rows.length > 0) return kind === uploadRecords ? "has uploads" : "not empty";
  }
  return undefined;
}
