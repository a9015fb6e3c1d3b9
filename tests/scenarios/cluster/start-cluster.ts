// Nodes that share a PostgreSQL database and a folder of blobs, as processes of their own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, type ConnectionOptions, createClient } from "@ossicle/client";
import {
  type PostgresServer,
  startPostgres,
} from "../../../packages/store/src/contract/start-postgres.ts";
import { type Ran, runCommand, type Served, servedCredentials, serveFolder } from "../serve.ts";

/** The key with which nodes seal secrets. */
const secretKey = "5e".repeat(32);

/** A database and a folder, and the nodes over them. */
export interface Cluster {
  readonly database: PostgresServer;
  /** URL of the database. */
  readonly metadata: string;
  /** A folder for tests; the blobs are in it. */
  readonly folder: string;
  /** Makes the database's schema. */
  readonly migrate: () => Promise<Ran>;
  /** Starts a node; it is stopped with the cluster. */
  readonly serve: (key?: string) => Promise<Served>;
  /** Runs a command of the command line on the store. */
  readonly command: (...args: readonly string[]) => Promise<Ran>;
  readonly stop: () => Promise<void>;
}

/** Starts a database without a schema, and no node yet. */
export async function startCluster(): Promise<Cluster> {
  const database = await startPostgres();
  const metadata = await database.makeDatabase();
  const folder = await mkdtemp(join(tmpdir(), "ossicle-cluster-"));
  const place = ["--metadata", metadata, "--blobs", join(folder, "blobs")];
  const nodes: Served[] = [];
  return {
    database,
    metadata,
    folder,
    migrate: () => runCommand(["migrate", "--metadata", metadata]),
    serve: async (key = secretKey) => {
      const env = { OSSICLE_SECRET_KEY: key };
      const args = [...place, "--log-level", "silent"];
      const node = await serveFolder(join(folder, "unused"), args, { env });
      nodes.push(node);
      return node;
    },
    command: (...args) => runCommand([...args, ...place], { OSSICLE_SECRET_KEY: secretKey }),
    stop: async () => {
      for (const { child } of nodes) child.kill("SIGTERM");
      await Promise.all(nodes.map(({ exited }) => exited));
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A client of a node. */
export function clientOf(
  { url: endpoint }: Served,
  options: Partial<ConnectionOptions> = {},
): Client {
  const credentials = servedCredentials;
  return createClient({ endpoint, region: "cn-hangzhou", credentials, ...options });
}
