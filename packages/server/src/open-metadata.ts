// Opens the database of a data folder beside whatever serves it: for commands.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { dataFileName, type EmbeddedMetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { refuseBackup } from "./backup/refuse-backup.ts";
import { ConfigurationError } from "./configuration.ts";
import { hasFormat } from "./objects/format.ts";
import { metadataFolderName, requireDatabase } from "./open-data-folder.ts";

/** Opens the database of a folder that holds a store. Throws ConfigurationError when it holds none, and DamagedStoreError. */
export async function openMetadata(folder: string): Promise<EmbeddedMetadataStore> {
  await refuseBackup(folder);
  const database = join(folder, metadataFolderName);
  await requireDatabase(folder);
  const mistake = `--data ${folder} holds no store: is it the folder that the store was started with?`;
  // Opening would make one, and a command must not take an empty database for a store that has lost everything.
  await access(join(database, dataFileName)).catch((cause: unknown) => {
    throw new ConfigurationError([mistake], { cause });
  });
  const metadata = openLmdbMetadataStore({ folder: database });
  if (await hasFormat(metadata)) return metadata;
  await metadata.close();
  throw new ConfigurationError([mistake]);
}
