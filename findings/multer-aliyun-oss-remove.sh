#!/usr/bin/env bash
# Package: multer-aliyun-oss 2.1.3 (with ali-oss 6.23.0, multer 2.0.2 and express 5.1.0).
# Expected: when an upload exceeds the size limit, multer undoes it: it deletes the object that the
#   storage has just put at uploads/logo.bin, and touches no other object.
# Seen: the clean-up omits the destination from the key. It deletes logo.bin at the root of the
#   bucket, an object that this upload did not create, and the truncated uploads/logo.bin stays.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y > /dev/null
npm install --silent --ignore-scripts --no-audit --no-fund \
  multer-aliyun-oss@2.1.3 ali-oss@6.23.0 multer@2.0.2 express@5.1.0
cat > main.mjs <<'JS'
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import express from "express";
import multer from "multer";
import aliyunOss from "multer-aliyun-oss";

console.log("multer-aliyun-oss", createRequire(import.meta.url)("multer-aliyun-oss/package.json").version);
const objects = new Map([["logo.bin", "not ours"]]);
const requests = [];
const store = createServer(async (request, response) => {
  let size = 0;
  for await (const chunk of request) size += chunk.length;
  const key = request.url.replace("/bucket/", "");
  requests.push(`${request.method} ${key}`);
  if (request.method === "PUT") objects.set(key, `${size} bytes`);
  if (request.method === "DELETE") objects.delete(key);
  response.writeHead(request.method === "DELETE" ? 204 : 200).end();
});
await once(store.listen(0, "127.0.0.1"), "listening");

const storage = aliyunOss({
  config: {
    endpoint: `http://127.0.0.1:${store.address().port}`,
    sldEnable: true, // the bucket in the path
    bucket: "bucket",
    accessKeyId: "id",
    accessKeySecret: "secret",
  },
  destination: "uploads",
  filename: (request, file, done) => done(null, file.originalname),
});
const application = express();
application.post("/", multer({ storage, limits: { fileSize: 1000 } }).single("file"));
application.use((error, request, response, next) => response.status(400).end(error.code));
const server = application.listen(0, "127.0.0.1");
await once(server, "listening");

const form = new FormData();
form.append("file", new File([Buffer.alloc(5000)], "logo.bin"));
const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", body: form });
const answer = await response.text();
console.log("answer to the upload:", answer);
console.log("requests to the store:", requests);
console.log("objects afterwards:", [...objects]);
try {
  assert.equal(answer, "LIMIT_FILE_SIZE");
  assert.deepEqual(requests, ["PUT uploads/logo.bin", "DELETE logo.bin"]);
  assert.deepEqual([...objects.keys()], ["uploads/logo.bin"]);
} catch {
  console.log("This differs from what is described above.");
  process.exit(1);
}
process.exit(0); // both servers keep connections open
JS
node main.mjs
