// `ossicle copy`: copies a store from a data folder into a database and a place for blobs, or back.
// The source may serve meanwhile. A run that is repeated copies what has changed since. The last
// run, for which nothing may write, completes the copy; before it, no server serves the target.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, type MetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { copyOwnerKey } from "../../accounts/credentials.ts";
import { loadSecretBox, SecretBox } from "../../accounts/secret-box.ts";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import {
  blobsOf,
  metadataFolderName,
  secretKeyFileName,
  type StorePlace,
} from "../../data-folder/layout.ts";
import { keepOnce } from "../../data-folder/keep-once.ts";
import { lockPlace } from "../../data-folder/lock-place.ts";
import { openMetadata } from "../../data-folder/open-metadata.ts";
import { openSharedMetadata } from "../../data-folder/open-shared-metadata.ts";
import { requireSharedBlobs } from "../../data-folder/require-shared-blobs.ts";
import { findSharedBlobs, type SharedBlobs } from "../../data-folder/shared-blobs.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { findCopy, markCopy } from "../../objects/records/format.ts";
import { Hashing } from "../../objects/bytes/hashing.ts";
import { serverRecords } from "../../objects/records/key-space.ts";
import type { Finding } from "../verify/finding.ts";
import { type VerifyReport, verifyStore } from "../verify/verify-store.ts";
import { copyBlobs, type CopiedBlobs } from "./copy-blobs.ts";
import { copyRecords, type CopiedRecords } from "./copy-records.ts";

/** What is copied, and how. */
export interface CopyPlan {
  readonly from: StorePlace;
  readonly to: StorePlace;
  /** Whether nothing writes to the source any more, so that this run completes the copy. */
  readonly isFinal: boolean;
  /** Called for what the verification of the final run finds. */
  readonly onFinding: (finding: Finding) => void;
}

/** What a run did. */
export interface CopyReport {
  readonly records: CopiedRecords;
  readonly blobs: CopiedBlobs;
  /** Of the final run. The copy is complete when nothing is damaged. */
  readonly verified?: VerifyReport;
}

/**
 * Copies a store. Throws ConfigurationError when the target holds a store, the source of a final
 * run is being served, or the secret key is not that of the source.
 */
export async function copyStore({ from, to, isFinal, onFinding }: CopyPlan): Promise<CopyReport> {
  const secretKey = await requireSecretKey(from, to);
  const closers: (() => Promise<void>)[] = [];
  try {
    if (isFinal) closers.push(await locked(from));
    const source = await openMetadata(from);
    closers.push(() => source.close());
    closers.push(await locked(to));
    const target = await openTarget(to);
    closers.push(() => target.close());
    await requireCopyOf(target, source);
    const blobs = await findSharedBlobs(blobsOf(from), { readOnly: true });
    closers.push(blobs.close);
    const targetBlobs = await findSharedBlobs(blobsOf(to));
    closers.push(targetBlobs.close);
    const stores = { from: source, to: target };
    const opened = { from: await blobs.open(), to: await targetBlobs.open() };
    const report = { records: await copyRecords(stores), blobs: await copyBlobs(opened) };
    if (!isFinal) return report;
    await copyOwnerKey(
      { isFolder: from.metadata === undefined, folder: from.data, metadata: source },
      { folder: to.data, metadata: target },
      new SecretBox(Buffer.from(secretKey, "hex")),
    );
    const hashing = await Hashing.create();
    closers.push(() => hashing.close());
    const services = { metadata: target, blobs: opened.to, hashing };
    const verified = await verifyStore(services, { readsBytes: true, onFinding });
    if (verified.damaged === 0) {
      await complete(to, { metadata: target, blobs: targetBlobs, secretKey });
    }
    return { ...report, verified };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function locked(place: StorePlace): Promise<() => Promise<void>> {
  const lock = await lockPlace(place);
  return async () => lock?.release();
}

function openTarget({ data, metadata }: StorePlace): Promise<MetadataStore> {
  if (metadata !== undefined) return openSharedMetadata(metadata);
  return openLmdbMetadataStore({ folder: join(data, metadataFolderName) });
}

// The target is empty, or holds an earlier run's copy of the same store.
async function requireCopyOf(target: MetadataStore, source: MetadataStore): Promise<void> {
  const state = await findCopy(target);
  const account = serverRecords.key("account");
  const [[is], [copies]] = await Promise.all([
    source.getMany([account]),
    target.getMany([account]),
  ]);
  const isSame =
    copies === undefined || Buffer.compare(copies.value, is?.value ?? copies.key) === 0;
  if (state === "complete" || !isSame) {
    throw new ConfigurationError(["--to holds a store already: choose an empty place"]);
  }
  if (state === "copying") return;
  for await (const _ of entriesOf(target, { from: Uint8Array.of(0), to: Uint8Array.of(0xff) })) {
    throw new ConfigurationError(["--to is not empty: choose an empty place"]);
  }
  await markCopy(target, "copying");
}

interface CompletedCopy {
  readonly metadata: MetadataStore;
  readonly blobs: SharedBlobs;
  readonly secretKey: string;
}

// Makes the target a store that serves.
async function complete(
  place: StorePlace,
  { metadata, blobs, secretKey }: CompletedCopy,
): Promise<void> {
  if (place.metadata === undefined) await keepOnce(join(place.data, secretKeyFileName), secretKey);
  // The copied blobs are those of this store.
  else await requireSharedBlobs(metadata, { ...blobs, holdsBlobs: () => Promise.resolve(false) });
  await loadSecretBox(place, metadata);
  await markCopy(metadata, "complete");
}

// Sealed secrets are copied as they are, so both places need the same key. Returns it, in hex.
async function requireSecretKey(from: StorePlace, to: StorePlace): Promise<string> {
  const isFromFolder = from.metadata === undefined;
  const key = isFromFolder ? to.secretKey : from.secretKey;
  if (isFromFolder === (to.metadata === undefined) || key === undefined) {
    throw new ConfigurationError([
      "one of --from and --to is a data folder, and the other one a database: copy a data folder " +
        "with ossicle backup, and a database with its own tools",
    ]);
  }
  const file = join(isFromFolder ? from.data : to.data, secretKeyFileName);
  const kept = await readFile(file, "utf8").catch(ignoreMissing);
  if (kept === undefined || kept.trim() === key) return key;
  throw new ConfigurationError([
    isFromFolder
      ? `OSSICLE_SECRET_KEY is not the key of the store: set it to the content of ${file}`
      : `${file} is the key of another store: choose an empty folder`,
  ]);
}

function ignoreMissing(cause: unknown): undefined {
  if (errorCode(cause) !== "ENOENT") throw cause;
}
