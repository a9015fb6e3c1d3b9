// Three nodes over PostgreSQL and Ceph, behind HAProxy: a target for the foreign SDKs. Their
// requests go to all nodes.
import { startCeph } from "../../packages/store/src/contract/start-ceph.ts";
import { startPostgres } from "../../packages/store/src/contract/start-postgres.ts";
import { nodesOver } from "../scenarios/cluster/start-nodes.ts";
import { startProxy } from "../scenarios/cluster/start-proxy.ts";
import { servedCredentials } from "../scenarios/serve.ts";

/** The nodes, as the environment of {@link ./harness.ts}'s tests names them. */
export interface ThreeNodes {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts the nodes. */
export async function startThreeNodes(): Promise<ThreeNodes> {
  const [ceph, postgres] = await Promise.all([startCeph(), startPostgres()]);
  const metadata = await postgres.makeDatabase();
  const nodes = nodesOver({ metadata, blobs: await ceph.makeBucket() });
  await nodes.migrate();
  const served = await Promise.all([nodes.serve(), nodes.serve(), nodes.serve()]);
  const proxy = await startProxy(served.map(({ url }) => Number(new URL(url).port)));
  return {
    env: {
      OSSICLE_TARGET: proxy.url,
      OSS_ACCESS_KEY_ID: servedCredentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: servedCredentials.accessKeySecret,
    },
    stop: async () => {
      await proxy.stop();
      await nodes.stopNodes();
      await Promise.all([ceph.stop(), postgres.stop()]);
    },
  };
}
