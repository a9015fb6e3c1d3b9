// `ossicle restore`: makes a data folder from a backup. It copies everything into a draft inside
// the folder, so that the folder may be a mount point or a link. When the draft is complete, it
// moves the content out of the draft, the metadata last. A server therefore never starts from an
// incomplete restore.
import { mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, makeFolder, syncFolder } from "@ossicle/store";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import { copyIfThere, copySynced, isWithin, readBackup, smallFiles } from "./backup-store.ts";

const draftName = ".restoring";

/**
 * Restores a backup into a folder that is missing or empty. Returns when the backup was made, in
 * milliseconds since 1970. Throws ConfigurationError for any other folder, and when there is no
 * complete backup.
 */
export async function restoreStore(backup: string, folder: string): Promise<number> {
  const { madeMs, metadata } = await readBackup(backup);
  await requireEmpty(folder);
  await makeFolder(folder);
  await requireApart(backup, folder);
  const draft = join(folder, draftName);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await copyFolder(join(backup, metadata), join(draft, "metadata"));
  await copyFolder(join(backup, "blobs"), join(draft, "blobs"));
  for (const name of smallFiles) await copyIfThere(join(backup, name), join(draft, name));
  await syncFolder(draft);
  await requireEmpty(folder); // another process may have begun a store there meanwhile
  const whole = (await readdir(draft)).filter((name) => name !== "metadata");
  const moveOut = (name: string): Promise<void> => rename(join(draft, name), join(folder, name));
  for (const name of whole) await moveOut(name);
  // A folder with a database counts as a store, so the database is moved last.
  await syncFolder(folder);
  await moveOut("metadata");
  await rm(draft, { recursive: true });
  await syncFolder(folder);
  return madeMs;
}

async function requireEmpty(folder: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return [];
    throw cause; // a file, or a folder that may not be read
  });
  // An interrupted restore leaves its draft, which this restore replaces.
  if (names.every((name) => name === draftName)) return;
  throw new ConfigurationError([`${folder} is not empty: choose a new or empty folder`]);
}

async function requireApart(backup: string, folder: string): Promise<void> {
  const [from, to] = await Promise.all([realpath(backup), realpath(folder)]);
  if (!isWithin(to, from)) return;
  throw new ConfigurationError([`${folder} lies in the backup itself: choose another folder`]);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, copy);
    else if (entry.isFile() && entry.name !== "lock.mdb") await copySynced(source, copy);
  }
  await syncFolder(to);
}
