// AppendObject: adds bytes to the end of an object, and returns the next position.
import { expect, test } from "vitest";
import { sweepAll } from "../../testing/model-sweep.ts";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { get, put, post, pipeline, remove, stranger } = modelBucket();

const append = (position: number | string, body: string, headers: Headers = {}) =>
  post(`/k?append&position=${position}`, body, headers);

test("changes the ETag with every append, and returns the CRC of the whole", async () => {
  const pieces = ["a", "b".repeat(60), "c".repeat(100), "d", "e".repeat(70)];
  const etags = new Set<string>();
  let whole = "";
  for (const [at, piece] of pieces.entries()) {
    const said = at === 0 ? { "content-type": "text/plain" } : {};
    const answer = await append(whole.length, piece, said);
    whole += piece;
    expect(answer.headers["x-oss-next-append-position"]).toBe(String(whole.length));
    expect(answer.headers["etag"]).toMatch(/^"[0-9A-F]{32}"$/);
    etags.add(answer.headers["etag"] ?? "");
  }
  expect(etags.size).toBe(pieces.length);
  const got = await get("/k");
  expect(got.body).toBe(whole);
  expect(got.headers).toMatchObject({
    "x-oss-object-type": "Appendable",
    "content-type": "text/plain",
  });
  const same = await put("/same", whole);
  expect(got.headers["x-oss-hash-crc64ecma"]).toBe(same.headers["x-oss-hash-crc64ecma"]);
  expect((await get("/k", { range: "bytes=59-162" })).body).toBe(whole.slice(59, 163));
});

test("accepts a first body beyond the inline limit", async () => {
  await append(0, "x".repeat(200));
  await append(200, "tail");
  expect((await get("/k")).body).toBe(`${"x".repeat(200)}tail`);
});

test("at a wrong position is refused, and the answer has the right one", async () => {
  const refused = await append(5, "x");
  expect(refused).toMatchObject({
    status: 409,
    code: "PositionNotEqualToLength",
    ec: "0026-00000016",
  });
  expect(refused.headers["x-oss-next-append-position"]).toBe("0");
  await append(0, "abc");
  expect((await append(0, "x")).headers["x-oss-next-append-position"]).toBe("3");
  expect((await append("", "x")).code).toBe("MissingArgument");
  expect((await append("x", "x")).code).toBe("InvalidArgument");
  expect(await post("/k?append", "x")).toMatchObject({ status: 400, code: "MissingArgument" });
  expect((await append(3, "")).status).toBe(200);
});

test("to an object of another type is refused", async () => {
  await put("/k", "normal");
  expect(await append(6, "x")).toMatchObject({ status: 409, code: "ObjectNotAppendable" });
});

test("accepts one of many concurrent appends, and gives the others the next position", async () => {
  const body = "x".repeat(200);
  const answers = await Promise.all(Array.from({ length: 12 }, () => append(0, body)));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(11);
  for (const answer of refused) {
    expect(answer).toMatchObject({ status: 409, code: "PositionNotEqualToLength" });
    expect(answer.headers["x-oss-next-append-position"]).toBe("200");
  }
});

test("stores a thousand pieces over several pages, readable from any offset", async () => {
  let whole = "";
  for (let at = 0; at < 1_000; at += 1) {
    // Beyond the inline limit: a blob each.
    const piece = String.fromCharCode(97 + (at % 26)).repeat(65 + (at % 7));
    expect((await append(whole.length, piece)).status).toBe(200);
    whole += piece;
  }
  expect((await get("/k")).body).toBe(whole);
  for (let first = 0; first < whole.length; first += 4_999) {
    const last = Math.min(first + 20_000, whole.length) - 1;
    const { body } = await get("/k", { range: `bytes=${first}-${last}` });
    expect(body).toBe(whole.slice(first, last + 1));
  }
  await remove("/k");
  await sweepAll(pipeline());
  for await (const _ of pipeline().services.blobs.scan()) throw new Error("a blob is left");
});

test("sets the ACL of a later append, and keeps it when the next append names none", async () => {
  await append(0, "a");
  expect((await stranger("GET", "/k")).status).toBe(403);
  await append(1, "b", { "x-oss-object-acl": "public-read" });
  expect((await stranger("GET", "/k")).body).toBe("ab");
  await append(2, "c".repeat(100));
  expect((await stranger("GET", "/k")).status).toBe(200);
  await append(102, "d", { "x-oss-object-acl": "default" });
  expect((await stranger("GET", "/k")).status).toBe(403);
});
