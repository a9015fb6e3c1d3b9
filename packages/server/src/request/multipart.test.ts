// Multipart uploads: OSS's ETag formula and combined CRC, pages, copies of ranges, and every refusal with its EC.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { completeUpload } from "../objects/complete-upload.ts";
import { lookUp } from "../objects/look-up.ts";
import { closingLeaseMs } from "../objects/uploads.ts";
import { sweepAll } from "./model-sweep.ts";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "./model-pipeline.ts";

let pipeline: ModelPipeline;
const ask: ModelPipeline["ask"] = (request) => pipeline.ask(request);

beforeEach(async () => {
  pipeline = await modelPipeline();
  await ask({ method: "PUT", path: "/bucket" });
});

const md5 = (text: string): string => createHash("md5").update(text).digest("hex").toUpperCase();
const large = (letter: string): string => letter.repeat(102_400);

async function begin(key = "k", headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const { body, status } = await ask({ method: "POST", path: `/bucket/${key}?uploads`, headers });
  expect(status).toBe(200);
  return /<UploadId>([0-9A-F]{32})</.exec(body)?.[1] ?? "";
}

const put = (upload: string, number: number, body: string, key = "k"): Promise<ModelAnswer> =>
  ask({ method: "PUT", path: `/bucket/${key}?partNumber=${number}&uploadId=${upload}`, body });

function complete(
  upload: string,
  parts: readonly (readonly [number, string])[],
  headers: Readonly<Record<string, string>> = {},
): Promise<ModelAnswer> {
  const list = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return ask({
    method: "POST",
    path: `/bucket/k?uploadId=${upload}`,
    body: `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`,
    headers,
  });
}

describe("a completed upload", () => {
  test("is one object, with OSS's ETag and the CRC of the whole", async () => {
    const upload = await begin("k", {
      "content-type": "text/plain",
      "x-oss-meta-a": "1",
      "x-oss-tagging": "t=v",
      "x-oss-callback": "tolerated here",
    });
    const bodies = [large("a"), large("b"), "tail"];
    const parts: [number, string][] = [];
    for (const [at, body] of bodies.entries()) {
      const { headers } = await put(upload, at + 1, body);
      expect(headers["etag"]).toBe(`"${md5(body)}"`);
      expect(headers["x-oss-hash-crc64ecma"]).toMatch(/^\d+$/);
      parts.push([at + 1, headers["etag"] ?? ""]);
    }
    const done = await complete(upload, parts);
    const etag = `${md5(bodies.map(md5).join(""))}-3`;
    expect(done.status).toBe(200);
    expect(done.body).toContain(`<ETag>"${etag}"</ETag>`);
    expect(done.headers["etag"]).toBe(`"${etag}"`);
    const got = await ask({ method: "GET", path: "/bucket/k" });
    expect(got.body).toBe(bodies.join(""));
    expect(got.headers).toMatchObject({
      etag: `"${etag}"`,
      "content-type": "text/plain",
      "x-oss-meta-a": "1",
      "x-oss-object-type": "Multipart",
      "x-oss-tagging-count": "1",
    });
    expect(got.headers).not.toHaveProperty("content-md5");
    const whole = await ask({ method: "PUT", path: "/bucket/whole", body: bodies.join("") });
    expect(done.headers["x-oss-hash-crc64ecma"]).toBe(whole.headers["x-oss-hash-crc64ecma"]);
    const range = await ask({
      method: "GET",
      path: "/bucket/k",
      headers: { range: "bytes=102398-102401" },
    });
    expect(range.body).toBe("aabb");
    expect(await complete(upload, parts)).toMatchObject({ status: 404, code: "NoSuchUpload" });
  });

  test("takes all parts when asked to, in any order of arrival, and leaves gaps alone", async () => {
    const upload = await begin();
    await put(upload, 7, "end");
    await put(upload, 2, large("x"));
    const path = `/bucket/k?uploadId=${upload}`;
    const headers = { "x-oss-complete-all": "yes" };
    const both = { method: "POST", path, headers, body: "<CompleteMultipartUpload/>" };
    expect(await ask(both)).toMatchObject({ status: 400, ec: "0042-00000216" });
    expect((await ask({ method: "POST", path, headers })).status).toBe(200);
    expect((await ask({ method: "GET", path: "/bucket/k" })).body).toBe(`${large("x")}end`);
  });

  test("leaves nothing of parts that were replaced or not named", async () => {
    const upload = await begin();
    await put(upload, 1, "replaced");
    const { headers } = await put(upload, 1, "kept");
    await put(upload, 2, "not named");
    expect((await complete(upload, [[1, headers["etag"] ?? ""]])).status).toBe(200);
    await sweepAll(pipeline);
    expect((await ask({ method: "GET", path: "/bucket/k" })).body).toBe("kept");
    let blobs = 0;
    for await (const _ of pipeline.services.blobs.scan()) blobs += 1;
    expect(blobs).toBe(1);
  });
});

describe("an upload that is given up", () => {
  test("leaves nothing behind", async () => {
    const upload = await begin();
    await put(upload, 1, "part");
    const path = `/bucket/k?uploadId=${upload}`;
    expect((await ask({ method: "DELETE", path: "/bucket" })).code).toBe("BucketNotEmpty");
    expect((await ask({ method: "DELETE", path })).status).toBe(204);
    expect(await ask({ method: "DELETE", path })).toMatchObject({ ec: "0042-00000002" });
    await sweepAll(pipeline);
    for await (const _ of pipeline.services.blobs.scan()) throw new Error("a blob is left");
    expect((await ask({ method: "DELETE", path: "/bucket" })).status).toBe(204);
  });
});

describe("a part", () => {
  test("may be a range of an object, which shares its bytes", async () => {
    await ask({ method: "PUT", path: "/bucket/source", body: "0123456789".repeat(20) });
    const upload = await begin();
    const copy = await ask({
      method: "PUT",
      path: `/bucket/k?partNumber=1&uploadId=${upload}`,
      headers: {
        "x-oss-copy-source": "/bucket/source",
        "x-oss-copy-source-range": "bytes=5-14",
      },
    });
    expect(copy.headers["etag"]).toBe(`"${md5("5678901234")}"`);
    expect(copy.headers["content-range"]).toBe("bytes 5-14/200");
    expect((await complete(upload, [[1, copy.headers["etag"] ?? ""]])).status).toBe(200);
    await ask({ method: "DELETE", path: "/bucket/source" });
    await sweepAll(pipeline);
    expect((await ask({ method: "GET", path: "/bucket/k" })).body).toBe("5678901234");
  });

  test("is refused with OSS's code", async () => {
    const none = "0".repeat(32);
    expect(await put(none, 1, "x")).toMatchObject({ status: 404, ec: "0042-00000104" });
    const copied = await ask({
      method: "PUT",
      path: `/bucket/k?partNumber=1&uploadId=${none}`,
      headers: { "x-oss-copy-source": "/bucket/k" },
    });
    expect(copied).toMatchObject({ status: 404, ec: "0042-00000311" });
    const upload = await begin();
    for (const number of [0, 10_001]) {
      expect(await put(upload, number, "x")).toMatchObject({ status: 400, ec: "0017-00000220" });
    }
    const unnumbered = { method: "PUT", path: `/bucket/k?uploadId=${upload}`, body: "x" };
    expect(await ask(unnumbered)).toMatchObject({ status: 400, ec: "0017-00000219" });
    const digest = createHash("md5").update("other").digest("base64");
    const wrong = await ask({
      method: "PUT",
      path: `/bucket/k?partNumber=1&uploadId=${upload}`,
      body: "x",
      headers: { "content-md5": digest },
    });
    expect(wrong).toMatchObject({ status: 400, code: "InvalidDigest" });
  });
});

describe("a completion is refused", () => {
  test("with OSS's code, and the upload goes on", async () => {
    const upload = await begin();
    const [small, second] = [await put(upload, 1, "small"), await put(upload, 2, "y")];
    const [one, two] = [small.headers["etag"] ?? "", second.headers["etag"] ?? ""];
    const refused = async (
      parts: readonly (readonly [number, string])[],
      expected: object,
    ): Promise<void> => expect(await complete(upload, parts)).toMatchObject(expected);
    await refused(
      [
        [2, two],
        [1, one],
      ],
      { code: "InvalidPartOrder", ec: "0042-00000209" },
    );
    await refused([[1, two]], { status: 400, code: "InvalidPart" });
    await refused([[3, one]], { status: 400, code: "InvalidPart" });
    await refused(
      [
        [1, one],
        [2, two],
      ],
      { code: "EntityTooSmall", ec: "0042-00000213" },
    );
    const path = `/bucket/k?uploadId=${upload}`;
    for (const body of ["", "<CompleteMultipartUpload>", "<Other/>"]) {
      expect(await ask({ method: "POST", path, body })).toMatchObject({
        code: "MalformedXML",
        ec: "0042-00000205",
      });
    }
    await ask({ method: "PUT", path: "/bucket/k", body: "taken" });
    const forbidding = { "x-oss-forbid-overwrite": "true" };
    expect(await complete(upload, [[2, two]], forbidding)).toMatchObject({
      code: "FileAlreadyExists",
      ec: "0042-00000214",
    });
    const { headers: again } = await put(upload, 1, "again");
    expect((await complete(upload, [[1, again["etag"] ?? ""]])).status).toBe(200);
  });
});

describe("a completion that stands still beyond its lease", () => {
  test("does not count once a part was replaced", async () => {
    const upload = await begin();
    const body = large("a");
    await put(upload, 1, body);
    const { services, clock } = pipeline;
    const { bucket, head } = await lookUp(services, "bucket", "k");
    if (bucket === undefined) throw new Error("no bucket");
    const completion = completeUpload(services, {
      bucket,
      key: "k",
      head,
      uploadId: upload,
      parts: undefined,
      forbidOverwrite: false,
      acl: undefined,
      prepare: async () => {
        clock.ms += closingLeaseMs + 1;
        expect((await put(upload, 1, large("b"))).status).toBe(200);
        return undefined;
      },
    });
    await expect(completion).rejects.toMatchObject({ code: "ServiceUnavailable" });
    const { headers } = await put(upload, 2, "tail");
    const { body: list } = await ask({ method: "GET", path: `/bucket/k?uploadId=${upload}` });
    expect(list).toContain(md5(large("b")));
    const done = await complete(upload, [
      [1, md5(large("b"))],
      [2, headers["etag"] ?? ""],
    ]);
    expect(done.status).toBe(200);
    clock.ms += 1_000_000;
    await sweepAll(pipeline);
    expect((await ask({ method: "GET", path: "/bucket/k" })).body).toBe(`${large("b")}tail`);
  });
});

describe("lists", () => {
  test("of parts come in pages by number", async () => {
    const upload = await begin();
    for (const number of [1, 2, 5]) await put(upload, number, `part ${number}`);
    const path = `/bucket/k?uploadId=${upload}`;
    const first = await ask({ method: "GET", path: `${path}&max-parts=2` });
    expect(first.body).toContain("<IsTruncated>true</IsTruncated>");
    expect(first.body).toContain("<NextPartNumberMarker>2</NextPartNumberMarker>");
    expect(first.body).toContain(`<ETag>"${md5("part 1")}"</ETag><HashCrc64ecma>`);
    const rest = await ask({ method: "GET", path: `${path}&part-number-marker=2` });
    expect(rest.body.match(/<PartNumber>\d+/g)).toEqual(["<PartNumber>5"]);
    const all = await ask({ method: "GET", path: `${path}&part-number-marker=` });
    expect(all.body.match(/<PartNumber>\d+/g)).toHaveLength(3);
    expect(await ask({ method: "GET", path: "/bucket/k?uploadId=none" })).toMatchObject({
      status: 404,
      ec: "0042-00000002",
    });
  });

  test("of uploads come by key and id, with prefix, delimiter and markers", async () => {
    const uploads = new Map<string, string[]>();
    for (const key of ["a", "a", "d/1", "d/2", "z"]) {
      uploads.set(key, [...(uploads.get(key) ?? []), await begin(key)]);
    }
    const list = async (query: string): Promise<string[]> => {
      const { body } = await ask({ method: "GET", path: `/bucket?uploads&${query}` });
      expect(body).toContain("<NextUploadIdMarker>");
      return [...body.matchAll(/<(?:Upload><Key|CommonPrefixes><Prefix)>([^<]*)/g)].map(
        ([, key = ""]) => key,
      );
    };
    expect(await list("")).toEqual(["a", "a", "d/1", "d/2", "z"]);
    expect(await list("prefix=d")).toEqual(["d/1", "d/2"]);
    expect((await list("delimiter=%2F")).sort()).toEqual(["a", "a", "d/", "z"]);
    expect(await list("key-marker=a")).toEqual(["d/1", "d/2", "z"]);
    uploads.set("x%00y", [await begin("x%00y")]);
    expect(await list("prefix=x&delimiter=%00y&encoding-type=url")).toEqual(["x%00y"]);
    await ask({ method: "DELETE", path: `/bucket/x%00y?uploadId=${uploads.get("x%00y")?.[0]}` });
    const [first = ""] = [...(uploads.get("a") ?? [])].sort();
    expect(await list(`key-marker=a&upload-id-marker=${first}`)).toHaveLength(4);
    expect(await list("key-marker=d%2F&delimiter=%2F")).toEqual(["z"]);
    expect(await list(`upload-id-marker=${first}`)).toHaveLength(5);
  });
});
