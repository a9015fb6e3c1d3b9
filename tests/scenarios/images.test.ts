// Image processing by the built command line: the rendering process is beside the bundle.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFolder, type Served, servedCredentials } from "./serve.ts";

let data: string;
let served: Served;
const bucket = "pictures";

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-images-"));
  served = await serveFolder(data, ["--log-level", "silent"]);
});
afterAll(async () => {
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

test("a presigned URL of a style answers with the image in its size and format", async () => {
  const credentials = servedCredentials;
  const client = createClient({ endpoint: served.url, region: "cn-hangzhou", credentials });
  await client.putBucket({ bucket });
  const photo = {
    create: { width: 400, height: 300, channels: 3, background: "#336699" },
  } as const;
  const body = await sharp(photo).jpeg().toBuffer();
  await client.putObject({ bucket, key: "photo.jpg", body, contentType: "image/jpeg" });
  const content = "image/resize,h_100/format,webp";
  await client.putStyle({ bucket, styleName: "small", content });
  const process = "style/small";
  const photoUrl = { bucket, key: "photo.jpg", process };
  const { url } = await client.presignGetObject(photoUrl, { expiresSeconds: 60 });
  // Many at a time: each worker has one rendering process.
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(url)));
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("image/webp");
    const made = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([made.width, made.height, made.format]).toEqual([133, 100, "webp"]);
  }
  const other = url.replace("style%2Fsmall", "image%2Fresize%2Cw_399");
  expect(other).not.toBe(url);
  expect((await fetch(other)).status).toBe(403);
});
