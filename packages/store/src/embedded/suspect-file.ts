// The mark that a sync has failed. The system may have dropped pages that count as written, so all
// processes stop using the database, and the next one recovers it from the last checkpoint.
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncFolderNow } from "../files/folder-sync.ts";

const suspectFileName = "sync-failed";

/**
 * The mark of formats 1 and 2. An earlier version that opens a folder of format 3 removes it.
 */
const earlierFileName = "suspect";

/** Whether a sync has failed since the last recovery. */
export function isSuspect(folder: string): boolean {
  return existsSync(join(folder, suspectFileName));
}

/** Whether a sync had failed when an earlier version last used the folder. */
export function wasSuspect(folder: string): boolean {
  return existsSync(join(folder, earlierFileName));
}

/** Marks the database. The mark is durable afterwards. Throws what the system throws. */
export function markSuspect(folder: string): void {
  const file = openSync(join(folder, suspectFileName), "w", 0o600);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolderNow(folder);
}

/** Removes the marks, when the database is sound again. */
export function unmarkSuspect(folder: string): void {
  for (const name of [suspectFileName, earlierFileName]) {
    rmSync(join(folder, name), { force: true });
  }
  syncFolderNow(folder);
}
