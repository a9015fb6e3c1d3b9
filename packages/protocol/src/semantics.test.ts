// Ranges, conditions, codecs and error documents.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeDocument } from "./decode-document.ts";
import { decodeFields } from "./decode.ts";
import { encodeDocument } from "./encode-document.ts";
import { checkConditions } from "./conditions.ts";
import { isoDate } from "./codec.ts";
import { errorOf } from "./error-answer.ts";
import { writeErrorDocument } from "./error-document.ts";
import { listObjects, type ListObjectsOutput } from "./operations/bucket/list-objects.ts";
import { deleteMultipleObjects } from "./operations/bucket/delete-multiple-objects.ts";
import { putObject } from "./operations/object/put-object.ts";
import { OssError } from "./oss-error.ts";
import { resolveRange } from "./range.ts";
import { parseXml } from "./xml/parse.ts";

test("a time in XML has whole seconds", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (time) => {
      expect(isoDate.encode(time)).toBe(time.toISOString().replace(/\d{3}Z$/, "000Z"));
    }),
  );
  expect(() => isoDate.encode(new Date(NaN))).toThrow(RangeError);
});

describe("a Range header", () => {
  test.each([
    ["bytes=0-499", [0, 499], [0, 499]],
    ["bytes=500-", [500, 999], [500, 999]],
    ["bytes=-500", [500, 999], [500, 999]],
    ["bytes=500-2000", undefined, [500, 999]],
    ["bytes=1000-2000", undefined, "416"],
    ["bytes=1000-", undefined, "416"],
    ["bytes=5-4", undefined, undefined],
    ["bytes=-", undefined, undefined],
    ["items=0-1", undefined, undefined],
    ["bytes=--1", undefined, undefined],
    ["bytes=0-1,5-6", undefined, undefined],
    ["bytes=-0", "416", "416"],
    ["bytes=-2000", undefined, [0, 999]],
  ])(
    "%s gives OSS's range of a 1,000-byte object, with and without standard behaviour",
    (header, plain, standard) => {
      const resolve = (isStandard: boolean): unknown => {
        try {
          const range = resolveRange(header, { sizeBytes: 1_000, standard: isStandard });
          return range === undefined ? undefined : [range.first, range.last];
        } catch (cause) {
          return cause instanceof OssError && cause.code === "InvalidRange" ? "416" : cause;
        }
      };
      expect(resolve(false)).toEqual(plain);
      expect(resolve(true)).toEqual(standard);
    },
  );

  test("never gives a range outside the object", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(2_000), fc.boolean(), (text, sizeBytes, standard) => {
        try {
          const range = resolveRange(`bytes=${text}`, { sizeBytes, standard });
          if (range !== undefined) {
            expect(range.first).toBeLessThanOrEqual(range.last);
            expect(range.last).toBeLessThan(sizeBytes);
          }
        } catch (cause) {
          expect(cause).toBeInstanceOf(OssError);
        }
      }),
    );
  });
});

describe("an object under the conditions", () => {
  const subject = { etag: "ABC", lastModified: new Date("2026-01-02T03:04:05.678Z") };
  test.each([
    [{ ifMatch: '"ABC"' }, undefined],
    [{ ifMatch: "abc" }, undefined],
    [{ ifMatch: "*" }, undefined],
    [{ ifMatch: '"X", "ABC"' }, undefined],
    [{ ifMatch: "X" }, "PreconditionFailed"],
    [{ ifNoneMatch: "ABC" }, "NotModified"],
    [{ ifNoneMatch: "X" }, undefined],
    [{ ifModifiedSince: "Fri, 02 Jan 2026 03:04:05 GMT" }, "NotModified"],
    [{ ifModifiedSince: "Fri, 02 Jan 2026 03:04:04 GMT" }, undefined],
    [{ ifModifiedSince: "Fri, 02 Jan 2099 03:04:04 GMT" }, "NotModified"],
    [{ ifModifiedSince: "nonsense" }, undefined],
    [{ ifUnmodifiedSince: "Fri, 02 Jan 2026 03:04:05 GMT" }, undefined],
    [{ ifUnmodifiedSince: "Fri, 02 Jan 2026 03:04:04 GMT" }, "PreconditionFailed"],
    [{ ifMatch: "X", ifNoneMatch: "ABC" }, "PreconditionFailed"],
  ])("%j is returned or refused as in OSS", (conditions, code) => {
    let found: string | undefined;
    try {
      checkConditions(conditions, subject);
    } catch (cause) {
      found = cause instanceof OssError ? cause.code : String(cause);
    }
    expect(found).toBe(code);
  });
});

const key = fc
  .string({ unit: "binary", minLength: 1, maxLength: 20 })
  .filter((one) => one.isWellFormed());

describe("a document", () => {
  test("of a listing is decoded to what was encoded, with and without encoding-type", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 5 }), key, fc.boolean(), (keys, prefix, url) => {
        const output: ListObjectsOutput = {
          name: "bucket",
          prefix,
          marker: "",
          maxKeys: 100,
          delimiter: "/",
          ...(url ? { encodingType: "url" as const } : {}),
          isTruncated: false,
          contents: keys.map((one) => ({
            key: one,
            lastModified: new Date("2026-01-02T03:04:05.000Z"),
            etag: "ABC",
            type: "Normal",
            size: 1,
            storageClass: "Standard",
            owner: { id: "1", displayName: "1" },
          })),
          commonPrefixes: [{ prefix }],
        };
        const document = encodeDocument(listObjects.output, output, listObjects.outputRoot ?? "");
        expect(decode(listObjects.output, document)).toEqual(output);
      }),
    );
  });

  test("of keys to delete is decoded to what was encoded", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 5 }), (keys) => {
        const input = { bucket: "b", quiet: true, objects: keys.map((one) => ({ key: one })) };
        const document = encodeDocument(deleteMultipleObjects.input, input, "Delete");
        expect(decode(deleteMultipleObjects.input, document)).toMatchObject({
          quiet: true,
          objects: input.objects,
        });
      }),
    );
  });

  test("has no xmlns, and times that end in .000Z", () => {
    const document = encodeDocument(
      listObjects.output,
      {
        name: "b",
        prefix: "",
        marker: "",
        maxKeys: 1,
        delimiter: "",
        isTruncated: false,
        commonPrefixes: [],
        contents: [
          {
            key: "k",
            lastModified: new Date(1_234),
            etag: "E",
            type: "Normal",
            size: 0,
            storageClass: "IA",
          },
        ],
      },
      "ListBucketResult",
    );
    expect(document).toContain("<LastModified>1970-01-01T00:00:01.000Z</LastModified>");
    expect(document).not.toContain("xmlns");
  });
});

function decode<T>(
  bindings: Parameters<typeof decodeDocument<T>>[0],
  document: string,
): Partial<T> {
  return decodeDocument(bindings, parseXml(document));
}

test("a header that cannot be decoded fails with InvalidArgument and its name", () => {
  expect(() =>
    decodeFields(putObject.input, {
      header: (name) => (name === "x-oss-forbid-overwrite" ? "maybe" : undefined),
      query: () => undefined,
      metadata: () => undefined,
    }),
  ).toThrow(
    expect.objectContaining({
      code: "InvalidArgument",
      ec: "0017-00000279",
      details: { ArgumentName: "x-oss-forbid-overwrite", ArgumentValue: "maybe" },
    }),
  );
});

test("an error document is decoded to the error that was encoded", () => {
  const error = new OssError("NoSuchKey", { Key: "a<b>&\u0001" });
  const document = writeErrorDocument(error, {
    message: "gone",
    requestId: "R".repeat(24),
    hostId: "h",
    ec: "0026-00000001",
  });
  const read = errorOf(document, { status: 404, requestId: undefined, ec: undefined });
  expect(read).toMatchObject({
    code: "NoSuchKey",
    message: "gone",
    requestId: "R".repeat(24),
    hostId: "h",
    ec: "0026-00000001",
    details: error.details,
  });
  const names = [...document.matchAll(/<(\w+)>/g)].map(([, name]) => name);
  expect(names).toEqual([
    "Error",
    "Code",
    "Message",
    "RequestId",
    "HostId",
    "Key",
    "EC",
    "RecommendDoc",
  ]);
});
