// The engines of a cluster that faults are aimed at: Patroni or a single PostgreSQL server, and
// Ceph, behind links that can be cut.
import { type CephCluster, startCeph } from "../../../packages/store/src/contract/start-ceph.ts";
import {
  type PostgresServer,
  startPostgres,
} from "../../../packages/store/src/contract/start-postgres.ts";
import { type PatroniCluster, startPatroni } from "../cluster/start-patroni.ts";
import { type Link, linkTo } from "./link.ts";

/** Engines that run. */
export interface Engines {
  readonly ceph: CephCluster;
  /** Undefined in a small set-up, which has one server. */
  readonly patroni: PatroniCluster | undefined;
  readonly postgres: PostgresServer | undefined;
  /** Addresses for nodes: they lead through the links. */
  readonly metadata: string;
  readonly blobs: string;
  readonly databaseLinks: readonly Link[];
  readonly storeLinks: readonly Link[];
  readonly isWhole: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Starts the engines. */
export async function startEngines({ isSmall }: { readonly isSmall: boolean }): Promise<Engines> {
  const [ceph, patroni, postgres] = await Promise.all([
    startCeph(),
    isSmall ? undefined : startPatroni(),
    isSmall ? startPostgres() : undefined,
  ]);
  const database = patroni?.metadata ?? (await postgres?.makeDatabase()) ?? "";
  const bucket = await ceph.makeBucket();
  const [metadata, databaseLinks] = await throughLinks(database);
  const [blobs, storeLinks] = await throughLinks(bucket);
  return {
    ceph,
    patroni,
    postgres,
    metadata,
    blobs,
    databaseLinks,
    storeLinks,
    isWhole: async () =>
      (await ceph.isWhole()) && (patroni === undefined || (await patroni.isWhole())),
    stop: async () => {
      await Promise.all([...databaseLinks, ...storeLinks].map((link) => link.close()));
      await Promise.all([ceph.stop(), patroni?.stop(), postgres?.stop()]);
    },
  };
}

// Replaces every port of an address by a link's.
async function throughLinks(address: string): Promise<[string, readonly Link[]]> {
  const ports = [...address.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  const links = await Promise.all(ports.map(linkTo));
  let replaced = address;
  for (const [index, port] of ports.entries()) {
    replaced = replaced.replace(`127.0.0.1:${port}`, `127.0.0.1:${links[index]?.port}`);
  }
  return [replaced, links];
}
