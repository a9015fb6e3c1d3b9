// Loads the PostgreSQL adapter where it is used: its driver takes time and memory that a store on
// one machine does not need.
import type { ReachListener } from "./database.ts";
import type { SharedMetadataStore } from "./postgres-metadata-store.ts";
import { readDatabaseUrl } from "./database-url.ts";
import type { Migration } from "./migrations.ts";

/** A database's hosts and name, without what must not be printed. Throws TypeError. */
export function describeDatabase(address: string): string {
  return readDatabaseUrl(address).shown;
}

/**
 * Opens the metadata in a PostgreSQL database whose schema is current. Throws TypeError for an
 * address that cannot be read, StoreUnavailableError when no host can be reached, and an Error with
 * a remedy when the schema is missing, or is older or newer than this program's.
 */
export async function openPostgres(
  address: string,
  onReach?: ReachListener,
): Promise<SharedMetadataStore> {
  const { openPostgresMetadataStore } = await import("./postgres-metadata-store.ts");
  return openPostgresMetadataStore(address, onReach);
}

/** Brings a database's schema up to date. Returns the migrations applied. */
export async function migrateDatabase(address: string): Promise<readonly Migration[]> {
  const { migratePostgres } = await import("./migrate.ts");
  return migratePostgres(address);
}
