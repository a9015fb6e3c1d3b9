// A node is killed while the application still works on its callback. Another node sends the
// callback again when its lease is over.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Application, answerJson, startApplication } from "../application.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";
import { clientOf } from "./start-nodes.ts";

const bucket = "taken";

let cluster: Cluster;
let application: Application;
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.migrate();
});
afterAll(async () => {
  await cluster.stop();
  await application.close();
});

test("another node sends the callback of a killed node again, with the same id", async () => {
  let isHanging = true;
  application = await startApplication((response) => {
    if (!isHanging) answerJson(response);
  });
  const [one, other] = [await cluster.serve(), await cluster.serve()];
  await clientOf(one).putBucket({ bucket });
  const callback = { url: application.url, body: "o=${object}" };
  const uploading = clientOf(one, { attempts: 1 })
    .putObject({ bucket, key: "k", body: "kept", callback })
    .then(
      () => "answered",
      () => "cut off",
    );
  await expect.poll(() => application.received.length).toBe(1);
  one.child.kill("SIGKILL");
  expect(await uploading).toBe("cut off");
  isHanging = false;
  expect(await (await clientOf(other).getObject({ bucket, key: "k" })).text()).toBe("kept");
  await expect.poll(() => application.received.length, { timeout: 90_000 }).toBe(2);
  const ids = application.received.map(({ headers }) => headers["x-oss-request-id"]);
  expect(ids[0]).toMatch(/^[0-9A-F]{24}$/);
  expect(ids[1]).toBe(ids[0]);
  const stateOf = async (): Promise<string> =>
    (await cluster.command("deliveries", "show", String(ids[0]), "--json")).output;
  await expect.poll(stateOf).toContain('"delivered"');
}, 180_000);
