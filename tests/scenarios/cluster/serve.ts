// Stands in for ../serve.ts, so that scenarios of one served folder run on a cluster
// (vitest.cluster.config.ts): each folder's name stands for a database of its own, which three
// nodes serve behind a proxy.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  type PostgresServer,
  startPostgres,
} from "../../../packages/store/src/contract/start-postgres.ts";
import { freePort } from "../../../scripts/free-port.ts";
import * as alone from "../serve.ts";
import { nodesOver, type Nodes } from "./start-nodes.ts";
import { startProxy } from "./start-proxy.ts";

export { servedCredentials } from "../serve.ts";

/** The nodes of a file's tests, by the folder that they stand in for. */
const places = new Map<string, Nodes>();
let postgres: PostgresServer | undefined;
let blobs: string | undefined;
const ends: Promise<unknown>[] = [];

afterAll(async () => {
  for (const nodes of places.values()) await nodes.stopNodes();
  await Promise.all(ends);
  await postgres?.stop();
  if (blobs !== undefined) await rm(blobs, { recursive: true, force: true });
});

/** The part of a served folder that a cluster has. */
export interface Served extends Pick<alone.Served, "url" | "output" | "exited"> {
  readonly child: { readonly kill: () => void };
}

/** Serves on three nodes. Their output is that of the first node. */
export async function serveFolder(data: string, args: readonly string[] = []): Promise<Served> {
  const nodes = await placeOf(data);
  const port = await freePort();
  // Applications accept a callback's key only from the address that their clients use.
  const advertised = ["--advertised-url", `http://127.0.0.1:${port}`];
  const own = [...advertised, "--callback-targets", "public,private", ...args];
  const ports = [await freePort(), await freePort(), await freePort()];
  const served: alone.Served[] = [];
  for (const nodePort of ports) {
    served.push(await nodes.serve({ args: ["--port", String(nodePort), ...own] }));
  }
  const proxy = await startProxy(ports, port);
  const exited = Promise.all(served.map((node) => node.exited)).then(async ([how = ""]) => {
    await proxy.stop();
    return how;
  });
  ends.push(exited);
  const kill = (): void => {
    for (const { child } of served) child.kill("SIGTERM");
  };
  return { url: proxy.url, child: { kill }, output: () => served[0]?.output() ?? "", exited };
}

async function placeOf(data: string): Promise<Nodes> {
  const known = places.get(data);
  if (known !== undefined) return known;
  postgres ??= await startPostgres();
  blobs ??= await mkdtemp(join(tmpdir(), "ossicle-cluster-"));
  const metadata = await postgres.makeDatabase();
  const nodes = nodesOver({ metadata, blobs: join(blobs, String(places.size)) });
  await nodes.migrate();
  places.set(data, nodes);
  return nodes;
}

/** Starts a command. If nodes stand in for its `--data` folder, it runs on their store. */
export function startCommand(args: readonly string[]): alone.Running {
  const at = args.indexOf("--data");
  const nodes = places.get(args[at + 1] ?? "");
  if (nodes === undefined) return alone.startCommand(args);
  return alone.startCommand(args.toSpliced(at, 2), nodes.env);
}

/** Runs a command to its end. */
export function runCommand(args: readonly string[]): Promise<alone.Ran> {
  return startCommand(args).ended;
}
