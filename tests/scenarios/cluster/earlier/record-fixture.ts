// Writes `records-COMMIT.json.gz`: records and blobs that a node of an earlier commit has written.
// Run it with a commit: npx tsx --conditions=@ossicle/source … record-fixture.ts COMMIT
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { dumpRecords } from "../../../../packages/store/src/contract/postgres-records.ts";
import { readFolder } from "../../earlier/folders.ts";
import { tellStory } from "../../earlier/story.ts";
import { startCluster } from "../start-cluster.ts";
import { buildEarlier, programOf } from "../../../../scripts/build-earlier.ts";
import type { Fixture } from "./fixture.ts";

const [commit = ""] = process.argv.slice(2);
const cluster = await startCluster();
try {
  const program = programOf(buildEarlier(commit));
  await cluster.migrate({ program });
  const node = await cluster.serve({ program });
  await tellStory(node.url);
  node.child.kill("SIGTERM");
  await node.exited;
  const fixture: Fixture = {
    commit,
    records: await dumpRecords(cluster.metadata),
    blobs: await readFolder(cluster.blobs),
  };
  const file = new URL(`records-${commit}.json.gz`, import.meta.url);
  await writeFile(file, gzipSync(JSON.stringify(fixture), { level: 9 }));
} finally {
  await cluster.stop();
}
