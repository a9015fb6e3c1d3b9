// Opens the database of a data folder beside whatever serves it: for commands.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type EmbeddedMetadataStore, openLmdbMetadataStore } from "@ossicle/store";
import { ConfigurationError } from "./configuration.ts";
import { checkFormat } from "./objects/format.ts";

/** Opens the database of a folder that holds a store. Throws ConfigurationError when it holds none. */
export async function openMetadata(folder: string): Promise<EmbeddedMetadataStore> {
  const database = join(folder, "metadata");
  await access(database).catch((cause: unknown) => {
    const mistake = `--data ${folder} holds no store: start one there first`;
    throw new ConfigurationError([mistake], { cause });
  });
  const metadata = openLmdbMetadataStore({ folder: database });
  await checkFormat(metadata);
  return metadata;
}
