// Sequential uploads: parts must arrive in order, and the object has the MD5 of the whole.
import { createHash } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, post } = modelBucket();

let upload: string;
beforeEach(async () => {
  const { body } = await post("/k?uploads&sequential");
  upload = /<UploadId>([0-9A-F]{32})</.exec(body)?.[1] ?? "";
});

const part = (number: number, body: string, headers = {}) =>
  put(`/k?partNumber=${number}&uploadId=${upload}`, body, headers);

const complete = (parts: readonly (readonly [number, string])[]) =>
  post(
    `/k?uploadId=${upload}`,
    `<CompleteMultipartUpload>${parts
      .map(
        ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
      )
      .join("")}</CompleteMultipartUpload>`,
  );

const etagOf = async (answer: ReturnType<typeof put>): Promise<string> =>
  (await answer).headers["etag"] ?? "";

test("gives the object a Content-MD5 that is computed from part to part", async () => {
  const bodies = ["a".repeat(102_400), "b".repeat(110_000), "tail"];
  const parts: [number, string][] = [];
  for (const [at, body] of bodies.entries()) {
    parts.push([at + 1, await etagOf(part(at + 1, body))]);
  }
  expect((await complete(parts)).status).toBe(200);
  const md5 = createHash("md5").update(bodies.join("")).digest("base64");
  expect((await head("/k")).headers["content-md5"]).toBe(md5);
  expect((await get("/k")).body).toBe(bodies.join(""));
});

test("refuses a part out of order, and a part that already exists", async () => {
  const refused = await part(2, "b");
  expect(refused).toMatchObject({ status: 400, code: "PartNotSequential" });
  expect(refused.body).toContain("<PartNumber>2</PartNumber>");
  const etag = await etagOf(part(1, "a"));
  const again = await part(1, "other");
  expect(again).toMatchObject({ status: 409, code: "PartAlreadyExist" });
  expect(again.body).toContain(`<PartEtag>${etag}</PartEtag>`);
  expect((await part(3, "c")).code).toBe("PartNotSequential");
  expect((await part(2, "b")).status).toBe(200);
});

test("stores one of several concurrent parts with the same number", async () => {
  const answers = await Promise.all(["a", "b", "c"].map((body) => part(1, body)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ code }) => code === "PartAlreadyExist")).toHaveLength(2);
});

test("completes the first parts alone, but no list with a gap", async () => {
  const first = await etagOf(part(1, "a".repeat(102_400)));
  const second = await etagOf(part(2, "b"));
  expect(await complete([[2, second]])).toMatchObject({ status: 400, code: "PartNotSequential" });
  expect((await complete([[1, first]])).status).toBe(200);
  const md5 = createHash("md5").update("a".repeat(102_400)).digest("base64");
  expect((await head("/k")).headers["content-md5"]).toBe(md5);
});

test("accepts copied parts in order, but then gives no Content-MD5", async () => {
  await put("/source", "s".repeat(102_400));
  const copied = { "x-oss-copy-source": "/bucket/source" };
  expect((await part(2, "", copied)).code).toBe("PartNotSequential");
  const { body } = await part(1, "", copied);
  const first = /<ETag>(.*?)<\/ETag>/.exec(body)?.[1]?.replaceAll("&quot;", '"') ?? "";
  const second = await etagOf(part(2, "tail"));
  expect(
    (
      await complete([
        [1, first],
        [2, second],
      ])
    ).status,
  ).toBe(200);
  expect((await head("/k")).headers).not.toHaveProperty("content-md5");
  expect((await get("/k")).body).toBe(`${"s".repeat(102_400)}tail`);
});
