// What an application does: it starts a store, uploads, and verifies the callback.
import { once } from "node:events";
import { createServer } from "node:http";
import { createClient } from "@ossicle/client";
import { nodeCallback } from "@ossicle/kit";
import { startStore } from "@ossicle/server/testing";

const store = await startStore();
const { url: endpoint, region, credentials } = store;
const handle = nodeCallback(({ variables }) => ({ saved: variables.text("object") }), {
  trustedKeyUrls: [`${endpoint}/_ossicle/callback-keys/`],
});
const server = createServer((request, response) => void handle(request, response));
await once(server.listen(0, "127.0.0.1"), "listening");
const client = createClient({ endpoint, region, credentials });
await client.putBucket({ bucket: "examplebucket" });
const { callback } = await client.putObject({
  bucket: "examplebucket",
  key: "a",
  body: "b",
  callback: { url: `http://127.0.0.1:${server.address().port}`, body: "object=${object}" },
});
process.stdout.write(`${process.version} ${JSON.stringify(callback.json())}\n`);
server.close();
await store.close();
