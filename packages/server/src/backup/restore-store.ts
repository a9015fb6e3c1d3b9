// `ossicle restore`: makes a data folder of a backup. It is copied beside its place and renamed when it is whole, so a restore that dies leaves no
// half of a store that would start.
import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode, syncFolder } from "@ossicle/store";
import { ConfigurationError } from "../configuration.ts";
import { copyIfThere, copySynced, readBackup, smallFiles } from "./backup-store.ts";

/** Restores a backup into a folder that is not there, or empty. Returns when the backup was made. Throws ConfigurationError otherwise. */
export async function restoreStore(backup: string, folder: string): Promise<number> {
  const { madeMs, metadata } = await readBackup(backup);
  const present: readonly string[] = await readdir(folder).catch(() => []);
  if (present.length > 0) throw new ConfigurationError([`${folder} is not empty`]);
  const draft = join(dirname(folder), `.${basename(folder)}.restoring`);
  await rm(draft, { recursive: true, force: true });
  await copyFolder(join(backup, metadata), join(draft, "metadata"));
  await copyFolder(join(backup, "blobs"), join(draft, "blobs"));
  for (const name of smallFiles) await copyIfThere(join(backup, name), join(draft, name));
  await syncFolder(draft);
  await rmdir(folder).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return;
    // Somebody has begun a store there meanwhile.
    throw new ConfigurationError([`${folder} is not empty`], { cause });
  });
  await rename(draft, folder);
  await syncFolder(dirname(folder));
  return madeMs;
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
