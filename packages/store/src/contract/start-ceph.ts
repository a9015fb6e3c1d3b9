// Starts a Ceph cluster for tests, in a folder of its own: three monitors, three OSDs, a manager,
// and two S3 gateways, all on loopback. The programs are Debian's.
import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../../scripts/free-port.ts";
import { cephConfiguration } from "./ceph-configuration.ts";
import { makeBucket } from "./make-bucket.ts";
import { type ServerProcess, startProcess, until } from "./server-process.ts";

const runFile = promisify(execFile);

/** The key of the gateways' user. */
const key = { id: "CEPHTESTKEY", secret: "ceph-test-secret" };

/** A cluster that runs. */
export interface CephCluster {
  readonly monitors: readonly ServerProcess[];
  readonly disks: readonly ServerProcess[];
  readonly gateways: readonly ServerProcess[];
  readonly manager: ServerProcess;
  /** Makes an empty bucket, and returns its address: both gateways, in turn. */
  readonly makeBucket: () => Promise<string>;
  /** Whether every OSD serves. */
  readonly isWhole: () => Promise<boolean>;
  /** Stops everything, and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** The names of the processes. */
const names = { monitors: ["a", "b", "c"], disks: ["0", "1", "2"], gateways: ["x", "y"] } as const;

/** Starts a cluster. */
export async function startCeph(): Promise<CephCluster> {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-ceph-"));
  const ports = await Promise.all([...names.monitors, ...names.gateways].map(() => freePort()));
  const monitorPorts = ports.slice(0, names.monitors.length);
  const gatewayPorts = ports.slice(names.monitors.length);
  const hosts = monitorPorts.map((port) => `[v2:127.0.0.1:${port}]`);
  const fsid = randomUUID();
  const conf = join(folder, "ceph.conf");
  for (const name of ["run", "log"]) mkdirSync(join(folder, name));
  writeFileSync(conf, cephConfiguration({ folder, fsid, hosts, gatewayPorts }));
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  const keyring = at("keyring");
  const tool = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const ceph = async (...args: readonly string[]): Promise<string> =>
    (await runFile("ceph", ["-c", conf, "--connect-timeout", "30", ...args])).stdout;
  const daemon = (program: string, id: string, ...args: readonly string[]): ServerProcess =>
    startProcess([program, "-f", "-c", conf, ...args], at("log", `${program}.${id}.out`));

  const allow = (...who: readonly string[]): readonly string[] =>
    who.flatMap((one) => ["--cap", one, "allow *"]);
  tool("ceph-authtool", "-C", keyring, "--gen-key", "-n", "mon.", ...allow("mon"));
  const admin = ["-n", "client.admin", ...allow("mon", "osd", "mgr")];
  tool("ceph-authtool", keyring, "--gen-key", ...admin);
  const members = names.monitors.flatMap((id, index) => ["--addv", id, hosts[index] ?? ""]);
  tool("monmaptool", "--create", "--fsid", fsid, ...members, at("monmap"));
  const monitors = names.monitors.map((id) => {
    const own = ["-i", id, "--keyring", keyring];
    tool("ceph-mon", "-c", conf, "--mkfs", ...own, "--monmap", at("monmap"));
    return daemon("ceph-mon", id, "-i", id);
  });
  const grantAll = ["mon", "allow *", "osd", "allow *"];
  mkdirSync(at("mgr"));
  const managerKey = await ceph("auth", "get-or-create", "mgr.x", ...grantAll);
  writeFileSync(at("mgr", "keyring"), managerKey);
  const manager = daemon("ceph-mgr", "x", "-i", "x");

  const disks = await Promise.all(
    names.disks.map(async (id) => {
      mkdirSync(at(`osd.${id}`));
      const uuid = randomUUID();
      const secret = tool("ceph-authtool", "--gen-print-key").trim();
      const secrets = at(`osd.${id}`, "secrets");
      writeFileSync(secrets, JSON.stringify({ cephx_secret: secret }));
      await ceph("osd", "new", uuid, id, "-i", secrets);
      writeFileSync(at(`osd.${id}`, "keyring"), `[osd.${id}]\n\tkey = ${secret}\n`);
      await runFile("ceph-osd", ["-c", conf, "-i", id, "--mkfs", "--osd-uuid", uuid]);
      return daemon("ceph-osd", id, "-i", id);
    }),
  );
  const isWhole = async (): Promise<boolean> =>
    (JSON.parse(await ceph("osd", "stat", "-f", "json")) as { num_up_osds: number }).num_up_osds ===
    names.disks.length;
  await until("Ceph's OSDs", isWhole);

  const gateways: ServerProcess[] = [];
  for (const [index, id] of names.gateways.entries()) {
    const user = `client.rgw.${id}`;
    mkdirSync(at(`rgw.${id}`));
    const granted = ["mon", "allow rw", "osd", "allow rwx", "mgr", "allow rw"];
    writeFileSync(
      at(`rgw.${id}`, "keyring"),
      await ceph("auth", "get-or-create", user, ...granted),
    );
    gateways.push(daemon("radosgw", id, "-n", user));
    // The first gateway makes the pools, and two that do so at once disturb each other.
    await until("Ceph's gateway", () => answers(gatewayPorts[index] ?? 0));
    if (index > 0) continue;
    const keys = ["--access-key", key.id, "--secret-key", key.secret];
    const create = ["user", "create", "--uid", "test", "--display-name", "test", ...keys];
    await runFile("radosgw-admin", ["-c", conf, ...create]);
  }
  const all = [...gateways, ...disks, manager, ...monitors];
  let buckets = 0; // made so far
  return {
    monitors,
    disks,
    gateways,
    manager,
    isWhole,
    makeBucket: async () => {
      buckets += 1;
      const bucket = `blobs-${buckets}`;
      const endpoints = gatewayPorts.map((port) => `127.0.0.1:${port}`).join(",");
      const address = `s3://${key.id}:${key.secret}@${endpoints}?bucket=${bucket}&tls=off`;
      await makeBucket(address);
      return address;
    },
    stop: async () => {
      await Promise.all(all.map((one) => one.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  await fetch(`http://127.0.0.1:${port}/`);
  return true;
}
