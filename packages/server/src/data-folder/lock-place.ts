// Makes the data folder of a store and locks it, where the store has one.
import { type DataFolderLock, lockDataFolder } from "./lock-data-folder.ts";
import type { StorePlace } from "./layout.ts";
import { makeDataFolder } from "./open-data-folder.ts";

/** Makes the data folder of a store that has one. Throws ConfigurationError when it cannot. */
export async function makePlace({ data, metadata }: StorePlace): Promise<void> {
  if (metadata === undefined) await makeDataFolder(data);
}

/**
 * Makes and locks the data folder. Does nothing for a store that several nodes share: they need no
 * lock, because every commit checks what it depends on. Throws ConfigurationError when another
 * server uses the folder, or it cannot be made.
 */
export async function lockPlace(place: StorePlace): Promise<DataFolderLock | undefined> {
  await makePlace(place);
  return place.metadata === undefined ? lockDataFolder(place.data) : undefined;
}
