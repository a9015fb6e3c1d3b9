// `ossicle backup`: a copy of a store that may be served meanwhile. Metadata first, in one moment; then the blobs that they name, which cannot
// change, and which the sweeper leaves alone as long as the backup holds it. Into the folder of an earlier backup only what is new is copied.
import { constants } from "node:fs";
import {
  access,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type EmbeddedMetadataStore,
  type MetadataStore,
  openLmdbMetadataStore,
  type Page,
  syncFolder,
} from "@ossicle/store";
import { ConfigurationError } from "../configuration.ts";
import { kindRange } from "../objects/keys.ts";
import { manifestPages } from "../objects/manifest.ts";
import { openMetadata } from "../open-metadata.ts";
import { holdSweeper } from "./sweep-hold.ts";

/** The file that says that a backup is whole. */
export const backupMarker = "backup.json";

/** What stands beside database and blobs; the latter two hold secrets. */
const smallFiles = ["secret.key", "credentials.json"] as const;

/** What was backed up. */
export interface BackupReport {
  readonly blobs: number;
  /** Those that an earlier backup in the folder did not have yet. */
  readonly copied: number;
  readonly copiedBytes: number;
}

/** Backs a data folder up. Throws ConfigurationError when the folder holds no store, or the target something else than a backup. */
export async function backupStore(
  folder: string,
  target: string,
  clock: () => number,
): Promise<BackupReport> {
  await requireTarget(target);
  const metadata = await openMetadata(folder);
  const release = await holdSweeper(metadata, clock);
  try {
    await mkdir(join(target, "blobs"), { recursive: true, mode: 0o700 });
    await rm(join(target, backupMarker), { force: true }); // not whole until the end
    await syncFolder(target);
    const fresh = join(target, "metadata-new");
    await copyMetadata(metadata, fresh);
    const report = await copyBlobs(fresh, {
      from: join(folder, "blobs"),
      to: join(target, "blobs"),
    });
    for (const name of smallFiles) await copyIfThere(join(folder, name), join(target, name));
    await replaceFolder(fresh, join(target, "metadata"));
    await writeSynced(
      join(target, backupMarker),
      JSON.stringify({ format: 1, madeMs: clock(), ...report }),
    );
    return report;
  } finally {
    await release();
    await metadata.close();
  }
}

async function requireTarget(target: string): Promise<void> {
  const names: readonly string[] = await readdir(target).catch(() => []);
  const known = new Set(["blobs", "metadata", "metadata-new", "metadata-old", backupMarker]);
  const foreign = names.filter(
    (name) => !known.has(name) && !smallFiles.some((one) => one === name),
  );
  // A data folder has everything but the marker: only an empty folder, or one that a backup has begun, is taken.
  const isBackup = names.includes(backupMarker) || names.includes("metadata-new");
  if (names.length === 0 || (isBackup && foreign.length === 0)) return;
  throw new ConfigurationError([`${target} is neither empty nor a backup`]);
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

async function copyBlobs(snapshot: string, { from, to }: BlobFolders): Promise<BackupReport> {
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
        throw new Error(`blob ${name} is not there: see what \`ossicle verify\` says`);
      }
      kept.add(name);
      if (bytes === 0) continue;
      shards.add(shard);
      copied += 1;
      copiedBytes += bytes;
    }
  } finally {
    await metadata.close();
  }
  for (const shard of shards) await syncFolder(join(to, shard));
  await syncFolder(to);
  await removeOthers(to, kept);
  return { blobs: kept.size, copied, copiedBytes };
}

// Each once: the references to one blob stand together.
async function* referencedBlobs(metadata: MetadataStore): AsyncGenerator<string> {
  const { from, to } = kindRange("r");
  let next: Uint8Array | undefined = from;
  let last = "";
  while (next !== undefined) {
    const page: Page = await metadata.scan({ from: next, to, limit: 1_000 });
    for (const row of page.rows) {
      if (!("entry" in row)) continue;
      const name = Buffer.from(row.entry.key.subarray(1, 17)).toString("hex");
      if (name !== last) yield name;
      last = name;
    }
    next = page.next;
  }
}

/** Copies a blob that is not there yet. Returns its bytes, 0 for one that was there, and undefined for one that is nowhere. */
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
  const { rows } = await metadata.scan({ ...manifestPages(id), limit: 1 });
  return rows.length > 0;
}

// What an earlier backup had, and the store has no more.
async function removeOthers(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const shard of await readdir(folder)) {
    for (const name of await readdir(join(folder, shard))) {
      if (!kept.has(name)) await rm(join(folder, shard, name), { force: true });
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

async function copyIfThere(from: string, to: string): Promise<void> {
  const isThere = await access(from).then(
    () => true,
    () => false,
  );
  if (isThere) await copySynced(from, to);
}

async function replaceFolder(fresh: string, place: string): Promise<void> {
  const old = `${place}-old`;
  await rm(old, { recursive: true, force: true });
  await rename(place, old).catch(() => undefined); // the first time there is none
  await rename(fresh, place);
  await syncFolder(dirname(place));
  await rm(old, { recursive: true, force: true });
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

/** When a backup was made. Throws ConfigurationError when a folder holds no whole one. */
export async function backupTime(backup: string): Promise<number> {
  try {
    const { madeMs } = JSON.parse(await readFile(join(backup, backupMarker), "utf8")) as {
      readonly madeMs: number;
    };
    return madeMs;
  } catch (cause) {
    throw new ConfigurationError([`${backup} holds no whole backup`], { cause });
  }
}
