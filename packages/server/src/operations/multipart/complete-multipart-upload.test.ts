// CompleteMultipartUpload: makes one object with OSS's own ETag; every refusal has its EC.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { completeUpload } from "../../objects/uploads/complete-upload.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { closingLeaseMs } from "../../objects/uploads/uploads.ts";
import { sweepAll } from "../../testing/model-sweep.ts";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, post, begin, pipeline, remove } = modelBucket();

const md5 = (text: string): string => createHash("md5").update(text).digest("hex").toUpperCase();
const large = (letter: string): string => letter.repeat(102_400);
const part = async (upload: string, number: number, body: string): Promise<string> =>
  (await put(`/k?partNumber=${number}&uploadId=${upload}`, body)).headers["etag"] ?? "";
const complete = (
  upload: string,
  parts: readonly (readonly [number: number, etag: string])[],
  headers: Headers = {},
) => {
  const list = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
  return post(`/k?uploadId=${upload}`, body, headers);
};

describe("a completed upload", () => {
  test("is one object, with OSS's ETag and the CRC of the whole", async () => {
    const upload = await begin("k");
    const bodies = [large("a"), large("b"), "tail"];
    const parts: [number, string][] = [];
    for (const [at, body] of bodies.entries()) {
      parts.push([at + 1, await part(upload, at + 1, body)]);
    }
    const done = await complete(upload, parts);
    const etag = `${md5(bodies.map(md5).join(""))}-3`;
    expect(done.status).toBe(200);
    expect(done.body).toContain(`<ETag>"${etag}"</ETag>`);
    expect(done.headers["etag"]).toBe(`"${etag}"`);
    const got = await get("/k");
    expect(got.body).toBe(bodies.join(""));
    expect(got.headers).toMatchObject({ etag: `"${etag}"`, "x-oss-object-type": "Multipart" });
    expect(got.headers).not.toHaveProperty("content-md5");
    const whole = await put("/whole", bodies.join(""));
    expect(done.headers["x-oss-hash-crc64ecma"]).toBe(whole.headers["x-oss-hash-crc64ecma"]);
    const range = await get("/k", { range: "bytes=102398-102401" });
    expect(range.body).toBe("aabb");
    expect(await complete(upload, parts)).toMatchObject({ status: 404, code: "NoSuchUpload" });
  });

  test("has all parts by number with complete-all, despite gaps and any order", async () => {
    const upload = await begin("k");
    await part(upload, 7, "end");
    await part(upload, 2, large("x"));
    const headers = { "x-oss-complete-all": "yes" };
    const both = await post(`/k?uploadId=${upload}`, "<CompleteMultipartUpload/>", headers);
    expect(both).toMatchObject({ status: 400, ec: "0042-00000216" });
    expect((await post(`/k?uploadId=${upload}`, "", headers)).status).toBe(200);
    expect((await get("/k")).body).toBe(`${large("x")}end`);
  });

  test("leaves nothing of parts that were replaced or not named", async () => {
    const upload = await begin("k");
    await part(upload, 1, "replaced");
    const kept = await part(upload, 1, "kept");
    await part(upload, 2, "not named");
    expect((await complete(upload, [[1, kept]])).status).toBe(200);
    await sweepAll(pipeline());
    expect((await get("/k")).body).toBe("kept");
    let blobs = 0;
    for await (const _ of pipeline().services.blobs.scan()) blobs += 1;
    expect(blobs).toBe(1);
  });
});

test("makes one object of 300 parts over several pages, which is deleted completely", async () => {
  const upload = await begin("k");
  const body = large("x");
  for (let number = 1; number <= 300; number += 1) await part(upload, number, body);
  const headers = { "x-oss-complete-all": "yes" };
  expect((await post(`/k?uploadId=${upload}`, "", headers)).status).toBe(200);
  const range = { range: `bytes=${255 * body.length - 1}-${258 * body.length}` };
  expect((await get("/k", range)).body).toBe("x".repeat(3 * body.length + 2));
  expect((await head("/k")).headers["content-length"]).toBe(String(300 * body.length));
  await remove("/k");
  await sweepAll(pipeline());
  for await (const _ of pipeline().services.blobs.scan()) throw new Error("a blob is left");
});

test("refuses invalid lists and a forbidden overwrite, and the upload stays open", async () => {
  const upload = await begin("k");
  const [one, two] = [await part(upload, 1, "small"), await part(upload, 2, "y")];
  for (const [parts, expected] of [
    [
      [
        [2, two],
        [1, one],
      ],
      { code: "InvalidPartOrder", ec: "0042-00000209" },
    ],
    [[[1, two]], { code: "InvalidPart" }],
    [[[3, one]], { code: "InvalidPart" }],
    [
      [
        [1, one],
        [2, two],
      ],
      { code: "EntityTooSmall", ec: "0042-00000213" },
    ],
  ] as const) {
    expect(await complete(upload, parts)).toMatchObject({ status: 400, ...expected });
  }
  for (const body of ["", "<CompleteMultipartUpload>", "<Other/>"]) {
    expect(await post(`/k?uploadId=${upload}`, body)).toMatchObject({
      code: "MalformedXML",
      ec: "0042-00000205",
    });
  }
  await put("/k", "taken");
  expect(await complete(upload, [[2, two]], { "x-oss-forbid-overwrite": "true" })).toMatchObject({
    code: "FileAlreadyExists",
    ec: "0042-00000214",
  });
  expect((await complete(upload, [[1, await part(upload, 1, "again")]])).status).toBe(200);
});

test("fails if it outlasts its lease and a part was replaced meanwhile", async () => {
  const upload = await begin("k");
  await part(upload, 1, large("a"));
  const { services, clock } = pipeline();
  const { bucket, head: current } = await lookUp(services, "bucket", "k");
  if (bucket === undefined) throw new Error("no bucket");
  const completion = completeUpload(services, {
    bucket,
    key: "k",
    head: current,
    uploadId: upload,
    parts: undefined,
    forbidOverwrite: false,
    acl: undefined,
    prepare: async () => {
      clock.ms += closingLeaseMs + 1;
      expect(await part(upload, 1, large("b"))).not.toBe("");
      return undefined;
    },
  });
  await expect(completion).rejects.toMatchObject({ code: "ServiceUnavailable" });
  const tail = await part(upload, 2, "tail");
  expect((await get(`/k?uploadId=${upload}`)).body).toContain(md5(large("b")));
  expect(
    (
      await complete(upload, [
        [1, md5(large("b"))],
        [2, tail],
      ])
    ).status,
  ).toBe(200);
  clock.ms += 1_000_000;
  await sweepAll(pipeline());
  expect((await get("/k")).body).toBe(`${large("b")}tail`);
});

test("of a missing upload gets NoSuchUpload, even without a document", async () => {
  const missing = "0".repeat(32);
  expect((await post(`/k?uploadId=${missing}`)).code).toBe("NoSuchUpload");
  const upload = await begin("k");
  expect((await post(`/k?uploadId=${upload}`)).code).toBe("MalformedXML");
});
