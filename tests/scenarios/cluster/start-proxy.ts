// HAProxy in front of nodes, with the configuration that we ship.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess, until } from "../../../packages/store/src/contract/server-process.ts";
import { freePort } from "../../../scripts/free-port.ts";

/** A proxy that runs. */
export interface Proxy {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a proxy in front of three nodes, and waits until it has found one healthy. It listens on
 * `port`, or on a free one.
 */
export async function startProxy(nodePorts: readonly number[], port?: number): Promise<Proxy> {
  const shipped = await readFile(new URL("../../../deploy/haproxy.cfg", import.meta.url), "utf8");
  const ownPort = port ?? (await freePort());
  const text = shipped
    .replace("bind :8080", `bind 127.0.0.1:${ownPort}`)
    .replaceAll(/node(\d):9650/g, (_, number) => `127.0.0.1:${nodePorts[Number(number) - 1]}`);
  const folder = await mkdtemp(join(tmpdir(), "ossicle-haproxy-"));
  const file = join(folder, "haproxy.cfg");
  await writeFile(file, text);
  const started = startProcess(["haproxy", "-db", "-f", file], join(folder, "haproxy.log"));
  const url = `http://127.0.0.1:${ownPort}`;
  await until("HAProxy", async () => (await fetch(`${url}/_ossicle/health`)).status === 200);
  return {
    url,
    stop: async () => {
      await started.kill();
      await rm(folder, { recursive: true });
    },
  };
}
