// `ossicle backup`: copies a store, also while a server uses it. It copies one snapshot of the
// metadata first, and then the blobs that the snapshot refers to. Blobs never change, and the
// sweeper removes none while the backup holds it. Into the folder of an earlier backup it copies
// only the blobs that are not there yet.
import { constants } from "node:fs";
import {
  access,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import {
  type EmbeddedMetadataStore,
  errorCode,
  makeFolder,
  type MetadataStore,
  openLmdbMetadataStore,
  syncFolder,
} from "@ossicle/store";
import { loadAccount } from "../../accounts/credentials.ts";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { everyVersion } from "../../objects/records/every-version.ts";
import { openFolderMetadata } from "../../data-folder/open-metadata.ts";
import { begunMarker } from "../../data-folder/refuse-backup.ts";
import { holdSweeper } from "./sweep-hold.ts";
import { pageRecords, referenceRecords } from "../../objects/records/key-space.ts";

/**
 * The file that marks a backup as complete and names the folder that holds its metadata. The next
 * backup replaces it atomically.
 */
export const backupMarker = "backup.json";

/** Files beside the database and the blobs; both hold secrets. */
export const smallFiles = ["secret.key", "credentials.json"] as const;

/**
 * The store has lost a blob that it refers to, so it cannot be backed up. An earlier backup in the
 * folder stays complete.
 */
export class BackupError extends Error {
  override readonly name: string = "BackupError";
}

/** What was backed up. */
export interface BackupReport {
  readonly blobs: number;
  /** Blobs that an earlier backup in the folder did not hold. */
  readonly copied: number;
  readonly copiedBytes: number;
}

/**
 * Backs a data folder up. Throws ConfigurationError when the folder holds no store, when one folder
 * contains the other, and when the target holds other files or a backup of another store. Throws
 * BackupError when a blob is missing.
 */
export async function backupStore(
  folder: string,
  target: string,
  clock: () => number,
): Promise<BackupReport> {
  await requireApart(folder, target);
  await requireTarget(target);
  const metadata = await openFolderMetadata(folder);
  const store = (await loadAccount(metadata)).id;
  await requireSameStore(target, store).catch(async (cause: unknown) => {
    await metadata.close();
    throw cause;
  });
  const release = await holdSweeper(metadata, clock);
  try {
    const madeMs = clock();
    const fresh = `metadata-${madeMs}`;
    await makeFolder(target);
    await writeSynced(join(target, begunMarker), "");
    await mkdir(join(target, "blobs"), { recursive: true, mode: 0o700 });
    await copyMetadata(metadata, join(target, fresh));
    // The backup only adds blobs until it replaces the marker, so an earlier backup stays complete.
    const { kept, ...report } = await copyBlobs(join(target, fresh), {
      from: join(folder, "blobs"),
      to: join(target, "blobs"),
    });
    for (const name of smallFiles) await copyIfThere(join(folder, name), join(target, name));
    // Sync the names of all files before writing the marker. Otherwise a power cut could keep the
    // marker and lose the folder that it names.
    await syncFolder(target);
    const marker: BackupMark = { format: 1, madeMs, store, metadata: fresh, ...report };
    await writeSynced(join(target, backupMarker), JSON.stringify(marker));
    await removeOthers(target, { fresh, kept });
    return report;
  } finally {
    await release();
    await metadata.close();
  }
}

/** The content of the marker file. */
interface BackupMark extends BackupReport {
  readonly format: 1;
  readonly madeMs: number;
  /** The account's id. A backup of one store must not replace that of another. */
  readonly store: string;
  /** Name of the folder that holds the metadata. */
  readonly metadata: string;
}

// A backup inside the store would be lost together with it. A backup in a folder around the store
// could remove the store's blobs as blobs of an earlier backup.
async function requireApart(folder: string, target: string): Promise<void> {
  const [store, backup] = await Promise.all([realPath(folder), realPath(target)]);
  if (!isWithin(backup, store) && !isWithin(store, backup)) return;
  throw new ConfigurationError([
    `one of ${target} and the store's folder ${folder} contains the other: choose separate folders`,
  ]);
}

// Resolves a path that may not exist yet, by the real path of its nearest existing parent.
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT" || dirname(path) === path) throw cause;
    return join(await realPath(dirname(path)), basename(path));
  }
}

/** Whether a path is `folder` or lies below it. Both must be real paths. */
export function isWithin(path: string, folder: string): boolean {
  return `${path}${sep}`.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

async function requireTarget(target: string): Promise<void> {
  const names: readonly string[] = await readdir(target).catch(() => []);
  const isBegun = names.some((name) => name.startsWith(begunMarker)); // or its draft
  if (names.length === 0 || isBegun) return;
  throw new ConfigurationError([
    `${target} is neither empty nor a backup: choose a new folder or an earlier backup`,
  ]);
}

async function requireSameStore(target: string, store: string): Promise<void> {
  const mark = await readBackup(target).catch(() => undefined);
  if (mark === undefined || mark.store === store) return;
  throw new ConfigurationError([
    `${target} holds a backup of another store (${mark.store}): choose another folder`,
  ]);
}

async function copyMetadata(metadata: EmbeddedMetadataStore, fresh: string): Promise<void> {
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await metadata.backup(fresh);
  const file = await open(join(fresh, "data.mdb"), "r");
  await file.sync().finally(() => file.close());
  await syncFolder(fresh);
}

interface BlobFolders {
  readonly from: string;
  readonly to: string;
}

interface CopiedBlobs extends BackupReport {
  readonly kept: ReadonlySet<string>;
}

async function copyBlobs(snapshot: string, { from, to }: BlobFolders): Promise<CopiedBlobs> {
  const metadata = await openLmdbMetadataStore({ folder: snapshot });
  const shards = new Set<string>();
  const kept = new Set<string>();
  let emptyManifests: ReadonlySet<string> | undefined;
  let copied = 0;
  let copiedBytes = 0;
  try {
    for await (const name of referencedBlobs(metadata)) {
      const shard = name.slice(-2);
      const bytes = await copyBlob(join(from, shard, name), join(to, shard, name));
      if (bytes === undefined) {
        if (await hasPages(metadata, name)) continue;
        emptyManifests ??= await readEmptyManifests(metadata);
        if (emptyManifests.has(name)) continue;
        throw new BackupError(`blob ${name} is missing: run \`ossicle verify\` to find the damage`);
      }
      kept.add(name);
      shards.add(shard); // even without a copy: an earlier backup may have ended before its sync
      if (bytes === 0) continue;
      copied += 1;
      copiedBytes += bytes;
    }
  } finally {
    await metadata.close();
  }
  for (const shard of shards) await syncFolder(join(to, shard));
  await syncFolder(to);
  return { kept, blobs: kept.size, copied, copiedBytes };
}

// Yields each name once: the references to one blob or manifest are adjacent.
async function* referencedBlobs(metadata: MetadataStore): AsyncGenerator<string> {
  let last = "";
  for await (const { key } of entriesOf(metadata, referenceRecords.range())) {
    const name = Buffer.from(referenceRecords.partsOf(key)[0]).toString("hex");
    if (name !== last) yield name;
    last = name;
  }
}

/**
 * Copies a blob that the backup does not hold yet. Returns the number of bytes copied (1 for an
 * empty blob), 0 when the backup holds the blob already, and undefined when the blob exists in
 * neither folder.
 */
async function copyBlob(from: string, to: string): Promise<number | undefined> {
  const source = await stat(from).catch(() => undefined);
  const present = await stat(to).catch(() => undefined);
  if (source === undefined) return present === undefined ? undefined : 0;
  if (present?.size === source.size) return 0;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copySynced(from, to);
  return Math.max(source.size, 1);
}

// The manifests of objects whose parts are all empty. They have no page, so only the objects'
// records tell them from blobs.
async function readEmptyManifests(metadata: MetadataStore): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { manifest } of everyVersion(metadata))
    if (manifest?.bytes === 0) found.add(manifest.id);
  return found;
}

async function hasPages(metadata: MetadataStore, name: string): Promise<boolean> {
  const id = Buffer.from(name, "hex");
  const { rows } = await metadata.scan({ ...pageRecords.range(id), limit: 1 });
  return rows.length > 0;
}

// Removes the metadata and the blobs that only earlier backups used.
async function removeOthers(
  target: string,
  { fresh, kept }: { readonly fresh: string; readonly kept: ReadonlySet<string> },
): Promise<void> {
  for (const name of await readdir(target)) {
    if (!/^metadata-\d+$/.test(name) || name === fresh) continue;
    await rm(join(target, name), { recursive: true, force: true });
  }
  const blobs = join(target, "blobs");
  for (const shard of await readdir(blobs)) {
    for (const name of await readdir(join(blobs, shard))) {
      if (!kept.has(name)) await rm(join(blobs, shard, name), { force: true });
    }
  }
}

/** Copies a file through a synced draft, so that a crash never leaves part of it under its name. */
export async function copySynced(from: string, to: string): Promise<void> {
  const draft = `${to}.new`;
  await copyFile(from, draft, constants.COPYFILE_FICLONE);
  const handle = await open(draft, "r");
  await handle.sync().finally(() => handle.close());
  await rename(draft, to);
}

/** Copies a file if it exists. */
export async function copyIfThere(from: string, to: string): Promise<void> {
  const isThere = await access(from).then(
    () => true,
    () => false,
  );
  if (isThere) await copySynced(from, to);
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, "w", 0o600);
  await handle.writeFile(`${text}\n`).finally(async () => {
    await handle.sync();
    await handle.close();
  });
  await rename(`${file}.new`, file);
  await syncFolder(dirname(file));
}

/**
 * Reads the marker of a complete backup. Throws ConfigurationError when the folder holds no
 * complete backup.
 */
export async function readBackup(backup: string): Promise<BackupMark> {
  try {
    const mark = JSON.parse(await readFile(join(backup, backupMarker), "utf8")) as BackupMark;
    if (/^metadata-\d+$/.test(mark.metadata)) return mark;
  } catch (cause) {
    throw new ConfigurationError(
      [`${backup} holds no whole backup: choose the folder of a finished backup`],
      { cause },
    );
  }
  throw new ConfigurationError([
    `${backup} holds no whole backup: choose the folder of a finished backup`,
  ]);
}
