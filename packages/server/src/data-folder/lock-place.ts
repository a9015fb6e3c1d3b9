// Makes the data folder of a store and locks it, where the store has one.
import { type DataFolderLock, lockDataFolder } from "./lock-data-folder.ts";
import type { StorePlace } from "./layout.ts";
import { makeDataFolder } from "./open-data-folder.ts";

/**
 * Makes and locks the data folder. Does nothing for a store that several nodes share: they need no
 * lock, because every commit checks what it depends on. Throws ConfigurationError when another
 * server uses the folder, or it cannot be made.
 */
export async function lockPlace({
  data,
  metadata,
}: StorePlace): Promise<DataFolderLock | undefined> {
  if (metadata !== undefined) return undefined;
  await makeDataFolder(data);
  return lockDataFolder(data);
}
