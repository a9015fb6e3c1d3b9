// The PostgreSQL adapter under the contract suites: with its default isolation, with the strictest,
// which stands in for databases that have no other, and behind PgBouncer.
import { afterAll } from "vitest";
import { metadataContract } from "../contract/metadata-contract.ts";
import { processContract } from "../contract/process-contract.ts";
import { startBouncer } from "../contract/start-pgbouncer.ts";
import { startPostgres } from "../contract/start-postgres.ts";
import type { MetadataStore } from "../metadata-store.ts";
import { migratePostgres } from "./migrate.ts";
import { openPostgresMetadataStore } from "./postgres-metadata-store.ts";

const server = await startPostgres();
const bouncer = await startBouncer(server.port);
afterAll(async () => {
  await bouncer.stop();
  await server.stop();
});

const strict = `options=${encodeURIComponent("-c default_transaction_isolation=serializable")}`;

for (const [name, port, query] of [
  ["PostgreSQL", server.port, ""],
  ["PostgreSQL under SERIALIZABLE", server.port, `?${strict}`],
  ["PostgreSQL behind PgBouncer", bouncer.port, "?prepare=false"],
] as const) {
  const open = async (): Promise<{
    store: MetadataStore;
    argument: string;
    dispose: () => Promise<void>;
  }> => {
    const direct = await server.makeDatabase();
    await migratePostgres(direct);
    const address = direct.replace(String(server.port), String(port)) + query;
    const store = await openPostgresMetadataStore(address);
    return { store, argument: address, dispose: () => store.close() };
  };
  metadataContract(name, open);
  processContract(name, "./postgres-process.ts", open);
}
