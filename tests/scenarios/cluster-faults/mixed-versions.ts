// Runs nodes of an earlier commit and of this one together under load, kills each in turn, and
// reconciles. This is how a cluster is upgraded.
import { setTimeout as pause } from "node:timers/promises";
import { startApplication } from "../application.ts";
import { buildEarlier, programOf } from "../../../scripts/build-earlier.ts";
import { startCluster } from "../cluster/start-cluster.ts";
import { clientOf } from "../cluster/start-nodes.ts";
import { killTree } from "../faults/kill-tree.ts";
import type { Served } from "../serve.ts";
import { ClusterLoad, loadBucket, type LoadReport } from "./cluster-load.ts";

/** Which commit runs beside this one, and for how long. */
export interface MixedPlan {
  readonly commit: string;
  readonly rounds: number;
  readonly seed: number;
}

/** How long the nodes run before one is killed, in milliseconds. */
const roundMs = 3_000;

/** Runs the plan. */
export async function mixVersions({
  commit,
  rounds,
  seed,
}: MixedPlan): Promise<LoadReport & { readonly mistakes: readonly string[] }> {
  const program = programOf(buildEarlier(commit));
  const cluster = await startCluster();
  const application = await startApplication();
  try {
    await cluster.migrate({ program }); // this commit's nodes need no newer schema
    const start = (place: number): Promise<Served> =>
      cluster.serve(place % 2 === 0 ? { program } : {});
    // The earlier commit's node makes the store, as in an upgrade. A new store whose first nodes
    // are of both commits may refuse one of them: they mark the blobs in different orders.
    const nodes = [await start(0), ...(await Promise.all([1, 2, 3].map(start)))];
    const clients = () => nodes.map((node) => clientOf(node, { attempts: 1 }));
    await clients()[0]?.putBucket({ bucket: loadBucket });
    const load = new ClusterLoad(clients, application, seed);
    load.start();
    for (let round = 0; round < rounds; round += 1) {
      await pause(roundMs);
      const place = round % nodes.length;
      const killed = nodes[place];
      if (killed !== undefined) killTree(killed.child);
      nodes[place] = await start(place);
    }
    await load.stop();
    const { code, output } = await cluster.command("verify");
    if (code !== 0) load.mistakes.push(`verify: ${output}`);
    for (const client of clients().slice(0, 2)) await load.judge(client);
    return { ...load.report(), mistakes: load.mistakes };
  } finally {
    await cluster.stop();
    await application.close();
  }
}
