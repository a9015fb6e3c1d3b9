// ProcessObject: the result of a process becomes an object, with the rights of an upload.
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import type { ModelAnswer } from "../../testing/model-pipeline.ts";

const { ask, pipeline, get, head, post, put, stranger } = modelBucket();

beforeEach(async () => {
  const plain = { width: 200, height: 100, channels: 3, background: "red" } as const;
  await put("/in.png", await sharp({ create: plain }).png().toBuffer());
});
afterEach(() => pipeline().services.images.processes.close());

const encoded = (text: string): string => Buffer.from(text).toString("base64url");
const process = (text: string): Promise<ModelAnswer> =>
  post("/in.png?x-oss-process", `x-oss-process=${text}`);
const small = "image/resize,w_50";

test("stores the result beside its image, and says so as OSS does", async () => {
  const answer = await process(`${small}|sys/saveas,o_${encoded("dir/out é.png")}`);
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(answer.body).toContain('"status": "OK"');
  const saved = await get("/dir/out%20%C3%A9.png");
  expect(JSON.parse(answer.body)).toEqual({
    bucket: "",
    fileSize: saved.bytes.length,
    object: "dir/out é.png",
    status: "OK",
  });
  expect(await sharp(saved.bytes).metadata()).toMatchObject({ width: 50, height: 25 });
  expect(saved.headers["content-type"]).toBe("image/png");
});

test("stores it in another bucket of the account, by a style too", async () => {
  await ask({ method: "PUT", path: "/other" });
  await put("?style&styleName=small", `<Style><Content>${small}</Content></Style>`);
  const target = `b_${encoded("other")},o_${encoded("out.png")}`;
  const answer = await process(`style/small|sys/saveas,${target}`);
  expect(answer.body).toContain('"bucket": "other"');
  const saved = await ask({ method: "GET", path: "/other/out.png" });
  expect((await sharp(saved.bytes).metadata()).width).toBe(50);
});

test("takes a process as ali-oss and the SDK for Java encode it", async () => {
  const key = "??>>>?";
  const java = Buffer.from(key).toString("base64");
  expect(java).toMatch(/\+.*\//);
  for (const text of [
    `${small}|sys/saveas,o_${java}`,
    encodeURIComponent(`${small}|sys/saveas,o_${java}`),
  ]) {
    expect((await process(text)).body).toContain(`"object": "${key}"`);
  }
});

test("an upload's rules hold for the result", async () => {
  const rule = "<Rule><ID>1</ID><Action>forbid</Action></Rule>";
  await put("?overwriteConfig", `<OverwriteConfiguration>${rule}</OverwriteConfiguration>`);
  const save = `${small}|sys/saveas,o_${encoded("out.png")}`;
  expect((await process(save)).status).toBe(200);
  expect(await process(save)).toMatchObject({ status: 409, code: "FileAlreadyExists" });
  await put("?acl", "", { "x-oss-acl": "public-read" });
  const refused = await stranger("POST", "/in.png?x-oss-process");
  expect(refused.status).toBe(403);
});

test("needs the right to read the image", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  await put("/in.png?acl", "", { "x-oss-object-acl": "private" });
  const body = `x-oss-process=${small}|sys/saveas,o_${encoded("stolen.png")}`;
  const path = "/bucket/in.png?x-oss-process";
  const stolen = await ask({ method: "POST", path, body, anonymous: true });
  expect(stolen).toMatchObject({ status: 403, code: "AccessDenied" });
  await put("/in.png?acl", "", { "x-oss-object-acl": "default" });
  expect((await ask({ method: "POST", path, body, anonymous: true })).status).toBe(200);
});

test.each([
  ["no key", "sys/saveas", "InvalidObjectName"],
  ["an empty key", "sys/saveas,o_", "InvalidObjectName"],
  ["a key that is no Base64", "sys/saveas,o_!!", "InvalidObjectName"],
  ["an invalid bucket", `sys/saveas,o_${encoded("k")},b_${encoded("B")}`, "InvalidBucketName"],
  ["a missing bucket", `sys/saveas,o_${encoded("k")},b_${encoded("none")}`, "NoSuchBucket"],
])("refuses %s", async (_what, saving, code) => {
  expect((await process(`${small}|${saving}`)).code).toBe(code);
});

test("a process of another kind, and an object that is not an image, are refused", async () => {
  const save = `|sys/saveas,o_${encoded("out")}`;
  expect((await process(`video/snapshot${save}`)).code).toBe("InvalidArgument");
  await put("/text", "x");
  const answer = await post("/text?x-oss-process", `x-oss-process=${small}${save}`);
  expect(answer.status).toBe(400);
  expect((await head("/out")).status).toBe(404);
});
