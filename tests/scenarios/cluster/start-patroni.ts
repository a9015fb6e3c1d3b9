// Starts a PostgreSQL cluster of three members for tests, with Patroni and etcd: one primary, one
// synchronous standby, one more standby. The programs are Debian's.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "@ossicle/store";
import { makeDatabase } from "../../../packages/store/src/contract/make-database.ts";
import { startProcess, until } from "../../../packages/store/src/contract/server-process.ts";
import {
  asServerUser,
  postgresPrograms,
} from "../../../packages/store/src/contract/start-postgres.ts";
import { freePort } from "../../../scripts/free-port.ts";

const password = "ossicle-test";

/** A member of the cluster. */
export interface PatroniMember {
  /** Kills the server and what watches over it. */
  readonly kill: () => Promise<void>;
  readonly start: () => void;
}

/** A cluster that runs. */
export interface PatroniCluster {
  readonly members: readonly PatroniMember[];
  /** The address of a database, with every member's host. */
  readonly metadata: string;
  /** The number of the member that is the primary; undefined while there is none. */
  readonly primary: () => Promise<number | undefined>;
  /** Whether there is a primary and every member follows it. */
  readonly isWhole: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Starts a cluster. */
export async function startPatroni(): Promise<PatroniCluster> {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-patroni-"));
  chmodSync(folder, 0o777); // the servers may run as another user
  const [etcdClient, etcdPeer] = [await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${etcdClient}`;
  const peerUrl = `http://127.0.0.1:${etcdPeer}`;
  const etcdSettings = {
    "data-dir": join(folder, "etcd"),
    name: "e",
    "listen-client-urls": etcdUrl,
    "advertise-client-urls": etcdUrl,
    "listen-peer-urls": peerUrl,
    "initial-advertise-peer-urls": peerUrl,
    "initial-cluster": `e=${peerUrl}`,
  };
  const flags = Object.entries(etcdSettings).map(([name, value]) => `--${name}=${value}`);
  const etcd = startProcess(["etcd", ...flags], join(folder, "etcd.log"));
  const members: (PatroniMember & { readonly apiPort: number; readonly port: number })[] = [];
  for (const number of [0, 1, 2]) {
    const [apiPort, port] = [await freePort(), await freePort()];
    const data = join(folder, `data${number}`);
    const file = join(folder, `member${number}.json`);
    writeFileSync(file, configuration({ folder, number, etcdClient, apiPort, port }));
    const watcher = startProcess(
      asServerUser(["patroni", file]),
      join(folder, `member${number}.log`),
      { HOME: folder },
    );
    members.push({
      apiPort,
      port,
      start: () => watcher.start(),
      kill: async () => {
        await watcher.kill();
        killServer(data);
      },
    });
  }
  const states = async (): Promise<readonly string[]> => {
    for (const { apiPort } of members) {
      try {
        const answer = await fetch(`http://127.0.0.1:${apiPort}/cluster`);
        const { members: listed } = (await answer.json()) as {
          members: readonly { name: string; role: string; state: string }[];
        };
        const byName = new Map(listed.map((one) => [one.name, `${one.role} ${one.state}`]));
        return members.map((_, number) => byName.get(`m${number}`) ?? "missing");
      } catch {
        continue; // this member is down
      }
    }
    return [];
  };
  const primary = async (): Promise<number | undefined> => {
    const at = (await states()).findIndex((state) =>
      /^(leader|master|primary) running/.test(state),
    );
    return at < 0 ? undefined : at;
  };
  const isWhole = async (): Promise<boolean> => {
    const found = await states();
    const healthy = found.filter((state) => / (running|streaming)$/.test(state));
    return healthy.length === members.length && found.some((state) => state.startsWith("sync"));
  };
  await until("Patroni's members", isWhole, 120_000);
  const hosts = members.map(({ port }) => `127.0.0.1:${port}`).join(",");
  const first = members[(await primary()) ?? 0]?.port;
  await makeDatabase(`postgres://postgres:${password}@127.0.0.1:${first}`, "ossicle");
  return {
    members,
    metadata: `postgres://postgres:${password}@${hosts}/ossicle`,
    primary,
    isWhole,
    stop: async () => {
      for (const member of members) await member.kill();
      await etcd.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface MemberPlace {
  readonly folder: string;
  readonly number: number;
  readonly etcdClient: number;
  readonly apiPort: number;
  readonly port: number;
}

// Patroni reads YAML, of which JSON is a part.
function configuration({ folder, number, etcdClient, apiPort, port }: MemberPlace): string {
  const user = (username: string) => ({ username, password });
  return JSON.stringify({
    scope: "ossicle",
    name: `m${number}`,
    restapi: { listen: `127.0.0.1:${apiPort}`, connect_address: `127.0.0.1:${apiPort}` },
    etcd3: { hosts: `127.0.0.1:${etcdClient}` },
    bootstrap: {
      dcs: {
        ttl: 6,
        loop_wait: 1,
        retry_timeout: 3,
        maximum_lag_on_failover: 1_048_576,
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          parameters: { max_connections: 200, wal_keep_size: "256MB" },
        },
      },
      initdb: [{ encoding: "UTF8" }, { locale: "C" }, "no-sync"],
      pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"],
    },
    postgresql: {
      listen: `127.0.0.1:${port}`,
      connect_address: `127.0.0.1:${port}`,
      data_dir: join(folder, `data${number}`),
      bin_dir: postgresPrograms(),
      pgpass: join(folder, `pgpass${number}`),
      authentication: {
        superuser: user("postgres"),
        replication: user("replicator"),
        rewind: user("rewinder"),
      },
      parameters: { unix_socket_directories: folder },
    },
  });
}

function killServer(data: string): void {
  try {
    const [pid] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    process.kill(Number(pid), "SIGKILL");
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT" && errorCode(cause) !== "ESRCH") throw cause; // it has ended
  }
}
