// Nodes of this commit serve what nodes of earlier ones have written. Their records are checked in;
// record-fixture.ts has made them.
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Client } from "@ossicle/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRecords } from "../../../../packages/store/src/contract/postgres-records.ts";
import { writeFolder } from "../../earlier/folders.ts";
import { expectContinuation, expectObjects } from "../../earlier/story.ts";
import { type Cluster, startCluster } from "../start-cluster.ts";
import { clientOf } from "../start-nodes.ts";
import type { Fixture } from "./fixture.ts";

const commits = ["e438cea", "44c2487", "51634d6"];

describe.each(commits)("of records of %s,", (commit) => {
  let cluster: Cluster;
  let client: Client;
  beforeAll(async () => {
    const file = new URL(`records-${commit}.json.gz`, import.meta.url);
    const { records, blobs } = JSON.parse(gunzipSync(await readFile(file)).toString()) as Fixture;
    cluster = await startCluster();
    await cluster.migrate();
    await loadRecords(cluster.metadata, records);
    await writeFolder(cluster.blobs, blobs);
    client = clientOf(await cluster.serve());
  });
  afterAll(() => cluster.stop());

  test("objects are read as they were written", async () => {
    await expect(expectObjects(client)).resolves.toBeUndefined();
  });

  test("an object is appended to, and an upload in parts is completed", async () => {
    await expect(expectContinuation(client)).resolves.toBeUndefined();
  });

  test("the ledger has the callbacks, and nothing is damaged", async () => {
    const { output } = await cluster.command("deliveries", "list");
    expect(output).toContain("plain/small");
    expect(output).toMatch(/failed .*plain\/refused/);
    const { code, output: verified } = await cluster.command("verify");
    expect([code, verified]).toEqual([0, expect.stringContaining("0 damaged, 0 left over")]);
  });
});
