// Changes the versions of one object key. Each try checks the bucket's gate and the key's head, and
// is repeated when another writer has changed them. Every change of a key's versions writes its
// head, so the head is the key's only lock.
import { OssError } from "@ossicle/protocol";
import type { Check, Commit, Entry } from "@ossicle/store";
import { commitOnce, maxCommitTries, pauseBeforeTry } from "../records/commit.ts";
import { type Bucket, WrongGuessError } from "../buckets/bucket.ts";
import { lookUp, type LookUpServices } from "../buckets/look-up.ts";
import { decodeHead, type Head } from "../records/head.ts";
import type { KeyQueue } from "./key-queue.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { gateRecords, headRecords } from "../records/key-space.ts";

/** A key, as it was last seen. */
export interface KeyTarget {
  readonly bucket: Bucket;
  readonly key: string;
  readonly head: Head | undefined;
}

/** What changing a key needs. */
export interface ChangingServices extends LookUpServices, Pick<StorageServices, "clock"> {
  readonly queue: KeyQueue;
}

/** The result of one try. */
export type Attempt<T> =
  | { readonly done: T }
  | {
      readonly changed: "head";
      readonly gate?: Entry | undefined;
      readonly head?: Entry | undefined;
    }
  | { readonly changed: "source" };

/** A record that references were copied from has changed. The caller must read it again. */
export class SourceChangedError extends Error {
  override readonly name: string = "SourceChangedError";
}

/**
 * Pause of a writer whose bucket is being deleted, in milliseconds, and the number of pauses. The
 * deletion may still be refused. We chose 100 ms in all, because a deletion that finds objects ends
 * well before.
 */
const deletingPauseMs = 10;
const deletingTries = 10;

/**
 * Retries a change until it succeeds. Throws {@link WrongGuessError} when the bucket was a guess,
 * and is not as it was assumed. Writers of one key in this process wait for each other. A
 * writer that touches only a part of an upload, for example, waits in a lane of its own.
 */
export function changeKey<T>(
  services: ChangingServices,
  target: KeyTarget & { readonly lane?: string },
  attempt: (current: KeyTarget) => Promise<Attempt<T>>,
): Promise<T> {
  const { bucket, key, head, lane } = target;
  return services.queue.run(lane ?? `${bucket.record.id}/${key}`, () =>
    retry(services, { bucket, key, head }, attempt),
  );
}

/** The writes of a commit to a key, and its checks beyond those of gate and head. */
export interface KeyCommit extends Pick<Commit, "puts" | "deletes"> {
  readonly checks?: readonly Check[];
}

/**
 * The result of a commit to a key. `rest` holds the current entries of the further checks, from
 * which the caller sees what else has changed.
 */
export type KeyCommitted =
  | { readonly ok: true; readonly version: number }
  | {
      readonly ok: false;
      readonly changed: {
        readonly changed: "head";
        readonly gate: Entry | undefined;
        readonly head: Entry | undefined;
      };
      readonly rest: readonly (Entry | undefined)[];
    };

/** Commits a change, provided that the gate and the head are as they were read. */
export async function commitToKey(
  services: Pick<StorageServices, "metadata">,
  { bucket, key, head }: KeyTarget,
  { checks = [], puts, deletes }: KeyCommit,
): Promise<KeyCommitted> {
  const committed = await commitOnce(services.metadata, {
    checks: [
      { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
      { key: headRecords.key(bucket.id, key), version: head?.version ?? "absent" },
      ...checks,
    ],
    puts,
    deletes,
  });
  if (committed.ok) return committed;
  const [gate, current, ...rest] = committed.current;
  return { ok: false, changed: { changed: "head", gate, head: current }, rest };
}

/**
 * The result of a try that found nothing to do. It is valid only if the head has not changed since
 * it was read.
 */
export async function unchanged<T>(
  { metadata }: Pick<StorageServices, "metadata">,
  { bucket, key, head }: KeyTarget,
  done: T,
): Promise<Attempt<T>> {
  const [entry] = await metadata.getMany([headRecords.key(bucket.id, key)], { payloads: false });
  return entry?.version === head?.version ? { done } : { changed: "head" };
}

async function retry<T>(
  services: ChangingServices,
  target: KeyTarget,
  attempt: (current: KeyTarget) => Promise<Attempt<T>>,
): Promise<T> {
  let current = target;
  const { name, isGuess } = target.bucket;
  for (let tries = 0; tries < maxCommitTries; tries += 1) {
    current = await waitWhileDeleting(services, current);
    const result = await attempt(current);
    const isFirstOnGuess = isGuess === true && tries === 0;
    if ("done" in result) {
      if (isFirstOnGuess) services.hints.noteKey(name, true);
      return result.done;
    }
    if (result.changed === "source") throw new SourceChangedError();
    const sameGate = result.gate?.version === current.bucket.gateVersion;
    if (!sameGate && isGuess === true) throw new WrongGuessError();
    if (isFirstOnGuess) services.hints.noteKey(name, false);
    current = sameGate
      ? { ...current, head: result.head === undefined ? undefined : decodeHead(result.head) }
      : await readAgain(services, current);
    if (tries > 0) await pauseBeforeTry(tries);
  }
  throw new OssError("ServiceUnavailable", {}, { message: "Too many writers of one key." });
}

// The deletion of a bucket ends if the bucket is not empty. The writer then continues.
async function waitWhileDeleting(
  services: ChangingServices,
  target: KeyTarget,
): Promise<KeyTarget> {
  let current = target;
  for (let tries = 0; current.bucket.gate.state === "deleting"; tries += 1) {
    if (tries === deletingTries) {
      throw new OssError("NoSuchBucket", { BucketName: current.bucket.name });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, deletingPauseMs);
    });
    current = await readAgain(services, current);
  }
  return current;
}

// Reads bucket and head again. Another bucket of the same name is refused, because the request was
// authorised for the first one.
export async function readAgain(services: ChangingServices, target: KeyTarget): Promise<KeyTarget> {
  const { bucket, head } = await lookUp(services, target.bucket.name, target.key);
  if (bucket === undefined || bucket.record.id !== target.bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: target.bucket.name });
  }
  return { ...target, bucket, head };
}
