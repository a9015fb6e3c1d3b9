// Opens the database of a data folder beside the processes that serve it: for commands.
import { join } from "node:path";
import { type EmbeddedMetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { refuseBackup } from "./refuse-backup.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { hasFormat } from "../objects/records/format.ts";
import { requireDatabase } from "./open-data-folder.ts";
import { metadataFolderName } from "./layout.ts";

/**
 * Opens the database of a folder that holds a store. Throws ConfigurationError when it holds none,
 * and DamagedStoreError.
 */
export async function openMetadata(folder: string): Promise<EmbeddedMetadataStore> {
  await refuseBackup(folder);
  const database = join(folder, metadataFolderName);
  const question = "is it the folder that the store was started with?";
  const mistake = `--data ${folder} holds no store: ${question}`;
  // Opening would make one, and a command must not take an empty database for a store that has lost
  // everything.
  if ((await requireDatabase(folder)) !== "present") throw new ConfigurationError([mistake]);
  const metadata = openLmdbMetadataStore({ folder: database });
  if (await hasFormat(metadata)) return metadata;
  await metadata.close();
  throw new ConfigurationError([mistake]);
}
