// Signatures: what verifies, what is refused and with which EC, and the requests of the .NET SDK
// byte for byte.
import vectors from "../../../protocol/vectors/dotnet-sdk-v1.json" with { type: "json" };
import { OssError, signQuery } from "@ossicle/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { type ModelPipeline, modelCredentials, modelPipeline } from "../testing/model-pipeline.ts";
import type { RequestMessage } from "../http/message.ts";
import { readTarget } from "../http/read-target.ts";
import { authenticate } from "./authenticate.ts";

let pipeline: ModelPipeline;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
});

describe("the .NET SDK's requests", () => {
  test("are as many as were observed", () => {
    expect(vectors.captures.length).toBe(70);
  });

  test.each(vectors.captures)("$name under $signature verify", async (capture) => {
    const raw = Buffer.from(capture.requestBase64, "base64").toString("latin1");
    const [head = ""] = raw.split("\r\n\r\n", 1);
    const [line = "", ...fields] = head.split("\r\n");
    const [method = "", target = ""] = line.split(" ");
    const headers: Record<string, string> = {};
    for (const field of fields) {
      const colon = field.indexOf(":");
      headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
    }
    const message: RequestMessage = {
      method,
      target,
      headers,
      body: { lengthBytes: 0, chunks: { async *[Symbol.asyncIterator]() {} } },
      clientIp: "",
    };
    const routed = readTarget(message, { baseDomains: [], customDomains: new Map() });
    const services = {
      accounts: pipeline.services.accounts,
      region: vectors.region,
      nowMs: Date.parse(capture.capturedAt),
    };
    const { identity } = await authenticate(message, routed, services);
    expect(identity).toMatchObject({ kind: "account", accessKeyId: vectors.accessKeyId });
    const tampered = { ...message, method: "PURGE" };
    await expect(authenticate(tampered, routed, services)).rejects.toThrow(OssError);
  });
});

describe("the store refuses", () => {
  const date = "Sun, 22 Nov 2026 12:00:00 GMT";
  const scope = "20261122/cn-hangzhou/oss/aliyun_v4_request";
  const v4 = (credential: string, rest = ""): string =>
    `OSS4-HMAC-SHA256 Credential=${credential}${rest},Signature=${"0".repeat(64)}`;
  const unsigned = { "x-oss-content-sha256": "UNSIGNED-PAYLOAD", "x-oss-date": "20261122T120000Z" };

  test.each<[string, Readonly<Record<string, string>>, object]>([
    [
      "V1 without a colon",
      { authorization: "OSS ak", date },
      { status: 400, code: "InvalidArgument" },
    ],
    [
      "another scheme",
      { authorization: "Bearer x", date },
      { status: 400, code: "InvalidArgument" },
    ],
    [
      "V1 without a date",
      { authorization: "OSS ak:x" },
      { code: "AccessDenied", ec: "0002-00000503" },
    ],
    [
      "V1 with an invalid date",
      { authorization: "OSS ak:x", date: "today" },
      { code: "AccessDenied", ec: "0002-00000502" },
    ],
    [
      "V1 too old",
      { authorization: "OSS ak:x", date: "Sun, 22 Nov 2026 11:40:00 GMT" },
      { code: "RequestTimeTooSkewed", ec: "0002-00000504" },
    ],
    [
      "an unknown key",
      { authorization: "OSS other:x", date },
      { code: "InvalidAccessKeyId", ec: "0002-00000902" },
    ],
    [
      "V1 that does not match",
      { authorization: "OSS ak:x", date },
      { code: "SignatureDoesNotMatch", ec: "0002-00000040" },
    ],
    [
      "V4 without a credential",
      { authorization: "OSS4-HMAC-SHA256 Signature=0", ...unsigned },
      { status: 400, ec: "0002-00000202" },
    ],
    [
      "V4 with a short credential",
      { authorization: v4("ak/20261122"), ...unsigned },
      { ec: "0002-00000206" },
    ],
    [
      "V4 with empty additional headers",
      { authorization: v4(`ak/${scope}`, ",AdditionalHeaders="), ...unsigned },
      { ec: "0002-00000209" },
    ],
    [
      "V4 with a payload hash",
      {
        authorization: v4(`ak/${scope}`),
        "x-oss-content-sha256": "abc",
        "x-oss-date": "20261122T120000Z",
      },
      { ec: "0002-00000214" },
    ],
    [
      "V4 without a date",
      { authorization: v4(`ak/${scope}`), "x-oss-content-sha256": "UNSIGNED-PAYLOAD" },
      { ec: "0002-00000503" },
    ],
    [
      "V4 of another day",
      { authorization: v4("ak/20261121/cn-hangzhou/oss/aliyun_v4_request"), ...unsigned },
      { ec: "0002-00000223" },
    ],
    [
      "V4 for another region",
      { authorization: v4("ak/20261122/us-west-1/oss/aliyun_v4_request"), ...unsigned },
      { status: 400, ec: "0002-00000226" },
    ],
    [
      "V4 for another product",
      { authorization: v4("ak/20261122/cn-hangzhou/s3/aliyun_v4_request"), ...unsigned },
      { status: 400, ec: "0002-00000227" },
    ],
    [
      "V4 too old",
      {
        authorization: v4(`ak/${scope}`),
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
        "x-oss-date": "20261122T114459Z",
      },
      { code: "RequestTimeTooSkewed" },
    ],
    [
      "V4 that does not match",
      { authorization: v4(`ak/${scope}`), ...unsigned },
      { code: "SignatureDoesNotMatch", ec: "0002-00000201" },
    ],
    [
      "V2 that does not match",
      { authorization: "OSS2 AccessKeyId:ak,Signature:x", date },
      { code: "SignatureDoesNotMatch", ec: "0002-00000040" },
    ],
  ])("%s", async (_name, headers, expected) => {
    const answer = await pipeline.askRaw({ method: "GET", path: "/bucket/k", headers });
    expect(answer).toMatchObject(expected);
    if (!("status" in expected) && answer.code !== "InvalidArgument")
      expect(answer.status).toBe(403);
  });

  test("a signature in the URL beside one in a header", async () => {
    const headers = { authorization: "OSS ak:x", date };
    const answer = await pipeline.askRaw({
      method: "GET",
      path: "/bucket/k?OSSAccessKeyId=ak&Expires=1&Signature=x",
      headers,
    });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  });

  test.each([
    ["?OSSAccessKeyId=ak&Expires=1", "AccessDenied", "0002-00000068"],
    ["?OSSAccessKeyId=ak&Expires=soon&Signature=x", "AccessDenied", "0002-00000070"],
    ["?OSSAccessKeyId=ak&Expires=1&Signature=x", "AccessDenied", "0002-00000069"],
    ["?OSSAccessKeyId=ak&Expires=9999999999&Signature=x", "SignatureDoesNotMatch", "0002-00000040"],
    ["?x-oss-signature-version=OSS4-HMAC-SHA256", "InvalidArgument", "0002-00000217"],
    [
      "?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=ak/x" +
        "&x-oss-date=20261122T120000Z&x-oss-signature=0",
      "InvalidArgument",
      "0002-00000215",
    ],
    [
      "?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=ak" +
        "&x-oss-date=20261122T120000Z&x-oss-expires=604801&x-oss-signature=0",
      "InvalidArgument",
      "0002-00000232",
    ],
    [
      "?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=ak" +
        "&x-oss-date=20261122T110000Z&x-oss-expires=60&x-oss-signature=0",
      "AccessDenied",
      "0002-00000236",
    ],
    ["?x-oss-signature-version=OSS9", "InvalidArgument", undefined],
  ])("the query %s", async (query, code, ec) => {
    const answer = await pipeline.askRaw({ method: "GET", path: `/bucket/k${query}` });
    expect(answer.code).toBe(code);
    expect(answer.ec).toBe(ec);
  });

  test("a token that the store did not issue", async () => {
    const answer = await pipeline.ask({
      method: "GET",
      path: "/bucket/k",
      headers: { "x-oss-security-token": "t" },
    });
    expect(answer).toMatchObject({ status: 403, code: "InvalidSecurityToken" });
  });

  test("a signature when anything that it covers is changed", async () => {
    for (const version of ["V1", "V4"] as const) {
      const query = await signQuery(
        { method: "GET", resource: "/bucket/k", query: [{ name: "acl", value: "" }], headers: [] },
        {
          credentials: modelCredentials,
          version,
          region: "cn-hangzhou",
          now: new Date(pipeline.clock.ms),
          expiresSeconds: 60,
        },
      );
      const text = query.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("&");
      expect((await pipeline.askRaw({ method: "GET", path: `/bucket/k?${text}` })).code).toBe(
        "NoSuchKey",
      );
      expect((await pipeline.askRaw({ method: "GET", path: `/bucket/j?${text}` })).code).toBe(
        "SignatureDoesNotMatch",
      );
      expect((await pipeline.askRaw({ method: "DELETE", path: `/bucket/k?${text}` })).code).toBe(
        "SignatureDoesNotMatch",
      );
      const headers = { "x-oss-object-acl": "public-read" };
      expect(
        (await pipeline.askRaw({ method: "GET", path: `/bucket/k?${text}`, headers })).code,
      ).toBe("SignatureDoesNotMatch");
    }
  });
});
