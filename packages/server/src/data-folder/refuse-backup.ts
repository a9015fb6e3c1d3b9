// Refuses a folder of backups as a data folder.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError } from "../configuration/configuration-error.ts";

/** The file that marks a folder as a backup, complete or not. */
export const begunMarker = "backup-begun";

/**
 * Throws ConfigurationError for a folder of backups. Without this check a server would create a
 * store beside the backup, and a command would report that the folder holds no store.
 */
export async function refuseBackup(folder: string): Promise<void> {
  const isBackup = await access(join(folder, begunMarker)).then(
    () => true,
    () => false,
  );
  if (!isBackup) return;
  throw new ConfigurationError([`--data ${folder} holds a backup: restore it into another folder`]);
}
