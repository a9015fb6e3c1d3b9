// Makes the parts of a cluster fail under load, one fault after another, and reconciles: nothing
// that was acknowledged is lost, no callback is forgotten, and service returns without a restart.
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@ossicle/client";
import { until } from "../../../packages/store/src/contract/server-process.ts";
import { startApplication } from "../application.ts";
import { killTree, seededRandom } from "../faults/kill-tree.ts";
import type { Served } from "../serve.ts";
import { clientOf, nodesOver } from "../cluster/start-nodes.ts";
import { ClusterLoad, loadBucket, type LoadReport } from "./cluster-load.ts";
import { type Engines, startEngines } from "./engines.ts";

/** Kinds of faults. */
export const faultKinds = [
  "node",
  "primary",
  "standby",
  "osd",
  "monitor",
  "gateway",
  "database link",
  "store link",
  "everything",
] as const;

/** A kind of fault. */
export type FaultKind = (typeof faultKinds)[number];

/** Kinds that take half a minute and more. They are a small part of a long run. */
const slowKinds: readonly FaultKind[] = ["database link", "store link", "everything"];

/** Faults of every kind, in an order that the seed repeats. Of ten, one is slow. */
export function plannedFaults(count: number, seed: number): readonly FaultKind[] {
  const random = seededRandom(seed, 2_000);
  const quickKinds = faultKinds.filter((kind) => !slowKinds.includes(kind));
  return Array.from({ length: count }, (_, at) => {
    const kinds = at % 10 === 9 ? slowKinds : quickKinds;
    return kinds[Math.floor(random() * kinds.length)] ?? "node";
  });
}

/** How much to do. */
export interface ClusterFaultPlan {
  /** The faults, in order. */
  readonly faults: readonly FaultKind[];
  readonly seed: number;
  /** Whether the database is one server instead of three members under Patroni. */
  readonly isSmall: boolean;
  /** Called after each fault, with the time until every node served again. */
  readonly onFault?: (kind: FaultKind, backAfterMs: number) => void;
}

/** What was found. */
export interface ClusterFaultReport extends LoadReport {
  readonly faults: Readonly<Record<string, number>>;
  /** Longest time until every node served again, by kind of fault, in milliseconds. */
  readonly backAfterMs: Readonly<Record<string, number>>;
  /** One sentence each. Empty when nothing was lost. */
  readonly mistakes: readonly string[];
}

/** Nodes of the cluster. */
const nodeCount = 3;

/** How long links are cut and everything is down, in milliseconds. */
const outageMs = 30_000;

/** Longest time until every node serves again after a fault, in milliseconds. */
const mostBackMs = 90_000;

/** Longest time until callbacks of interrupted uploads are sent: a lease, and a margin. */
const settleMs = 60_000;

/** Runs the plan. */
export async function failCluster(plan: ClusterFaultPlan): Promise<ClusterFaultReport> {
  const engines = await startEngines(plan);
  const application = await startApplication();
  const run = new ClusterRun(plan, engines);
  try {
    await run.prepare();
    const load = new ClusterLoad(() => run.clients(), application, plan.seed);
    load.start();
    for (const [round, kind] of plan.faults.entries()) {
      const enough = load.acknowledged + 10;
      await until("uploads between two faults", () => Promise.resolve(load.acknowledged >= enough));
      const backAfterMs = await run.fail(kind, round);
      plan.onFault?.(kind, backAfterMs);
    }
    await load.stop();
    const [client] = run.clients();
    if (client === undefined) throw new Error("no node serves");
    const mistakes = await run.settle();
    await load.judge(client);
    return { ...load.report(), ...run.report(), mistakes: [...load.mistakes, ...mistakes] };
  } finally {
    await run.stop();
    await application.close();
    await engines.stop();
  }
}

class ClusterRun {
  readonly #engines: Engines;
  readonly #nodes: ReturnType<typeof nodesOver>;
  readonly #random: () => number;
  /** The node in each place; undefined while it is down. */
  readonly #served: (Served | undefined)[] = [];
  readonly #backAfterMs = new Map<FaultKind, number>();
  readonly #counts = new Map<FaultKind, number>();

  constructor({ seed }: ClusterFaultPlan, engines: Engines) {
    this.#engines = engines;
    this.#nodes = nodesOver(engines);
    this.#random = seededRandom(seed, 1_000);
  }

  async prepare(): Promise<void> {
    const { code, errors } = await this.#nodes.migrate();
    if (code !== 0) throw new Error(errors);
    await this.#startNodes();
    await this.clients()[0]?.putBucket({ bucket: loadBucket });
  }

  async #startNodes(): Promise<void> {
    await Promise.all(
      Array.from({ length: nodeCount }, async (_, place) => {
        this.#served[place] ??= await this.#nodes.serve();
      }),
    );
  }

  /** A client of each node that serves. */
  clients(): readonly Client[] {
    return this.#served.filter((node) => node !== undefined).map(quickClient);
  }

  /** Makes something fail. Returns the time until every node served again, in milliseconds. */
  async fail(kind: FaultKind, round: number): Promise<number> {
    const repair = await this.#break(kind, round);
    await pause(this.#random() * 2_000);
    const began = performance.now();
    await repair();
    await until("every node to serve", () => this.#serves(), mostBackMs);
    const backAfterMs = Math.round(performance.now() - began);
    this.#backAfterMs.set(kind, Math.max(backAfterMs, this.#backAfterMs.get(kind) ?? 0));
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    await until("the engines", () => this.#engines.isWhole(), 2 * mostBackMs);
    return backAfterMs;
  }

  // Breaks something, and returns how to repair it.
  #break(kind: FaultKind, round: number): Promise<Repair> {
    const { ceph, databaseLinks, storeLinks } = this.#engines;
    const one = (servers: readonly Killable[]): Promise<Repair> =>
      killed(servers[round % servers.length]);
    const kinds: Readonly<Record<FaultKind, () => Promise<Repair>>> = {
      node: () => {
        this.#killNode(round % nodeCount);
        return Promise.resolve(() => this.#startNodes());
      },
      osd: () => one(ceph.disks),
      monitor: () => one(ceph.monitors),
      gateway: () => one(ceph.gateways),
      primary: () => this.#killMember(0),
      standby: () => this.#killMember(1 + (round % 2)),
      "database link": () => outage(databaseLinks),
      "store link": () => outage(storeLinks),
      everything: () => this.#killEverything(),
    };
    return kinds[kind]();
  }

  // Kills the member of the database that is so many places behind the primary.
  async #killMember(step: number): Promise<Repair> {
    const { patroni } = this.#engines;
    if (patroni === undefined) return this.#killDatabase();
    const primary = (await patroni.primary()) ?? 0;
    return killed(patroni.members[(primary + step) % patroni.members.length]);
  }

  #killNode(place: number): void {
    const node = this.#served[place];
    this.#served[place] = undefined;
    if (node !== undefined) killTree(node.child);
  }

  async #killDatabase(): Promise<Repair> {
    const { postgres } = this.#engines;
    await postgres?.kill();
    return async () => postgres?.start();
  }

  async #killEverything(): Promise<Repair> {
    const { ceph, patroni } = this.#engines;
    for (let place = 0; place < nodeCount; place += 1) this.#killNode(place);
    const servers = [
      ...ceph.gateways,
      ...ceph.disks,
      ceph.manager,
      ...ceph.monitors,
      ...(patroni?.members ?? []),
    ];
    await Promise.all(servers.map((server) => server.kill()));
    const startDatabase =
      patroni === undefined ? await this.#killDatabase() : async () => undefined;
    return async () => {
      for (const server of servers.toReversed()) server.start();
      await startDatabase();
      // A node that starts needs its engines.
      await until("the engines", () => this.#engines.isWhole(), 2 * mostBackMs);
      await until("the nodes", () => this.#startNodes().then(() => true), mostBackMs);
    };
  }

  // Whether every node stores and reads a small and a large body.
  async #serves(): Promise<boolean> {
    const clients = this.clients();
    for (const client of clients) {
      for (const length of [100, 100_000]) {
        const object = { bucket: loadBucket, key: "probe" };
        await client.putObject({ ...object, body: new Uint8Array(length) });
        await client.getObject(object).then((found) => found.bytes());
      }
    }
    return clients.length === nodeCount;
  }

  /** Waits until no callback is due any more. Returns what is wrong. */
  async settle(): Promise<readonly string[]> {
    const due = async (): Promise<string> => {
      const { output } = await this.#nodes.command("deliveries", "list", "--state", "due");
      return output.trim();
    };
    const isDone = until("callbacks", async () => (await due()) === "", settleMs);
    const mistakes: string[] = [];
    await isDone.catch(async () => mistakes.push(`callbacks are still due: ${await due()}`));
    const { code, output } = await this.#nodes.command("verify");
    if (code !== 0) mistakes.push(`verify: ${output}`);
    return mistakes;
  }

  report(): Pick<ClusterFaultReport, "faults" | "backAfterMs"> {
    return {
      faults: Object.fromEntries(this.#counts),
      backAfterMs: Object.fromEntries(this.#backAfterMs),
    };
  }

  stop(): Promise<void> {
    return this.#nodes.stopNodes();
  }
}

function quickClient(node: Served): Client {
  return clientOf(node, { attempts: 1 }); // a retry would hide what a client is told
}

/** Repairs what was broken. */
type Repair = () => Promise<void>;

interface Killable {
  readonly kill: () => Promise<void>;
  readonly start: () => void;
}

async function killed(server: Killable | undefined): Promise<Repair> {
  await server?.kill();
  return () => {
    server?.start();
    return Promise.resolve();
  };
}

async function outage(
  links: readonly { readonly cut: () => void; readonly mend: () => void }[],
): Promise<Repair> {
  for (const link of links) link.cut();
  await pause(outageMs);
  return () => {
    for (const link of links) link.mend();
    return Promise.resolve();
  };
}
