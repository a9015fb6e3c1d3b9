// Brings the schema of a database up to date, and refuses a schema that is not.
import { errorCode } from "../error-facts.ts";
import { Database, sqlStates } from "./database.ts";
import { type Migration, migrations, migrationsTable, schemaVersion } from "./migrations.ts";

/** The database's schema is missing, or is older or newer than this program's. */
export class SchemaError extends Error {
  override readonly name: string = "SchemaError";
}

/**
 * Applies what is missing. Returns the migrations applied. Several processes may run it at the same
 * time.
 */
export async function migratePostgres(address: string): Promise<readonly Migration[]> {
  const database = new Database(address);
  try {
    const found = await versionOf(database);
    refuseNewer(found);
    const missing = migrations.slice(found);
    for (const migration of missing) await apply(database, migration);
    return missing;
  } finally {
    await database.close();
  }
}

/** Throws SchemaError unless the schema is current. */
export async function requireSchema(database: Database): Promise<void> {
  const found = await versionOf(database);
  refuseNewer(found);
  if (found === schemaVersion) return;
  const state = found === 0 ? "has no schema of Ossicle" : `has version ${found} of the schema`;
  throw new SchemaError(
    `the database ${state}, and version ${schemaVersion} is needed: run ossicle migrate`,
  );
}

function refuseNewer(found: number): void {
  if (found <= schemaVersion) return;
  throw new SchemaError(
    `the database has version ${found} of the schema, which is newer than this program's ` +
      `${schemaVersion}: install a newer Ossicle`,
  );
}

async function versionOf(database: Database): Promise<number> {
  const text = `select coalesce(max(number), 0) from ${migrationsTable}`;
  try {
    const [row] = await database.run({ name: "ossicle_schema_version", text }, []);
    return Number(row?.[0] ?? 0);
  } catch (cause) {
    if (errorCode(cause) === sqlStates.undefinedTable) return 0;
    throw cause;
  }
}

// A script of several statements is one transaction. Of two processes that apply the same
// migration, the second finds its number taken, or its table made, and looks again.
async function apply(database: Database, { number, summary, sql }: Migration): Promise<void> {
  const script = `
create table if not exists ${migrationsTable} (
  number int4 primary key, summary text not null, applied_at timestamptz not null default now()
);
insert into ${migrationsTable} (number, summary) values (${number}, '${summary}');
${sql}`;
  try {
    await database.runScript(script);
  } catch (cause) {
    if ((await versionOf(database)) >= number) return;
    throw cause;
  }
}
