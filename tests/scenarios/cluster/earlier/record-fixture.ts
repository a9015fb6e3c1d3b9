// Writes `records-COMMIT.json.gz`: records and blobs that a node of an earlier commit has written.
// Run it with a commit: npx tsx --conditions=@ossicle/source … record-fixture.ts COMMIT
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Client, createClient } from "@ossicle/client";
import { dumpRecords } from "../../../../packages/store/src/contract/postgres-records.ts";
import { startApplication } from "../../application.ts";
import { servedCredentials } from "../../serve.ts";
import { startCluster } from "../start-cluster.ts";
import { buildEarlier, programOf } from "../../../../scripts/build-earlier.ts";
import { bodies, type Fixture } from "./fixture.ts";

const [commit = ""] = process.argv.slice(2);
const cluster = await startCluster();
const application = await startApplication((response, { body }) => {
  response.writeHead(body.includes("refused") ? 500 : 200, { "content-length": 2 }).end("{}");
});
try {
  const program = programOf(buildEarlier(commit));
  await cluster.migrate({ program });
  const node = await cluster.serve({ program });
  const credentials = servedCredentials;
  await fill(createClient({ endpoint: node.url, region: "cn-hangzhou", credentials }));
  node.child.kill("SIGTERM");
  await node.exited;
  const fixture: Fixture = {
    commit,
    records: await dumpRecords(cluster.metadata),
    blobs: await readBlobs(cluster.blobs),
  };
  const file = new URL(`records-${commit}.json.gz`, import.meta.url);
  await writeFile(file, gzipSync(JSON.stringify(fixture), { level: 9 }));
} finally {
  await cluster.stop();
  await application.close();
}

async function fill(client: Client): Promise<void> {
  const { small, large, part } = bodies;
  const metadata = { colour: "blue" };
  const callback = { url: application.url, body: "object=${object}" };
  await client.putBucket({ bucket: "plain", acl: "public-read" });
  await client.putObject({ bucket: "plain", key: "small", body: small, metadata, callback });
  await client.putObject({
    bucket: "plain",
    key: "large",
    body: large,
    tagging: [{ key: "a", value: "b" }],
  });
  const refused = { bucket: "plain", key: "refused", body: small, callback };
  await client.putObject(refused).catch(() => undefined); // 203: the application refuses it
  await client.appendObject({ bucket: "plain", key: "appended", position: 0, body: small });
  await client.putBucket({ bucket: "versioned" });
  await client.putBucketVersioning({ bucket: "versioned", status: "Enabled" });
  for (const body of [small, large])
    await client.putObject({ bucket: "versioned", key: "v", body });
  await client.deleteObject({ bucket: "versioned", key: "v" });
  const upload = { bucket: "plain", key: "in parts" };
  const { uploadId } = await client.initiateMultipartUpload(upload);
  for (const partNumber of [1, 2]) {
    await client.uploadPart({ ...upload, uploadId, partNumber, body: part });
  }
}

async function readBlobs(folder: string): Promise<Fixture["blobs"]> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) found[name] = (await readFile(path)).toString("base64");
  }
  return found;
}
