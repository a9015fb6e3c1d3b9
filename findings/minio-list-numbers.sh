#!/usr/bin/env bash
# Package: minio 8.0.7 (Node), with fast-xml-parser 5.12.1.
# Expected: listObjectsV2() returns the keys that the store lists, as listObjects() does.
# Seen: listObjectsV2() reads a key that looks like a number as one and returns it as text again:
#   "007" becomes "7", and "2024.10" becomes "2024.1". Its type is string, so nothing shows it.
#   A program that deletes what it has listed deletes other objects. listObjects() returns
#   the keys unchanged. getObjectTagging() returns numbers and booleans: the tag "007", which
#   setObjectTagging() has sent unchanged, comes back as 7, and "true" as true.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.mjs" <<'JS'
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Client } from "minio";

console.log("minio", createRequire(import.meta.url)("minio/package.json").version);
const objects = new Map(["007", "2024.10", "7", "photo.jpg"].map((key) => [key, ""]));
const store = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { pathname, searchParams } = new URL(request.url, "http://store");
  const key = pathname.slice("/bucket/".length);
  if (searchParams.has("tagging") && request.method === "PUT") objects.set(key, body);
  if (searchParams.has("tagging")) return response.end(objects.get(key));
  if (searchParams.has("delete")) {
    for (const [, name] of body.matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(name);
    return response.end("<DeleteResult/>");
  }
  const contents = [...objects.keys()].map((name) => `<Contents><Key>${name}</Key><Size>1</Size>
    <ETag>"1"</ETag><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>`);
  response.end(`<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>
    ${contents.join("")}</ListBucketResult>`);
});
await once(store.listen(0, "127.0.0.1"), "listening");
const client = new Client({
  endPoint: "127.0.0.1",
  port: store.address().port,
  useSSL: false,
  region: "us-east-1",
  accessKey: "id",
  secretKey: "secret",
});
async function names(stream) {
  const found = [];
  for await (const object of stream) found.push(object.name);
  return found;
}
const version1 = await names(client.listObjects("bucket", "", true));
const version2 = await names(client.listObjectsV2("bucket", "", true));
console.log("listObjects:", version1);
console.log("listObjectsV2:", version2);
await client.setObjectTagging("bucket", "photo.jpg", { order: "007", paid: "true" });
const tags = await client.getObjectTagging("bucket", "photo.jpg");
console.log("tags sent: 007 and true, as", objects.get("photo.jpg"));
console.log("tags read:", tags);
await client.removeObjects("bucket", version2);
console.log("left when all that listObjectsV2 listed is deleted:", [...objects.keys()]);
try {
  assert.deepEqual(version1, ["007", "2024.10", "7", "photo.jpg"]);
  assert.deepEqual(version2, ["7", "2024.1", "7", "photo.jpg"]);
  assert.deepEqual(tags.map((tag) => tag.Value), [7, true]);
  assert.deepEqual([...objects.keys()], ["007", "2024.10"]);
} catch {
  console.log("This differs from what is described above.");
  process.exit(1);
}
process.exit(0); // the server keeps connections open
JS
cd "$dir"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error minio@8.0.7 fast-xml-parser@5.12.1 > /dev/null
node main.mjs
