// Tests the string builders and the signer with known signatures from OSS's SDKs.
import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import v1Vectors from "../../vectors/signature-v1.json" with { type: "json" };
import v4Vectors from "../../vectors/signature-v4.json" with { type: "json" };
import { parseQuery } from "../query.ts";
import { signHeaders, signQuery } from "./sign.ts";
import { isSubresource } from "./subresources.ts";
import { stringToSignV1 } from "./v1.ts";
import { canonicalQueryV4, canonicalRequestV4, isSignedHeaderV4, stringToSignV4 } from "./v4.ts";

function pairs(headers: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(headers).map(([name, value]) => [name, value ?? ""]);
}

describe("V1", () => {
  test.each(v1Vectors)("signs $name as other SDKs do", (vector) => {
    const headers: Readonly<Record<string, string | undefined>> = vector.headers;
    const text = stringToSignV1(
      {
        method: vector.method,
        contentMd5: headers["content-md5"] ?? "",
        contentType: headers["content-type"] ?? "",
        date: vector.date,
        ossHeaders: pairs(headers).filter(([name]) => name.startsWith("x-oss-")),
        resource: vector.resource,
        query: parseQuery(vector.query),
      },
      { signed: isSubresource },
    );
    const signature = createHmac("sha1", vector.secret).update(text, "latin1").digest("base64");
    expect(signature).toBe(vector.signature);
  });
});

describe("V4", () => {
  test.each(v4Vectors)("signs $name as other SDKs do", (vector) => {
    const canonical = canonicalRequestV4({
      method: vector.method,
      resource: vector.resource,
      query: canonicalQueryV4(parseQuery(vector.query)),
      headers: pairs(vector.headers).filter(
        ([name]) => isSignedHeaderV4(name) || vector.additionalHeaders.includes(name as never),
      ),
      additionalHeaders: vector.additionalHeaders,
    });
    const scope = {
      date: vector.timestamp.slice(0, 8),
      region: vector.region,
      product: vector.product,
    };
    const hash = createHash("sha256").update(canonical, "latin1").digest("hex");
    const text = stringToSignV4(vector.timestamp, scope, hash);
    let key = Buffer.from(`aliyun_v4${vector.secret}`);
    for (const part of [scope.date, scope.region, scope.product, "aliyun_v4_request"]) {
      key = createHmac("sha256", key).update(part).digest();
    }
    expect(createHmac("sha256", key).update(text, "latin1").digest("hex")).toBe(vector.signature);
  });
});

describe("the signer", () => {
  const credentials = { accessKeyId: "ak", accessKeySecret: "sk" };
  const request = {
    method: "PUT",
    resource: "/bucket/1234+-/123/1.txt",
    query: parseQuery(v4Vectors[0]?.query ?? ""),
    headers: [
      ["x-oss-head1", "value"],
      ["content-type", "text/plain"],
    ] as const,
  };

  test("makes the V4 headers of the SDKs' first vector", async () => {
    const headers = await signHeaders(request, {
      credentials,
      version: "V4",
      region: "cn-hangzhou",
      now: new Date("2023-12-16T16:20:57Z"),
    });
    expect(Object.fromEntries(headers)["authorization"]).toBe(
      "OSS4-HMAC-SHA256 " +
        "Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request," +
        `Signature=${v4Vectors[0]?.signature}`,
    );
  });

  test("makes the V4 URL of the SDKs' first vector", async () => {
    const vector = v4Vectors.find(({ name }) => name === "URL");
    const query = await signQuery(
      {
        ...request,
        headers: [
          ["x-oss-head1", "value"],
          ["content-type", "application/octet-stream"],
        ],
      },
      {
        credentials,
        version: "V4",
        region: "cn-hangzhou",
        now: new Date("2023-12-17T02:54:37Z"),
        expiresSeconds: 599,
      },
    );
    expect(query.find(({ name }) => name === "x-oss-signature")?.value).toBe(vector?.signature);
  });

  test("makes the V1 URL of the SDKs' first vector", async () => {
    const query = await signQuery(
      {
        method: "GET",
        resource: "/bucket/key",
        query: parseQuery("versionId=versionId"),
        headers: [],
      },
      {
        credentials,
        version: "V1",
        region: "",
        now: new Date(1_699_807_420_000 - 60_000),
        expiresSeconds: 60,
      },
    );
    expect(query.find(({ name }) => name === "Signature")?.value).toBe(
      "dcLTea+Yh9ApirQ8o8dOPqtvJXQ=",
    );
  });
});
