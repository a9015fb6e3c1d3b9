// `ossicle backup`: a copy of a store that may be served meanwhile. Metadata first, in one moment;
// then the blobs that they name, which cannot change, and which the sweeper leaves alone as long as
// the backup holds it. Into the folder of an earlier backup only what is new is copied.
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
import { openMetadata } from "../../data-folder/open-metadata.ts";
import { begunMarker } from "../../data-folder/refuse-backup.ts";
import { holdSweeper } from "./sweep-hold.ts";
import { pageRecords, referenceRecords } from "../../objects/records/key-space.ts";

/**
 * The file that says that a backup is whole, and which of its folders holds the metadata. It
 * changes at one moment, from one backup to the next.
 */
export const backupMarker = "backup.json";

/** Files beside the database and the blobs; both hold secrets. */
export const smallFiles = ["secret.key", "credentials.json"] as const;

/** The store cannot be backed up as it is. An earlier backup in the folder stays whole. */
export class BackupError extends Error {
  override readonly name: string = "BackupError";
}

/** What was backed up. */
export interface BackupReport {
  readonly blobs: number;
  /** Those that an earlier backup in the folder did not have yet. */
  readonly copied: number;
  readonly copiedBytes: number;
}

/**
 * Backs a data folder up. Throws ConfigurationError when the folder holds no store, or the target
 * something else than a backup.
 */
export async function backupStore(
  folder: string,
  target: string,
  clock: () => number,
): Promise<BackupReport> {
  await requireApart(folder, target);
  await requireTarget(target);
  const metadata = await openMetadata(folder);
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
    // Blobs are only added so far: until the marker changes, an earlier backup stays whole.
    const { kept, ...report } = await copyBlobs(join(target, fresh), {
      from: join(folder, "blobs"),
      to: join(target, "blobs"),
    });
    for (const name of smallFiles) await copyIfThere(join(folder, name), join(target, name));
    // Every name that the marker vouches for is on the disk before the marker: otherwise a power
    // cut could keep the marker, and lose the folder that it names.
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

/** What the marker says. */
interface BackupMark extends BackupReport {
  readonly format: 1;
  readonly madeMs: number;
  /** The account's id: another store's backup is not replaced. */
  readonly store: string;
  /** Name of the folder. */
  readonly metadata: string;
}

// A backup inside the store would be lost with it, and one around it would take its blobs for
// leftovers.
async function requireApart(folder: string, target: string): Promise<void> {
  const [store, backup] = await Promise.all([realPath(folder), realPath(target)]);
  if (!isWithin(backup, store) && !isWithin(store, backup)) return;
  throw new ConfigurationError([`${target} and the store's folder ${folder} lie one in the other`]);
}

// Of what need not be there yet: that of the folder in which it will be.
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT" || dirname(path) === path) throw cause;
    return join(await realPath(dirname(path)), basename(path));
  }
}

/** Whether a path is another, or lies below it. Both are real. */
export function isWithin(path: string, folder: string): boolean {
  return `${path}${sep}`.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

async function requireTarget(target: string): Promise<void> {
  const names: readonly string[] = await readdir(target).catch(() => []);
  const isBegun = names.some((name) => name.startsWith(begunMarker)); // its draft, too
  if (names.length === 0 || isBegun) return;
  throw new ConfigurationError([`${target} is neither empty nor a backup`]);
}

async function requireSameStore(target: string, store: string): Promise<void> {
  const mark = await readBackup(target).catch(() => undefined);
  if (mark === undefined || mark.store === store) return;
  throw new ConfigurationError([`${target} holds a backup of another store (${mark.store})`]);
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
  const metadata = openLmdbMetadataStore({ folder: snapshot });
  const shards = new Set<string>();
  const kept = new Set<string>();
  let copied = 0;
  let copiedBytes = 0;
  try {
    for await (const name of referencedBlobs(metadata)) {
      const shard = name.slice(-2);
      const bytes = await copyBlob(join(from, shard, name), join(to, shard, name));
      if (bytes === undefined) {
        if (await isManifest(metadata, name)) continue;
        throw new BackupError(`blob ${name} is not there: see what \`ossicle verify\` says`);
      }
      kept.add(name);
      shards.add(shard); // an earlier backup may have ended before it synced them
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

// Each once: the references to one blob stand together.
async function* referencedBlobs(metadata: MetadataStore): AsyncGenerator<string> {
  let last = "";
  for await (const { key } of entriesOf(metadata, referenceRecords.range())) {
    const name = Buffer.from(referenceRecords.partsOf(key)[0]).toString("hex");
    if (name !== last) yield name;
    last = name;
  }
}

/**
 * Copies a blob that is not there yet. Returns its bytes, 0 for one that was there, and undefined
 * for one that is nowhere.
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

async function isManifest(metadata: MetadataStore, name: string): Promise<boolean> {
  const id = Buffer.from(name, "hex");
  const { rows } = await metadata.scan({ ...pageRecords.range(id), limit: 1 });
  return rows.length > 0;
}

// What earlier backups had, and this one has not.
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

/** Copies a file so that it is whole under its name, or not there. */
export async function copySynced(from: string, to: string): Promise<void> {
  const draft = `${to}.new`;
  await copyFile(from, draft, constants.COPYFILE_FICLONE);
  const handle = await open(draft, "r");
  await handle.sync().finally(() => handle.close());
  await rename(draft, to);
}

/** Copies a file that need not be there. */
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
 * What a whole backup's marker says. Throws ConfigurationError when a folder holds no whole one.
 */
export async function readBackup(backup: string): Promise<BackupMark> {
  try {
    const mark = JSON.parse(await readFile(join(backup, backupMarker), "utf8")) as BackupMark;
    if (/^metadata-\d+$/.test(mark.metadata)) return mark;
  } catch (cause) {
    throw new ConfigurationError([`${backup} holds no whole backup`], { cause });
  }
  throw new ConfigurationError([`${backup} holds no whole backup`]);
}
