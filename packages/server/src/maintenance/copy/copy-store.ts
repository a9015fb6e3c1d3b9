// `ossicle copy`: copies a store from a data folder into a database and a place for blobs, or back.
// The source may serve meanwhile. A run that is repeated copies what has changed since. The last
// run, for which nothing may write, completes the copy; before it, no server serves the target.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, type MetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { keepOwnerKeyInDatabase, keepOwnerKeyInFolder } from "../../accounts/credentials.ts";
import { loadSecretBox, SecretBox } from "../../accounts/secret-box.ts";
import { masterKeysOf } from "../../accounts/master-keys.ts";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import {
  blobsOf,
  metadataFolderName,
  secretKeyFileName,
  type StorePlace,
} from "../../data-folder/layout.ts";
import { keepOnce } from "../../data-folder/keep-once.ts";
import { lockPlace } from "../../data-folder/lock-place.ts";
import { requireDatabase } from "../../data-folder/open-data-folder.ts";
import { openMetadata } from "../../data-folder/open-metadata.ts";
import { openSharedMetadata } from "../../data-folder/open-shared-metadata.ts";
import { holdsFiles } from "../../data-folder/require-blobs.ts";
import { requireSharedBlobs } from "../../data-folder/require-shared-blobs.ts";
import { findSharedBlobs } from "../../data-folder/shared-blobs.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { claimCopy, completeCopy, type CopyClaim, formats } from "../../objects/records/format.ts";
import { StoredEncryption } from "../../objects/encryption/encryption-keys.ts";
import { Hashing } from "../../objects/bytes/hashing.ts";
import { serverRecords } from "../../objects/records/key-space.ts";
import type { Finding } from "../verify/finding.ts";
import { type VerifyReport, verifyStore } from "../verify/verify-store.ts";
import { copyBlobs, type BlobCopyReport } from "./copy-blobs.ts";
import { claimLost, copyRecords, type RecordCopyReport } from "./copy-records.ts";

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
  readonly records: RecordCopyReport;
  readonly blobs: BlobCopyReport;
  /** Of the final run. The copy is complete when nothing is damaged. */
  readonly verified?: VerifyReport;
}

/**
 * Copies a store. Throws ConfigurationError when the target holds a store, another run writes to
 * it, the secret key is not that of the source, or a folder that is copied from in a final run is
 * being served. Throws DamagedStoreError for a target folder that has lost its database.
 */
export async function copyStore(plan: CopyPlan): Promise<CopyReport> {
  const { from, to, isFinal, onFinding } = plan;
  const secretKey = await requireSecretKey(plan);
  const closers: (() => Promise<void>)[] = [];
  const opened = <T extends { readonly close: () => Promise<void> }>(one: T): T => {
    closers.push(() => one.close());
    return one;
  };
  try {
    const source = opened(await naming("--from", () => openMetadata(from)));
    if (from.metadata !== undefined) await loadSecretBox(from, source); // checks the secret key
    if (isFinal) opened(await lock(from));
    opened(await lock(to));
    const target = opened(await naming("--to", () => openTarget(to)));
    const claim = await claimTarget(plan, { source, target });
    const places = {
      from: opened(await findSharedBlobs(blobsOf(from), { readOnly: true })),
      to: opened(await findSharedBlobs(blobsOf(to))),
    };
    // Before a blob is written or removed: the place may hold another store's.
    if (to.metadata !== undefined) await requireSharedBlobs(target, places.to);
    const requireClaim = async (): Promise<void> => {
      const [entry] = await target.getMany([claim.check.key]);
      if (entry?.version !== claim.check.version) throw claimLost();
    };
    await places.to.abandonUploads(); // those of an interrupted run
    const blobs = { from: await places.from.open(), to: await places.to.open() };
    const report = {
      records: await copyRecords({ from: source, to: target, claim }),
      blobs: await copyBlobs({ ...blobs, requireClaim, onFinding }),
    };
    if (!isFinal) return report;
    const hashing = opened(await Hashing.create());
    // The target has no secret key of its own yet.
    const masters = masterKeysOf({ ...from, encryptionKeyFile: to.encryptionKeyFile }, source);
    const encryptionKeys = new StoredEncryption({ metadata: target, masters });
    const services = { metadata: target, blobs: blobs.to, hashing, encryptionKeys };
    const verified = await verifyStore(services, { readsBytes: true, onFinding });
    if (verified.damaged === 0) await complete(plan, { source, target, secretKey, claim });
    return { ...report, verified };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

// The options that name a place in other commands are not those of this one.
async function naming<T>(option: "--from" | "--to", open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    const mistakes = cause.mistakes.map((one) => one.replace(/^--(?:data|metadata)\b/, option));
    throw new ConfigurationError(mistakes, { cause });
  }
}

async function lock(place: StorePlace): Promise<{ readonly close: () => Promise<void> }> {
  const held = await lockPlace(place);
  return { close: async () => held?.release() };
}

async function openTarget({ data, metadata }: StorePlace): Promise<MetadataStore> {
  if (metadata !== undefined) return openSharedMetadata(metadata);
  await requireDatabase(data); // a folder that was in use is not an empty place
  return openLmdbMetadataStore({ folder: join(data, metadataFolderName), converts: true });
}

interface CopiedMetadata {
  readonly source: MetadataStore;
  readonly target: MetadataStore;
}

// Claims the target, which must be empty or hold an earlier run's copy of the same store.
async function claimTarget(
  { to }: CopyPlan,
  { source, target }: CopiedMetadata,
): Promise<CopyClaim> {
  const occupied = new ConfigurationError(["--to holds a store already: choose an empty place"]);
  const account = serverRecords.key("account");
  const [[is], [copies]] = await Promise.all([
    source.getMany([account]),
    target.getMany([account]),
  ]);
  const isOther = copies !== undefined && Buffer.compare(copies.value, is?.value ?? account) !== 0;
  if (isOther) throw occupied;
  const claim = await claimCopy(target, async () => {
    for await (const _ of entriesOf(target, everyKey)) throw occupied;
    if (to.metadata === undefined && (await holdsFiles(blobsOf(to)))) throw occupied;
  });
  if (claim !== undefined) return claim;
  if (copies === undefined) throw occupied;
  throw new ConfigurationError(["--to holds this store already, and it is complete"]);
}

const everyKey = { from: Uint8Array.of(0), to: Uint8Array.of(0xff) };

interface CompletedCopy extends CopiedMetadata {
  readonly secretKey: string;
  readonly claim: CopyClaim;
}

// Makes the target a store that is served.
async function complete(
  { from, to }: CopyPlan,
  { source, target, secretKey, claim }: CompletedCopy,
): Promise<void> {
  const box = new SecretBox(Buffer.from(secretKey, "hex"));
  if (from.metadata === undefined) await keepOwnerKeyInDatabase(from.data, { to: target, box });
  else await keepOwnerKeyInFolder(to.data, { from: source, box });
  if (to.metadata === undefined) await keepOnce(join(to.data, secretKeyFileName), secretKey);
  await loadSecretBox(to, target);
  const format = to.metadata === undefined ? formats.folder : formats.shared;
  if (!(await completeCopy(target, claim, format))) throw claimLost();
}

// Sealed secrets are copied as they are, so both places need the same key. Returns it, in hex.
async function requireSecretKey({ from, to }: CopyPlan): Promise<string> {
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
