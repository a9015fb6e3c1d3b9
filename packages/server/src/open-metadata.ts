// Opens the database of a data folder beside whatever serves it: for commands.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type EmbeddedMetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { refuseBackup } from "./backup/refuse-backup.ts";
import { ConfigurationError } from "./configuration.ts";
import { hasFormat } from "./objects/format.ts";

/** Opens the database of a folder that holds a store. Throws ConfigurationError when it holds none. */
export async function openMetadata(folder: string): Promise<EmbeddedMetadataStore> {
  await refuseBackup(folder);
  const database = join(folder, "metadata");
  const mistake = `--data ${folder} holds no store: is it the folder that the store was started with?`;
  // Opening would make one, and a command must not take an empty database for a store that has lost everything.
  await access(join(database, "data.mdb")).catch((cause: unknown) => {
    throw new ConfigurationError([mistake], { cause });
  });
  const metadata = openLmdbMetadataStore({ folder: database });
  if (await hasFormat(metadata)) return metadata;
  await metadata.close();
  throw new ConfigurationError([mistake]);
}
