// Refuses a folder of backups where a data folder is asked for.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError } from "../configuration/configuration-error.ts";

/** The file that says that a folder is for backups, whole or not. */
export const begunMarker = "backup-begun";

/**
 * Throws ConfigurationError for a folder of backups: a server would begin a store beside what it
 * keeps, and a command would find none.
 */
export async function refuseBackup(folder: string): Promise<void> {
  const isBackup = await access(join(folder, begunMarker)).then(
    () => true,
    () => false,
  );
  if (!isBackup) return;
  throw new ConfigurationError([`--data ${folder} holds a backup: restore it into another folder`]);
}
