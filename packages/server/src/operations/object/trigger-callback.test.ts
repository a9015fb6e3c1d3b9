// TriggerCallback: calls a real application back for objects that exist.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeParameter, formatTrigger } from "@ossicle/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findDelivery } from "../../callback/deliveries/deliveries.ts";
import { modelBucket } from "../../testing/model-bucket.ts";
import type { ModelAnswer } from "../../testing/model-pipeline.ts";

const { get, put, post, remove, stranger, keepVersions, pipeline } = modelBucket();

let application: Server;
let callbackUrl: string;
let heard: string[] = [];
let status = 200;

beforeAll(async () => {
  application = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      heard.push(Buffer.concat(chunks).toString());
      response.writeHead(status, { "content-length": 11 }).end('{"ok":true}');
    });
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  callbackUrl = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
});
beforeEach(() => {
  heard = [];
  status = 200;
});
afterEach(() => pipeline().services.callbacks.close());
afterAll(() => application.close());

const send = (process: string, key = "k"): Promise<ModelAnswer> =>
  post(`/${key}?x-oss-process`, `x-oss-process=${process}`);

const trigger = (callbackBody: string, key = "k", variables?: object): Promise<ModelAnswer> => {
  const callback = encodeParameter({ callbackUrl, callbackBody });
  const callbackVar = variables === undefined ? undefined : encodeParameter(variables);
  return send(formatTrigger({ callback, callbackVar }), key);
};

// A GIF of one pixel.
const onePixel = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

test("sends the facts of the object, and answers what the application answers", async () => {
  const stored = await put("/k", onePixel, { "content-type": "image/gif" });
  const body = "${object}|${size}|${mimeType}|${etag}|${imageInfo.width}|${operation}|${x:by}";
  const answer = await trigger(body, "k", { "x:by": "me" });
  expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' });
  expect(answer.headers["etag"]).toBe(stored.headers["etag"]);
  const etag = stored.headers["etag"]?.replaceAll('"', "");
  expect(heard).toEqual([`k|${onePixel.length}|image%2Fgif|${etag}|1|TriggerCallback|me`]);
  const requestId = answer.headers["x-oss-request-id"] ?? "";
  await pipeline().services.callbacks.recorded();
  const found = await findDelivery(pipeline().metadata, requestId);
  expect(found?.record).toMatchObject({ operation: "TriggerCallback", state: "delivered" });
});

test("reads the image size of bytes that are in a blob, and follows a symlink", async () => {
  const large = Buffer.concat([onePixel, Buffer.alloc(1_000)]); // beyond the model's inline limit
  await put("/large", large);
  await put("/link?symlink", "", { "x-oss-symlink-target": "large" });
  expect((await trigger("${object} ${imageInfo.height} ${size}", "link")).status).toBe(200);
  expect(heard).toEqual([`link 1 ${large.length}`]);
});

test("reports the current version, by its id", async () => {
  await keepVersions();
  await put("/k", "one");
  const second = await put("/k", "second");
  const answer = await trigger("${size}");
  expect(heard).toEqual(["6"]);
  expect(answer.headers["x-oss-version-id"]).toBe(second.headers["x-oss-version-id"]);
  await remove("/k");
  expect(await trigger("${size}")).toMatchObject({ status: 404, code: "NoSuchKey" });
});

test("answers 203 when the application fails, and the object stays under any policy", async () => {
  await put(
    "?x-ossicle-delivery-policy",
    "<DeliveryPolicy><OnFailure>delete</OnFailure></DeliveryPolicy>",
  );
  await put("/k", "x");
  status = 500;
  expect(await trigger("a=1")).toMatchObject({ status: 203, code: "CallbackFailed" });
  expect((await get("/k")).body).toBe("x");
});

test("leaves the bucket's rules to uploads", async () => {
  const callback = encodeParameter({ callbackUrl, callbackBody: "rule" });
  const rule = `<DefaultCallback><Callback>${callback}</Callback></DefaultCallback>`;
  await put("?x-ossicle-delivery-policy", `<DeliveryPolicy>${rule}</DeliveryPolicy>`);
  await put("/k", "x");
  expect(heard).toEqual(["rule"]);
  expect(await send(formatTrigger({ callback: "" }))).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
  expect(heard).toEqual(["rule"]);
});

test.each([
  ["image/resize,w_100", 501, "NotImplemented"],
  ["", 400, "InvalidArgument"],
  ["trigger/callback", 400, "InvalidArgument"],
  ["trigger/callback,callback_,callback-var_", 400, "InvalidArgument"],
  ["trigger/callback,callback_!,callback-var_", 400, "InvalidArgument"],
  ["trigger/callback,callback_e30=,callback_e30=", 400, "InvalidArgument"],
  ["trigger/callback,url_e30=", 400, "InvalidArgument"],
  ["trigger/callback,callback_e30=,callback-var_W10=", 400, "InvalidArgument"],
])("refuses the process %j with %i %s", async (process, refusal, code) => {
  await put("/k", "x");
  expect(await send(process)).toMatchObject({ status: refusal, code });
  expect(heard).toEqual([]);
});

test("refuses another body, a missing key, and callers who may not write", async () => {
  await put("/k", "x", { "x-oss-object-acl": "public-read" });
  expect(await post("/k?x-oss-process", "process=a")).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
  expect(await post("/k?x-oss-process", "")).toMatchObject({ code: "InvalidArgument" });
  expect(await trigger("a=1", "missing")).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect(await stranger("POST", "/k?x-oss-process")).toMatchObject({ code: "AccessDenied" });
  expect(heard).toEqual([]);
});
