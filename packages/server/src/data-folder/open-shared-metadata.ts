// Opens the database that several nodes share.
import { errorMessage, migrateDatabase, type MetadataStore, openPostgres } from "@ossicle/store";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { findFormat, markFormat } from "../objects/records/format.ts";
import { requireBlobs } from "./require-blobs.ts";

/**
 * Opens the metadata in a database. Throws ConfigurationError when the database cannot be reached,
 * or its schema is not this version's.
 */
export async function openSharedMetadata(address: string): Promise<MetadataStore> {
  return openPostgres(address).catch((cause: unknown) => {
    throw mistakeOf(address, cause);
  });
}

/**
 * Opens the metadata in a database for serving, and marks a new store. Throws ConfigurationError as
 * {@link openSharedMetadata} does, and DamagedStoreError when the folder of blobs has lost them.
 */
export async function openSharedStore(address: string, blobs: string): Promise<MetadataStore> {
  const metadata = await openSharedMetadata(address);
  try {
    await findFormat(metadata); // throws for a format that this version cannot read
    await markFormat(metadata);
    await requireBlobs(metadata, blobs);
    return metadata;
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}

/**
 * Brings the schema of a database up to date. Returns a line for each change. Throws
 * ConfigurationError when the database cannot be reached, or is newer than this version.
 */
export async function migrateSharedMetadata(address: string): Promise<readonly string[]> {
  const applied = await migrateDatabase(address).catch((cause: unknown) => {
    throw mistakeOf(address, cause);
  });
  return applied.map(({ number, summary }) => `${number} ${summary}`);
}

/** A database's URL without its password. */
export function withoutPassword(address: string): string {
  return address.replace(/^(\w+:\/\/[^:@/?]*):[^@/?]*@/, "$1@");
}

function mistakeOf(address: string, cause: unknown): ConfigurationError {
  const mistake = `--metadata ${withoutPassword(address)}: ${errorMessage(cause)}`;
  return new ConfigurationError([mistake], { cause });
}
