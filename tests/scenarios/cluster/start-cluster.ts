// Nodes that share a PostgreSQL database and a folder of blobs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type PostgresServer,
  startPostgres,
} from "../../../packages/store/src/contract/start-postgres.ts";
import { type Nodes, nodesOver } from "./start-nodes.ts";

/** A database and a place for blobs, and the nodes over them. */
export interface Cluster extends Nodes {
  readonly database: PostgresServer;
  /** A folder for tests. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a database without a schema, and no node yet. `blobs` is the address of a bucket; without
 * it, blobs are in a folder.
 */
export async function startCluster(blobs?: string): Promise<Cluster> {
  const database = await startPostgres();
  const metadata = await database.makeDatabase();
  const folder = await mkdtemp(join(tmpdir(), "ossicle-cluster-"));
  const nodes = nodesOver({ metadata, blobs: blobs ?? join(folder, "blobs") });
  return {
    ...nodes,
    database,
    folder,
    stop: async () => {
      await nodes.stopNodes();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
