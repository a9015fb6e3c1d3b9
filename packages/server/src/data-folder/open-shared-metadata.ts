// Opens the database that several nodes share.
import {
  describeDatabase,
  errorMessage,
  errorName,
  migrateDatabase,
  openPostgres,
  type SharedMetadataStore,
  StoreUnavailableError,
} from "@ossicle/store";
import type { Logger } from "pino";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { formats, markFormat } from "../objects/records/format.ts";
import { type MarkedBlobs, requireSharedBlobs } from "./require-shared-blobs.ts";

/**
 * Opens the metadata in a database. Throws ConfigurationError when the database cannot be reached,
 * or its schema is not this version's.
 */
export async function openSharedMetadata(
  address: string,
  log?: Logger,
): Promise<SharedMetadataStore> {
  const onReach = (problem: Error | undefined): void => {
    if (problem === undefined) log?.info("the database can be reached again");
    else log?.error({ err: problem }, "the database cannot be reached; requests are answered 503");
  };
  return openPostgres(address, onReach).catch((cause: unknown) => {
    throw mistakeOf(address, cause);
  });
}

/**
 * Opens the metadata in a database for serving, and marks a new store. Throws ConfigurationError as
 * {@link openSharedMetadata} does, and for blobs that are not those of the store.
 */
export async function openSharedStore(
  address: string,
  blobs: MarkedBlobs,
  log: Logger,
): Promise<SharedMetadataStore> {
  const metadata = await openSharedMetadata(address, log);
  try {
    await markFormat(metadata, formats.shared);
    await requireSharedBlobs(metadata, blobs);
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
  return applied.map(({ number, summary }) => `${number}: ${summary}`);
}

function mistakeOf(address: string, cause: unknown): unknown {
  const isMistake = cause instanceof StoreUnavailableError || errorName(cause) === "SchemaError";
  if (!isMistake) return cause;
  const mistake = `--metadata ${describeDatabase(address)}: ${errorMessage(cause)}`;
  return new ConfigurationError([mistake], { cause });
}
