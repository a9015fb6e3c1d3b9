// Objects that the store encrypts: every way of writing one stores no byte of it in clear, answers
// what was asked for, and can be read back, whole and in ranges. The bodies are below and above the
// inline limit.
import { describe, expect, test } from "vitest";
import { verifyStore } from "../../maintenance/verify/verify-store.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { type Headers, modelBucket } from "../../testing/model-bucket.ts";
import type { ModelAnswer } from "../../testing/model-pipeline.ts";

const { get, head, put, post, remove, begin, keepVersions, pipeline } = modelBucket();

const prefix = "x-oss-server-side-";
const aes = { [`${prefix}encryption`]: "AES256" };
const sm4 = { [`${prefix}encryption`]: "SM4" };
const kms = { [`${prefix}encryption`]: "KMS" };
const kmsWithSm4 = { ...kms, [`${prefix}data-encryption`]: "SM4" };

/** The encryption that an answer shows; a key id is shown as `given`. */
function shown({ headers }: ModelAnswer): Headers {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name, name.endsWith("id") ? "id" : value]));
}

const expected = (asked: Headers): Headers =>
  asked[`${prefix}encryption`] === "KMS"
    ? { ...asked, [`${prefix}encryption-key-id`]: "id" }
    : asked;

/** Throws when a record or a blob holds the text, or when `verify` finds something. */
async function expectSealed(text: string): Promise<void> {
  const { services, metadata } = pipeline();
  const everything = { from: Uint8Array.of(0), to: Uint8Array.of(0xff) };
  for await (const { key } of entriesOf(metadata, everything)) {
    const [entry] = await metadata.getMany([key]);
    expect(Buffer.from(entry?.payload ?? "").includes(text)).toBe(false);
  }
  for await (const { ref, sizeBytes } of services.blobs.scan()) {
    const chunks = await services.blobs.read(ref, { offset: 0, length: sizeBytes });
    for await (const chunk of chunks) expect(Buffer.from(chunk).includes(text)).toBe(false);
  }
  const findings: unknown[] = [];
  const onFinding = (finding: unknown): void => void findings.push(finding);
  await verifyStore(services, { readsBytes: true, onFinding });
  expect(findings).toEqual([]);
}

describe.each([
  ["AES256", aes],
  ["SM4", sm4],
  ["KMS", kms],
  ["KMS with SM4", kmsWithSm4],
])("with %s", (_what, asked) => {
  test.each([1, 5, 30_000])(
    "PutObject, GetObject and HeadObject of %i plaintexts",
    async (count) => {
      const body = "plaintext.".repeat(count);
      expect(shown(await put("/k", body, asked))).toEqual(expected(asked));
      const read = await get("/k");
      expect(read.body).toBe(body);
      expect(shown(read)).toEqual(expected(asked));
      expect(shown(await head("/k"))).toEqual(expected(asked));
      const range = { range: `bytes=3-${body.length - 4}` };
      expect((await get("/k", range)).body).toBe(body.slice(3, -3));
      await expectSealed("plaintext");
    },
  );

  test("a multipart upload, with a part that was copied", async () => {
    const large = "plaintext.".repeat(11_000);
    await put("/source", large, asked);
    await put("/clear", "other source.".repeat(10_000));
    const upload = await begin("k", asked);
    const part = await put(`/k?partNumber=1&uploadId=${upload}`, large);
    expect(shown(part)).toEqual(expected(asked));
    for (const [number, source, range] of [
      [2, "source", undefined],
      [3, "source", "bytes=5-109999"],
      [4, "clear", undefined],
    ] as const) {
      const copied = await put(`/k?partNumber=${number}&uploadId=${upload}`, "", {
        "x-oss-copy-source": `/bucket/${source}`,
        ...(range === undefined ? {} : { "x-oss-copy-source-range": range }),
      });
      expect(shown(copied)).toEqual(expected(asked));
    }
    const whole = await post(`/k?uploadId=${upload}`, "", { "x-oss-complete-all": "yes" });
    expect(shown(whole)).toEqual(expected(asked));
    await remove("/clear");
    await remove("/source");
    expect((await get("/k")).body).toBe(
      large + large + large.slice(5) + "other source.".repeat(10_000),
    );
    expect((await get("/k", { range: "bytes=109998-110002" })).body).toBe("t.pla");
    expect(shown(await get("/k"))).toEqual(expected(asked));
    await expectSealed("plaintext");
  });

  test("appends: the first one decides", async () => {
    let body = "";
    for (const piece of ["plaintext", ".", "plaintext.".repeat(20), "x", "plaintext"]) {
      const headers = body === "" ? asked : { [`${prefix}encryption`]: "AES256" };
      const appended = await post(`/k?append&position=${body.length}`, piece, headers);
      expect(shown(appended)).toEqual(expected(asked));
      body += piece;
    }
    expect((await get("/k")).body).toBe(body);
    expect((await get("/k", { range: "bytes=5-12" })).body).toBe(body.slice(5, 13));
    await expectSealed("plaintext");
  });

  test("a bucket's rule encrypts what names no encryption, and copies", async () => {
    await put("/before", "other text".repeat(30));
    const more = asked === kmsWithSm4 ? "<KMSDataEncryption>SM4</KMSDataEncryption>" : "";
    await put(
      "?encryption",
      "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>" +
        `<SSEAlgorithm>${asked[`${prefix}encryption`]}</SSEAlgorithm>${more}` +
        "</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
    );
    expect(shown(await put("/k", "plaintext"))).toEqual(expected(asked));
    const copied = await put("/copy", "", { "x-oss-copy-source": "/bucket/before" });
    expect(shown(copied)).toEqual(expected(asked));
    expect((await get("/copy")).body).toBe("other text".repeat(30));
    expect(shown(await post("/log?append&position=0", "plaintext"))).toEqual(expected(asked));
    expect(shown(await put("/own", "plaintext", aes))).toEqual(aes);
    await remove("/before");
    await expectSealed("plaintext");
  });
});

test.each([9, 90_000])("a copy does not inherit the encryption of %i bytes", async (size) => {
  const body = "plaintext".repeat(size / 9);
  await put("/k", body, aes);
  const copy = { "x-oss-copy-source": "/bucket/k" };
  expect(shown(await put("/clear", "", copy))).toEqual({});
  expect(shown(await put("/same", "", { ...copy, ...aes }))).toEqual(aes);
  expect(shown(await put("/other", "", { ...copy, ...sm4 }))).toEqual(sm4);
  await put("/back", "", { "x-oss-copy-source": "/bucket/clear", ...kms });
  await remove("/k");
  for (const key of ["clear", "same", "other", "back"]) {
    const read = await get(`/${key}`);
    expect(read.body).toBe(body);
    expect(read.headers["x-oss-hash-crc64ecma"]).toBe(
      (await head("/clear")).headers["x-oss-hash-crc64ecma"],
    );
  }
});

test("versions keep their own encryption", async () => {
  await keepVersions();
  const first = (await put("/k", "first", aes)).headers["x-oss-version-id"];
  await put("/k", "second");
  expect(await get(`/k?versionId=${first}`)).toMatchObject({ body: "first", headers: aes });
  await remove("/k");
  expect((await get(`/k?versionId=${first}`)).body).toBe("first");
});

test.each([
  ["GetObject", () => get("/k", aes)],
  ["UploadPart", async () => put(`/k?partNumber=1&uploadId=${await begin("k")}`, "x", aes)],
])("%s refuses the header", async (_operation, act) => {
  await put("/k", "x");
  expect(await act()).toMatchObject({
    status: 400,
    code: "InvalidArgument",
    ec: "0005-00000002",
  });
});

test("a changed byte is found when it is read", async () => {
  await put("/k", "plaintext".repeat(20_000), aes);
  const { blobs } = pipeline().services;
  for await (const { ref, sizeBytes } of blobs.scan()) {
    const bytes: Uint8Array[] = [];
    for await (const chunk of await blobs.read(ref, { offset: 0, length: sizeBytes })) {
      bytes.push(chunk);
    }
    const changed = Buffer.concat(bytes);
    changed[100_000] = (changed[100_000] ?? 0) ^ 1;
    const writer = await blobs.create(ref);
    await writer.write(changed);
    await writer.finish();
  }
  expect((await get("/k", { range: "bytes=0-9" })).body).toBe("plaintextp");
  await expect(get("/k", { range: "bytes=100000-100009" })).rejects.toThrow("are damaged");
});
