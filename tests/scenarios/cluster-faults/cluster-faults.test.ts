// A sample of `npm run faults -- cluster`: three nodes over PostgreSQL and Ceph, of which a node
// and a gateway are killed under load.
import { expect, test } from "vitest";
import { failCluster } from "./cluster-faults.ts";

test("a killed node and a killed gateway lose nothing, and forget no callback", async () => {
  const report = await failCluster({
    faults: ["node", "gateway"],
    seed: 20_261_129,
    isSmall: true,
  });
  expect(report.mistakes).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(20);
  expect(report.faults).toEqual({ node: 1, gateway: 1 });
}, 300_000);
