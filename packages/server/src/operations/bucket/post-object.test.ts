// PostObject: forms signed V1, V4 and not at all, what a policy allows, how an upload is answered,
// and hostile forms.
import { createHmac } from "node:crypto";
import { parsePostPolicy, checkPostPolicy, stringToSignV4 } from "@ossicle/protocol";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { sweepAll } from "../../testing/model-sweep.ts";
import {
  type ModelAnswer,
  type ModelPipeline,
  modelPipeline,
} from "../../testing/model-pipeline.ts";

let pipeline: ModelPipeline;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
});

const boundary = "----ossicle";
type Part = readonly [name: string, value: string, head?: string];

function formOf(parts: readonly Part[]): string {
  const body = parts.map(
    ([name, value, head = ""]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n${value}\r\n`,
  );
  return `${body.join("")}--${boundary}--\r\n`;
}

const file = (content = "hello", head = '; filename="C:\\fakepath\\a b.txt"'): Part => [
  "file",
  content,
  `${head}\r\nContent-Type: text/plain`,
];

function post(
  parts: readonly Part[],
  body = formOf(parts),
  headers: Readonly<Record<string, string>> = {},
): Promise<ModelAnswer> {
  return pipeline.askRaw({
    method: "POST",
    path: "/bucket",
    chunked: true,
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"`, ...headers },
    body,
  });
}

function signed(conditions: readonly unknown[], version: "V1" | "V4" = "V1"): Part[] {
  const expiration = new Date(pipeline.clock.ms + 60_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  if (version === "V1") {
    const signature = createHmac("sha1", "sk").update(policy).digest("base64");
    return [
      ["OSSAccessKeyId", "ak"],
      ["policy", policy],
      ["Signature", signature],
    ];
  }
  let key: Buffer = Buffer.from("aliyun_v4sk");
  for (const part of ["20261122", "cn-hangzhou", "oss", "aliyun_v4_request"]) {
    key = createHmac("sha256", key).update(part).digest();
  }
  return [
    ["x-oss-signature-version", "OSS4-HMAC-SHA256"],
    ["x-oss-credential", "ak/20261122/cn-hangzhou/oss/aliyun_v4_request"],
    ["x-oss-date", "20261122T120000Z"],
    ["policy", policy],
    ["x-oss-signature", createHmac("sha256", key).update(policy).digest("hex")],
  ];
}

const get = (key: string) => pipeline.ask({ method: "GET", path: `/bucket/${key}` });

describe("a form", () => {
  test.each(["V1", "V4"] as const)(
    "signed %s is stored, with its fields as headers",
    async (version) => {
      const answer = await post([
        ["key", "up/${filename}"],
        ["Cache-Control", "no-cache"],
        ["x-oss-meta-name", "\u00e9"],
        ...signed(
          [
            ["starts-with", "$key", "up/"],
            ["content-length-range", 1, 10],
          ],
          version,
        ),
        file(),
      ]);
      expect(answer, answer.body).toMatchObject({ status: 204, body: "" });
      expect(answer.headers["etag"]).toBe('"5D41402ABC4B2A76B9719D911017C592"');
      const got = await get("up/a%20b.txt");
      expect(got.body).toBe("hello");
      expect(got.headers).toMatchObject({
        "content-type": "text/plain",
        "cache-control": "no-cache",
        "x-oss-meta-name": "\xc3\xa9",
      });
    },
  );

  test("without a signature needs a bucket that anonymous requests may write to", async () => {
    const parts: Part[] = [["key", "k"], file()];
    expect(await post(parts)).toMatchObject({ status: 403, code: "AccessDenied" });
    await pipeline.ask({
      method: "PUT",
      path: "/bucket?acl",
      headers: { "x-oss-acl": "public-read-write" },
    });
    expect((await post(parts)).status).toBe(204);
  });

  test.each([
    ["200", 200, ""],
    ["201", 201, "<PostResponse><Bucket>bucket</Bucket>"],
    ["307", 204, ""],
  ])("that asks for status %s gets %i", async (asked, status, body) => {
    const answer = await post([
      ["key", "k"],
      ["success_action_status", asked],
      ...signed([]),
      file(),
    ]);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(body);
    if (status === 201) expect(answer.body).toContain("<Key>k</Key><ETag>");
  });

  test("that names a redirect URL sends the browser to it", async () => {
    const answer = await post([
      ["key", "k"],
      ["success_action_redirect", "http://a.com/done?x=1"],
      ...signed([]),
      file(),
    ]);
    expect(answer.status).toBe(303);
    expect(answer.headers["location"]).toMatch(
      /^http:\/\/a\.com\/done\?x=1&bucket=bucket&key=k&etag=%22[0-9A-F]{32}%22$/,
    );
  });
});

describe("a form's object has the type", () => {
  const bare: Part = ["file", "hello", '; filename="a"'];
  const typed: Part = ["file", "hello", '; filename="a"\r\nContent-Type: Text/HTML; charset=utf-8'];
  const field: Part = ["Content-Type", "image/png"];
  const own: Part = ["x-oss-content-type", "image/gif"];

  test.each([
    ["application/octet-stream if the form names none", [], bare, "application/octet-stream"],
    ["of the field if the file's part names none", [field], bare, "image/png"],
    [
      "of the file's part rather than the field's, unchanged",
      [field],
      typed,
      "Text/HTML; charset=utf-8",
    ],
    ["of x-oss-content-type rather than of part or field", [field, own], typed, "image/gif"],
    [
      "of the file's part if the field is empty",
      [["Content-Type", ""]],
      typed,
      "Text/HTML; charset=utf-8",
    ],
  ] as const)("%s", async (_name, fields, filePart, type) => {
    const answer = await post([["key", "typed"], ...fields, ...signed([]), filePart]);
    expect(answer.status, answer.body).toBe(204);
    expect((await get("typed")).headers["content-type"]).toBe(type);
  });
});

describe("a form is refused", () => {
  const small = (): Part[] => [["key", "k"], ...signed([])];
  test.each<[string, () => readonly Part[], object]>([
    ["without a file", () => small(), { code: "IncorrectNumberOfFilesInPOSTRequest" }],
    [
      "with two files",
      () => [...small(), file(), file()],
      { code: "IncorrectNumberOfFilesInPOSTRequest" },
    ],
    ["without a key", () => [...signed([]), file()], { code: "InvalidArgument" }],
    [
      "with a policy only",
      () => [["key", "k"], ["policy", "e30="], file()],
      { code: "InvalidArgument" },
    ],
    [
      "whose signature is wrong",
      () => [
        ["key", "k"],
        ["OSSAccessKeyId", "ak"],
        ["policy", "e30="],
        ["Signature", "x"],
        file(),
      ],
      { status: 403, code: "SignatureDoesNotMatch", ec: "0002-00000705" },
    ],
    [
      "whose key is unknown",
      () => [
        ["key", "k"],
        ["OSSAccessKeyId", "no"],
        ["policy", "e30="],
        ["Signature", "x"],
        file(),
      ],
      { status: 403, code: "InvalidAccessKeyId" },
    ],
    [
      "that breaks a condition",
      () => [["key", "k"], ...signed([["eq", "$success_action_status", "200"]]), file()],
      { status: 403, code: "AccessDenied", ec: "0006-00000227" },
    ],
    [
      "whose policy names another bucket",
      () => [["key", "k"], ...signed([{ bucket: "other" }]), file()],
      { status: 403, ec: "0006-00000227" },
    ],
    [
      "whose file is too long",
      () => [["key", "k"], ...signed([["content-length-range", 1, 4]]), file()],
      { code: "EntityTooLarge", ec: "0006-00000003" },
    ],
    [
      "whose file is too short",
      () => [["key", "k"], ...signed([["content-length-range", 6, 9]]), file()],
      { code: "EntityTooSmall", ec: "0006-00000004" },
    ],
    [
      "with two variables whose names differ only in case",
      () => [["key", "k"], ["x:user", "alice"], ["x:User", "mallory"], ...signed([]), file()],
      { status: 400, code: "InvalidArgument" },
    ],
    [
      "with an invalid header name",
      () => [["key", "k"], ["x-oss-meta-a b", "v"], ...signed([]), file()],
      { status: 400, code: "InvalidArgument" },
    ],
    [
      "with a field that is too long",
      () => [["x", "v".repeat(2_097_153)], ...small(), file()],
      { code: "FieldItemTooLong" },
    ],
    [
      "with too much data before the file",
      () => [
        ...["a", "b", "c", "d"].map((name): Part => [name, "v".repeat(2_097_152)]),
        ...small(),
        file(),
      ],
      { code: "MaxPOSTPreDataLengthExceededError", ec: "0006-00000112" },
    ],
    [
      "with a line break in a header value",
      () => [["key", "k"], ["Cache-Control", "a\r\nb"], ...signed([]), file()],
      { code: "InvalidArgument" },
    ],
  ])("%s, and stores nothing", async (_name, parts, expected) => {
    const answer = await post(parts());
    expect(answer, answer.body).toMatchObject(expected);
    if (!("status" in expected)) expect(answer.status).toBe(400);
    expect((await get("k")).status).toBe(404);
    await sweepAll(pipeline);
    for await (const _ of pipeline.services.blobs.scan()) throw new Error("a blob is left");
  });

  test("that ends early", async () => {
    const whole = formOf([["key", "k"], ...signed([]), file("x".repeat(500))]);
    for (const length of [10, 200, whole.length - 300, whole.length - 10]) {
      const answer = await post([], whole.slice(0, length));
      expect(answer.status, String(length)).toBe(400);
      expect((await get("k")).status).toBe(404);
    }
  });

  test("whose ACL comes as a header that the policy does not allow", async () => {
    const parts: Part[] = [
      ["key", "k"],
      ...signed([["not-in", "$x-oss-object-acl", ["public-read"]]]),
      file(),
    ];
    const acl = { "x-oss-object-acl": "public-read" };
    expect(await post(parts, formOf(parts), acl)).toMatchObject({ status: 403 });
    expect((await post(parts)).status).toBe(204);
  });

  test("with a part that has no name", async () => {
    const body = `--${boundary}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${boundary}--\r\n`;
    expect(await post([], body)).toMatchObject({ status: 400, code: "MalformedPOSTRequest" });
  });

  test("whose Content-Type is not multipart/form-data with a boundary", async () => {
    const request = { method: "POST", path: "/bucket", body: "x" };
    expect(await pipeline.askRaw(request)).toMatchObject({ code: "RequestIsNotMultiPartContent" });
    const headers = { "content-type": "multipart/form-data; charset=x" };
    expect(await pipeline.askRaw({ ...request, headers })).toMatchObject({
      code: "MalformedPOSTRequest",
    });
  });

  test("with a 4xx answer, whatever bytes it consists of", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            `--${boundary}`,
            "\r\n",
            "--",
            'Content-Disposition: form-data; name="file"',
            "Content-Disposition: form-data",
            "key",
            "x",
            "\r\n\r\n",
          ),
          { maxLength: 30 },
        ),
        async (pieces) => {
          const { status } = await post([], pieces.join(""));
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 150, seed: 20_261_122 },
    );
  });
});

describe("a policy", () => {
  const judge = (text: string, fields: Readonly<Record<string, string>>): unknown => {
    try {
      return checkPostPolicy(parsePostPolicy(text), {
        field: (name) => fields[name],
        nowMs: Date.parse("2026-11-22T12:00:00Z"),
      });
    } catch (cause) {
      return (cause as { readonly ec?: string }).ec;
    }
  };
  const withConditions = (conditions: string): string =>
    `{"expiration":"2026-11-22T13:00:00.000Z","conditions":[${conditions}]}`;

  test.each([
    ["{", "0006-00000209"],
    ["[]", "0006-00000209"],
    ["{}", "0006-00000209"],
    ['{"expiration":"2026-11-22T13:00:00Z"}', "0006-00000207"],
    ['{"conditions":[]}', "0006-00000208"],
    ['{"expiration":"","conditions":[]}', "0006-00000211"],
    ['{"expiration":"2026-11-22T11:00:00Z","conditions":[]}', "0006-00000213"],
    ['{"expiration":"2030-01-01 00:00:00","conditions":[]}', "0006-00000212"],
    ['{"expiration":"2030-01-01T00:00:00","conditions":[]}', "0006-00000212"],
    ['{"expiration":"2030-01-01T00:00:00+08:00","conditions":[]}', "0006-00000212"],
    ['{"expiration":"2030-13-01T00:00:00Z","conditions":[]}', "0006-00000212"],
    ['{"expiration":"2030-02-30T00:00:00Z","conditions":[]}', "0006-00000212"],
    ['{"expiration":1893456000,"conditions":[]}', "0006-00000211"],
    [withConditions("1"), "0006-00000222"],
    [withConditions('["", "$key", "a"]'), "0006-00000216"],
    [withConditions('["like", "$key", "a"]'), "0006-00000216"],
    [withConditions('["content-length-range", "a", 1]'), "0006-00000219"],
    [withConditions('["content-length-range", 0, "1000"]'), "0006-00000219"],
    [withConditions('["content-length-range", "0", 1000]'), "0006-00000219"],
    [withConditions('["content-length-range", 0.5, 1000]'), "0006-00000219"],
    [withConditions('["content-length-range", 0, null]'), "0006-00000219"],
    [withConditions('["content-length-range", 2, 1]'), "0006-00000223"],
  ])("%s is refused with EC %s", (text, ec) => {
    expect(judge(text, {})).toBe(ec);
  });

  test.each([
    ['["eq", "$Key", "a"]', { key: "a" }, true],
    ['{"key": "a"}', { key: "b" }, false],
    ['["starts-with", "$key", ""]', {}, true],
    ['["starts-with", "$key", "\\${x}"]', { key: "${x}y" }, true],
    ['["in", "$content-type", ["a", "b"]]', { "content-type": "b" }, true],
    ['["in", "$content-type", ["a"]]', {}, false],
    ['["not-in", "$cache-control", ["no-cache"]]', { "cache-control": "no-cache" }, false],
    ['["not-in", "$cache-control", ["no-cache"]]', {}, true],
  ])("%s holds for %o: %s", (condition, fields, holds) => {
    const found = judge(withConditions(condition), fields);
    if (holds) expect(found).toMatchObject({ min: 0 });
    else expect(found).toBe("0006-00000227");
  });

  test("is not part of a request's string to sign", () => {
    const scope = { date: "20261122", region: "cn-hangzhou", product: "oss" };
    expect(stringToSignV4("20261122T120000Z", scope, "h")).not.toContain("expiration");
  });
});
