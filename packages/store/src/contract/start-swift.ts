// Starts an OpenStack Swift cluster with its S3 middleware for tests, in a folder of its own: three
// servers each of objects, containers and accounts, and one proxy, on loopback. The programs are
// Debian's.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../../scripts/free-port.ts";
import { makeBucket } from "./make-bucket.ts";
import { type ServerProcess, startProcess, until } from "./server-process.ts";

const runFile = promisify(execFile);

/** The key of the proxy's user. */
const key = { id: "test:tester", secret: "testing" };

const kinds = ["object", "container", "account"] as const;
const zones = [1, 2, 3] as const;

/** A cluster that runs. */
export interface SwiftCluster {
  /** Makes an empty bucket, and returns its address. */
  readonly makeBucket: () => Promise<string>;
  /** Stops everything, and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** Starts a cluster. */
export async function startSwift(): Promise<SwiftCluster> {
  const folder = mkdtempSync(join(tmpdir(), "ossicle-swift-"));
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  mkdirSync(at("log"));
  const ring = { swift_hash_path_suffix: "s", swift_hash_path_prefix: "p" };
  const policy = { name: "Policy-0", default: "yes" };
  writeFileSync(
    at("swift.conf"),
    section("swift-hash", ring) + section("storage-policy:0", policy),
  );
  const start = (program: string, name: string): ServerProcess =>
    startProcess([program, at(`${name}.conf`)], at("log", name));
  const servers = await Promise.all(
    kinds.map(async (kind) => {
      const ports = await Promise.all(zones.map(() => freePort()));
      await buildRing(at(`${kind}.builder`), ports);
      return zones.map((zone, index) => {
        mkdirSync(at("disks", String(zone), "disk"), { recursive: true });
        const own = { kind, zone, port: ports[index] ?? 0 };
        writeFileSync(at(`${kind}-${zone}.conf`), storageConfiguration(folder, own));
        return start(`swift-${kind}-server`, `${kind}-${zone}`);
      });
    }),
  );
  const [cachePort, port] = [await freePort(), await freePort()];
  const cache = startProcess(
    [
      "memcached",
      "-u",
      userInfo().username,
      "-l",
      "127.0.0.1",
      "-p",
      String(cachePort),
      "-m",
      "64",
    ],
    at("log", "memcached"),
  );
  writeFileSync(at("proxy.conf"), proxyConfiguration(folder, { port, cachePort }));
  const proxy = start("swift-proxy-server", "proxy");
  const all = [proxy, cache, ...servers.flat()];
  let buckets = 0; // made so far
  const makeNext = async (): Promise<string> => {
    buckets += 1;
    const user = encodeURIComponent(key.id);
    const address = `s3://${user}:${key.secret}@127.0.0.1:${port}?bucket=blobs-${buckets}&tls=off`;
    await makeBucket(address);
    return address;
  };
  // The storage servers start later than the proxy.
  await until("Swift", () => makeNext().then(() => true));
  return {
    makeBucket: makeNext,
    stop: async () => {
      await Promise.all(all.map((one) => one.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function buildRing(builder: string, ports: readonly number[]): Promise<void> {
  await runFile("swift-ring-builder", [builder, "create", "6", "3", "0"]);
  for (const [index, port] of ports.entries()) {
    const device = `r1z${index + 1}-127.0.0.1:${port}/disk`;
    await runFile("swift-ring-builder", [builder, "add", device, "1"]);
  }
  await runFile("swift-ring-builder", [builder, "rebalance"]);
}

interface StorageServer {
  readonly kind: (typeof kinds)[number];
  readonly zone: number;
  readonly port: number;
}

// What every server of Swift needs.
function serverSettings(folder: string, port: number): Readonly<Record<string, string>> {
  return {
    bind_ip: "127.0.0.1",
    bind_port: String(port),
    workers: "0",
    user: userInfo().username,
    swift_dir: folder,
    log_level: "WARNING",
  };
}

function storageConfiguration(folder: string, { kind, zone, port }: StorageServer): string {
  return [
    section("DEFAULT", {
      ...serverSettings(folder, port),
      devices: `${folder}/disks/${zone}`,
      mount_check: "false",
      fallocate_reserve: "0",
      disable_fallocate: "true",
    }),
    section("pipeline:main", { pipeline: `${kind}-server` }),
    section(`app:${kind}-server`, { use: `egg:swift#${kind}` }),
  ].join("\n");
}

function proxyConfiguration(
  folder: string,
  { port, cachePort }: { readonly port: number; readonly cachePort: number },
): string {
  const filters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    catch_errors: {},
    gatekeeper: {},
    healthcheck: {},
    cache: { use: "egg:swift#memcache", memcache_servers: `127.0.0.1:${cachePort}` },
    listing_formats: {},
    s3api: { location: "us-east-1", s3_acl: "false" },
    tempauth: { user_test_tester: `${key.secret} .admin` },
    copy: {},
    slo: {},
    dlo: {},
    versioned_writes: { allow_object_versioning: "true" },
    symlink: {},
  };
  return [
    section("DEFAULT", serverSettings(folder, port)),
    section("pipeline:main", { pipeline: [...Object.keys(filters), "proxy-server"].join(" ") }),
    section("app:proxy-server", {
      use: "egg:swift#proxy",
      account_autocreate: "true",
      allow_account_management: "true",
    }),
    ...Object.entries(filters).map(([name, settings]) =>
      section(`filter:${name}`, { use: `egg:swift#${name}`, ...settings }),
    ),
  ].join("\n");
}

function section(name: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([setting, value]) => `${setting} = ${value}`);
  return [`[${name}]`, ...lines, ""].join("\n");
}
