// Opens the metadata of a store for commands, also while servers use it.
import { join } from "node:path";
import {
  EarlierIndexError,
  type EmbeddedMetadataStore,
  type MetadataStore,
  openLmdbMetadataStore,
} from "@ossicle/store";
import { refuseBackup } from "./refuse-backup.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { findFormat, formats } from "../objects/records/format.ts";
import { requireDatabase } from "./open-data-folder.ts";
import { metadataFolderName, type StorePlace } from "./layout.ts";
import { openSharedMetadata } from "./open-shared-metadata.ts";

/**
 * Opens the metadata of a store. Throws ConfigurationError when the place holds no store, or one of
 * an earlier version, or its database cannot be used, and DamagedStoreError when its folder is
 * damaged or lost.
 */
export async function openMetadata({ data, metadata }: StorePlace): Promise<MetadataStore> {
  if (metadata === undefined) return openFolderMetadata(data);
  const opened = await openSharedMetadata(metadata);
  try {
    if ((await findFormat(opened, formats.shared)) === "current") return opened;
    throw new ConfigurationError(["--metadata names a database that no store has used yet"]);
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}

/**
 * Opens the database of a folder that holds a store. Throws ConfigurationError when the folder
 * holds none, or one of an earlier version, and DamagedStoreError when its database is damaged or
 * lost.
 */
export async function openFolderMetadata(folder: string): Promise<EmbeddedMetadataStore> {
  await refuseBackup(folder);
  const database = join(folder, metadataFolderName);
  const question = "choose the folder that the store was started with";
  const mistake = `--data ${folder} holds no store: ${question}`;
  // Check before opening, because opening creates a database. A command must not report an empty
  // database as a store that has lost everything.
  if ((await requireDatabase(folder)) !== "present") throw new ConfigurationError([mistake]);
  // An earlier version may be serving the folder. It cannot read this format's records, so a
  // command must write none.
  const earlier =
    `--data ${folder} has the format of an earlier version: serve it once with this version, ` +
    "or, as long as that version serves it, use its commands";
  const metadata = await openLmdbMetadataStore({ folder: database }).catch((cause: unknown) => {
    if (!(cause instanceof EarlierIndexError)) throw cause;
    const converting = `--data ${folder} is being converted by a server: try again when it serves`;
    throw new ConfigurationError([cause.isConverting ? converting : earlier], { cause });
  });
  try {
    const format = await findFormat(metadata, formats.folder);
    if (format === "current") return metadata;
    throw new ConfigurationError([format === undefined ? mistake : earlier]);
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}
