// Makes an object visible, or takes it away: one commit that checks the bucket's gate and the key's head, moves the
// references, and marks what was displaced as garbage.
import { OssError } from "@ossicle/protocol";
import { type Check, type Entry, mintRef, type Put } from "@ossicle/store";
import type { Services } from "../services.ts";
import { commitOnce, maxCommitTries, pauseBeforeTry } from "./commit.ts";
import { garbageKey, gateKey, headKey, intentKey, referenceKey } from "./keys.ts";
import { type Bucket, decodeHead, type Head, lookUp, payloadOf } from "./look-up.ts";
import { encodeRecord, type ObjectDescription, type ObjectRecord, placeRecord } from "./records.ts";

/** A new version of a key, before the commit gives it an order. */
export interface NewObject {
  readonly record: ObjectDescription;
  /** The bytes, when they travel in the commit. */
  readonly payload?: Uint8Array;
  /** The intent that this commit consumes, when the bytes are a fresh blob. */
  readonly intent?: { readonly ref: Uint8Array; readonly version: number };
  /** Records whose versions must still hold, because references were learnt from them. */
  readonly learntFrom?: readonly Check[];
}

/** How to write. */
export interface WriteOptions {
  readonly bucket: Bucket;
  readonly key: string;
  /** The head as the request saw it. */
  readonly head: Head | undefined;
  readonly forbidOverwrite: boolean;
  /** Further records of the same commit: the delivery and its job, whose lease begins with the try. */
  readonly alongside?: (nowMs: number) => readonly Put[];
}

/** What was written. */
export interface Written {
  readonly record: ObjectRecord;
  /** Of the commit: every record that it put has this version. */
  readonly version: number;
}

type WritingServices = Pick<Services, "metadata" | "hints" | "queue" | "clock">;

/** How long a writer waits for a bucket whose deletion may yet be refused, in milliseconds (STORAGE: ≤ 100 ms). */
const deletingPauseMs = 10;
const deletingTries = 10;

/** Commits a new version of a key. The last writer wins, unless overwriting is forbidden. */
export function writeObject(
  services: WritingServices,
  options: WriteOptions,
  object: NewObject,
): Promise<Written> {
  const { bucket, key } = options;
  return services.queue.run(`${bucket.record.id}/${key}`, () =>
    retry(services, options, (current) => attemptWrite(services, current, object)),
  );
}

async function attemptWrite(
  services: WritingServices,
  options: WriteOptions,
  object: NewObject,
): Promise<Attempt<Written>> {
  const { bucket, key, head } = options;
  if (options.forbidOverwrite && head !== undefined) {
    throw new OssError("FileAlreadyExists", { Key: key });
  }
  const nowMs = services.clock();
  const id = Buffer.from(mintRef());
  const record = placeRecord(object.record, {
    id: id.toString("hex"),
    order: Math.max(nowMs * 1_000, (head?.record.order ?? 0) + 1),
    modifiedMs: nowMs,
  });
  const at = headKey(bucket.id, key);
  const displaced = displace(head, nowMs);
  const { intent, payload } = object;
  const committed = await commitOnce(services.metadata, {
    checks: [
      ...unchanged(options),
      ...(intent === undefined ? [] : [{ key: intentKey(intent.ref), version: intent.version }]),
      ...(object.learntFrom ?? []),
    ],
    puts: [
      payload === undefined
        ? { key: at, value: encodeRecord(record) }
        : { key: at, value: encodeRecord(record), payload },
      ...(record.extents ?? []).map(([ref]) => ({
        key: referenceKey(Buffer.from(ref, "hex"), id),
        value: encodeRecord({}),
      })),
      ...displaced.puts,
      ...(options.alongside?.(nowMs) ?? []),
    ],
    deletes: [...displaced.deletes, ...(intent === undefined ? [] : [intentKey(intent.ref)])],
  });
  if (committed.ok) return { done: { record, version: committed.version } };
  const [gate, current, ...rest] = committed.current;
  if (intent !== undefined && rest[0] === undefined) {
    // The sweeper took a very slow upload's intent; its bytes are gone and nothing was acknowledged.
    throw new OssError("ServiceUnavailable", {}, { message: "The upload took too long." });
  }
  const learnt = rest.slice(intent === undefined ? 0 : 1);
  if (!(object.learntFrom ?? []).every(({ version }, at) => learnt[at]?.version === version)) {
    return { changed: "source" };
  }
  return { changed: "head", gate, head: current };
}

/** Removes the current version of a key; a missing one is no error. */
export function removeObject(
  services: WritingServices,
  options: Pick<WriteOptions, "bucket" | "key" | "head">,
): Promise<void> {
  const { bucket, key } = options;
  return services.queue.run(`${bucket.record.id}/${key}`, () =>
    retry<void>(services, { ...options, forbidOverwrite: false }, async (current) => {
      const { head } = current;
      if (head === undefined) return { done: undefined };
      const displaced = displace(head, services.clock());
      const at = headKey(current.bucket.id, key);
      const committed = await commitOnce(services.metadata, {
        checks: unchanged(current),
        puts: displaced.puts,
        deletes: [at, ...displaced.deletes],
      });
      return committed.ok
        ? { done: undefined }
        : { changed: "head", gate: committed.current[0], head: committed.current[1] };
    }),
  );
}

/** Replaces the current version's record in place: its ACL, for example. Returns false when the key is gone. */
export function updateObject(
  services: WritingServices,
  options: Pick<WriteOptions, "bucket" | "key" | "head">,
  change: (record: ObjectRecord) => ObjectRecord,
): Promise<boolean> {
  const { bucket, key } = options;
  return services.queue.run(`${bucket.record.id}/${key}`, () =>
    retry<boolean>(services, { ...options, forbidOverwrite: false }, async (current) => {
      const { head } = current;
      if (head === undefined) return { done: false };
      const at = headKey(current.bucket.id, key);
      const value = encodeRecord(change(head.record));
      const payload = payloadOf(head);
      const committed = await commitOnce(services.metadata, {
        checks: unchanged(current),
        puts: [payload === undefined ? { key: at, value } : { key: at, value, payload }],
        deletes: [],
      });
      return committed.ok
        ? { done: true }
        : { changed: "head", gate: committed.current[0], head: committed.current[1] };
    }),
  );
}

/** The checks of every write: gate and head are as the request saw them. Refused commits answer in this order. */
function unchanged({ bucket, key, head }: Pick<WriteOptions, "bucket" | "key" | "head">): Check[] {
  return [
    { key: gateKey(bucket.id), version: bucket.gateVersion },
    { key: headKey(bucket.id, key), version: head?.version ?? "absent" },
  ];
}

/** What one try came to. */
type Attempt<T> =
  | { readonly done: T }
  | {
      readonly changed: "head";
      readonly gate: Entry | undefined;
      readonly head: Entry | undefined;
    }
  | { readonly changed: "source" };

/** The record that references were learnt from has changed: the caller reads it again. */
export class SourceChangedError extends Error {
  override readonly name: string = "SourceChangedError";
}

async function retry<T>(
  services: WritingServices,
  options: WriteOptions,
  attempt: (current: WriteOptions) => Promise<Attempt<T>>,
): Promise<T> {
  let current = options;
  for (let tries = 0; tries < maxCommitTries; tries += 1) {
    current = await waitWhileDeleting(services, current);
    const result = await attempt(current);
    if ("done" in result) return result.done;
    if (result.changed === "source") throw new SourceChangedError();
    current =
      result.gate?.version === current.bucket.gateVersion
        ? { ...current, head: result.head === undefined ? undefined : decodeHead(result.head) }
        : await again(services, current);
    if (tries > 0) await pauseBeforeTry(tries);
  }
  throw new OssError("ServiceUnavailable", {}, { message: "Too many writers of one key." });
}

// A bucket that is being deleted may turn out not to be empty: then it stays, and the writer goes on.
async function waitWhileDeleting(
  services: WritingServices,
  options: WriteOptions,
): Promise<WriteOptions> {
  let current = options;
  for (let tries = 0; current.bucket.gate.state === "deleting"; tries += 1) {
    if (tries === deletingTries) {
      throw new OssError("NoSuchBucket", { BucketName: current.bucket.name });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, deletingPauseMs);
    });
    current = await again(services, current);
  }
  return current;
}

// Never into another bucket of the same name: the request was authorised for this one.
async function again(services: WritingServices, options: WriteOptions): Promise<WriteOptions> {
  const { bucket, head } = await lookUp(services, options.bucket.name, options.key);
  if (bucket === undefined || bucket.record.id !== options.bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: options.bucket.name });
  }
  return { ...options, bucket, head };
}

/** What the same commit must do about the version that it displaces. */
function displace(head: Head | undefined, nowMs: number): { puts: Put[]; deletes: Buffer[] } {
  const puts: Put[] = [];
  const deletes: Buffer[] = [];
  const owner = Buffer.from(head?.record.id ?? "", "hex");
  for (const [hex] of head?.record.extents ?? []) {
    const ref = Buffer.from(hex, "hex");
    deletes.push(referenceKey(ref, owner));
    puts.push({ key: garbageKey(ref), value: encodeRecord({ sinceMs: nowMs }) });
  }
  return { puts, deletes };
}
