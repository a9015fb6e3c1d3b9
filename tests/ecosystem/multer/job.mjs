// An Express application whose uploads multer puts into a bucket: one file, several, odd names, an
// empty one, and one that is too large.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import OSS from "ali-oss";
import express from "express";
import multer from "multer";
import aliyunOss from "multer-aliyun-oss";

const { OSS_ENDPOINT, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET, OSS_BUCKET } = process.env;
const config = {
  endpoint: OSS_ENDPOINT.replace("127.0.0.1", "localhost"), // ali-oss signs no URLs for IP hosts
  sldEnable: true,
  accessKeyId: OSS_ACCESS_KEY_ID,
  accessKeySecret: OSS_ACCESS_KEY_SECRET,
  bucket: OSS_BUCKET,
};
const storage = aliyunOss({
  config,
  destination: "uploads",
  filename: (_request, file, done) => done(null, file.originalname),
});
const limits = { fileSize: 6 * 2 ** 20 };
const upload = multer({ storage, limits, defParamCharset: "utf8" });
const application = express();
application.post("/", upload.array("files"), (request, response) => response.json(request.files));
application.use((error, _request, response, _next) => response.status(400).json(error.code));
const server = application.listen(0, "127.0.0.1");
await once(server, "listening");
const client = new OSS(config);

function check(what, holds) {
  process.stdout.write(`${holds ? "ok" : "FAIL"} ${what}\n`);
}

async function post(...files) {
  const form = new FormData();
  for (const [name, bytes, type] of files) form.append("files", new File([bytes], name, { type }));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const response = await fetch(url, { method: "POST", body: form });
  return { status: response.status, json: await response.json() };
}

async function isStored(name, bytes) {
  return bytes.equals((await client.get(`uploads/${name}`)).content);
}

const picture = randomBytes(100_000);
const { json } = await post(["a b+ü%41.png", picture, "image/png"]);
check("one file", json[0].size === picture.length && (await isStored("a b+ü%41.png", picture)));
const { res } = await client.head("uploads/a b+ü%41.png");
check("its type", res.headers["content-type"] === "image/png");
const many = ["1", "2", "3"].map((name) => [name, randomBytes(400_000), "text/plain"]);
await post(...many);
const stored = await Promise.all(many.map(([name, bytes]) => isStored(name, bytes)));
check("several files", stored.every(Boolean));
const large = randomBytes(5 * 2 ** 20);
await post(["large", large, "text/plain"]);
check("5 MiB", await isStored("large", large));
await post(["large", Buffer.alloc(0), "text/plain"]);
check("an empty file replaces one of 5 MiB", await isStored("large", Buffer.alloc(0)));
const { status } = await post(["larger", randomBytes(7 * 2 ** 20), "text/plain"]);
check("a file that is too large is refused", status === 400);
server.close();
