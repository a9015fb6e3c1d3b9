// gzip on GetObject: which answers are compressed.
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

const text = "compress me, ".repeat(100);
const accepting = { "accept-encoding": "gzip, deflate, br" };

test.each(["text/plain", "application/json", "text/xml; charset=utf-8"])(
  "%s is compressed for a client that accepts it",
  async (type) => {
    await put("/k", text, { "content-type": type });
    const { status, headers, bytes } = await get("/k", accepting);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    for (const name of ["content-length", "etag", "content-md5", "accept-ranges"]) {
      expect(headers[name], name).toBeUndefined();
    }
    expect(bytes.length).toBeLessThan(200);
    expect(gunzipSync(bytes).toString()).toBe(text);
  },
);

test("a long object in a blob is compressed too", async () => {
  const long = text.repeat(1_000);
  await put("/k", long, { "content-type": "text/css", "x-oss-server-side-encryption": "AES256" });
  expect(gunzipSync((await get("/k", accepting)).bytes).toString()).toBe(long);
});

test.each([
  ["a client that does not accept it", "text/plain", text, {}, true],
  ["a client that refuses it", "text/plain", text, { "accept-encoding": "gzip;q=0, br" }, true],
  ["a range", "text/plain", text, { ...accepting, range: "bytes=0-1299" }],
  ["another type", "image/png", text, accepting],
  ["a short object", "text/plain", text.slice(0, 1_023), accepting],
])("%s gets the bytes as they are", async (_what, type, body, headers, varies = false) => {
  await put("/k", body, { "content-type": type });
  const answer = await get("/k", headers);
  expect(answer.body).toBe(body);
  expect(answer.headers).toMatchObject({ "content-length": String(body.length) });
  expect(answer.headers["content-encoding"]).toBeUndefined();
  // A cache must not send these bytes' compressed form to everybody, nor the reverse.
  expect(answer.headers["vary"]).toBe(varies ? "Accept-Encoding" : undefined);
});

test("an object that is compressed already stays as it is", async () => {
  await put("/k", text, { "content-type": "text/plain", "content-encoding": "br" });
  expect(await get("/k", accepting)).toMatchObject({
    body: text,
    headers: { "content-encoding": "br" },
  });
});
