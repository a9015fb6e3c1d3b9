// The schema, as a list of migrations. A released migration never changes.

/** One step of the schema. */
export interface Migration {
  /** Counts from 1 without a gap. */
  readonly number: number;
  readonly summary: string;
  /** Statements that run in one transaction. */
  readonly sql: string;
}

/** The table that lists the migrations applied. */
export const migrationsTable = "ossicle_migrations";

/** Every migration, in order. */
export const migrations: readonly Migration[] = [
  {
    number: 1,
    summary: "records",
    // `storage external` stores a payload without compressing it. Bodies are seldom compressible.
    sql: `
create table ossicle_records (
  key bytea primary key,
  version int8 not null,
  value bytea not null,
  payload bytea
);
alter table ossicle_records alter column payload set storage external;`,
  },
];

/** The version of the schema that this program needs. */
export const schemaVersion: number = migrations.length;
