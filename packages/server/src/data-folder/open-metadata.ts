// Opens the database of a data folder for commands, also while a server uses the folder.
import { join } from "node:path";
import { type EmbeddedMetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { refuseBackup } from "./refuse-backup.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { findFormat } from "../objects/records/format.ts";
import { requireDatabase } from "./open-data-folder.ts";
import { metadataFolderName } from "./layout.ts";

/**
 * Opens the database of a folder that holds a store. Throws ConfigurationError when the folder
 * holds none, or one of an earlier version, and DamagedStoreError when its database is damaged or
 * lost.
 */
export async function openMetadata(folder: string): Promise<EmbeddedMetadataStore> {
  await refuseBackup(folder);
  const database = join(folder, metadataFolderName);
  const question = "choose the folder that the store was started with";
  const mistake = `--data ${folder} holds no store: ${question}`;
  // Check before opening, because opening creates a database. A command must not report an empty
  // database as a store that has lost everything.
  if ((await requireDatabase(folder)) !== "present") throw new ConfigurationError([mistake]);
  const metadata = await openLmdbMetadataStore({ folder: database });
  try {
    const format = await findFormat(metadata);
    if (format === "current") return metadata;
    // An earlier version may be serving the folder. It cannot read this format's records, so a
    // command must write none.
    const earlier =
      `--data ${folder} has the format of an earlier version: serve it once with this version, ` +
      "or use that version's commands";
    throw new ConfigurationError([format === undefined ? mistake : earlier]);
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}
