// Signature V2: signed headers and URLs are accepted, and what differs from what was signed is not.
import { createHmac } from "node:crypto";
import { parseQuery, stringToSignV2 } from "@ossicle/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { Headers } from "../testing/model-bucket.ts";
import {
  type ModelAnswer,
  type ModelPipeline,
  modelCredentials,
  modelPipeline,
} from "../testing/model-pipeline.ts";

let pipeline: ModelPipeline;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  await pipeline.ask({ method: "PUT", path: "/bucket/a%20b", body: "x" });
});

const date = "Sun, 22 Nov 2026 12:00:00 GMT";
const { accessKeyId, accessKeySecret } = modelCredentials;

interface Signing {
  readonly headers?: Headers;
  readonly additional?: readonly string[];
  readonly date?: string;
}

function signatureOf(
  [method = "", path = ""]: readonly string[],
  { headers = {}, additional = [], date: day = date }: Signing,
): string {
  const [resource = "", query = ""] = path.split("?", 2);
  const text = stringToSignV2({
    method,
    contentMd5: "",
    contentType: headers["content-type"] ?? "",
    date: day,
    headers: Object.entries(headers).filter(
      ([name]) => name.startsWith("x-oss-") || additional.includes(name),
    ),
    additionalHeaders: additional,
    resource: decodeURIComponent(resource),
    query: parseQuery(query),
  });
  return createHmac("sha256", accessKeySecret).update(text, "latin1").digest("base64");
}

const askSigned = (
  method: string,
  path: string,
  { headers = {}, additional = [] }: Signing = {},
  change: Headers = {},
): Promise<ModelAnswer> => {
  const names = additional.length === 0 ? "" : `AdditionalHeaders:${additional.join(";")}, `;
  const signature = signatureOf([method, path], { headers, additional });
  const authorization = `OSS2 AccessKeyId:${accessKeyId}, ${names}Signature:${signature}`;
  return pipeline.askRaw({ method, path, headers: { authorization, date, ...headers, ...change } });
};

test("accepts signed headers, with their additional ones", async () => {
  expect((await askSigned("GET", "/bucket/a%20b")).body).toBe("x");
  expect((await askSigned("GET", "/bucket/?max-keys=1&prefix=a")).status).toBe(200);
  const headers = { "x-oss-meta-a": "b", range: "bytes=0-0" };
  expect((await askSigned("GET", "/bucket/a%20b", { headers, additional: ["range"] })).body).toBe(
    "x",
  );
});

test("refuses what differs from what was signed", async () => {
  const changes: readonly Headers[] = [{ "x-oss-meta-a": "b" }, { "content-type": "text/css" }];
  for (const change of changes) {
    const answer = await askSigned("GET", "/bucket/a%20b", {}, change);
    expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  }
  const signed = { headers: { range: "bytes=0-0" }, additional: ["range"] };
  const changed = await askSigned("GET", "/bucket/a%20b", signed, { range: "bytes=1-1" });
  expect(changed.code).toBe("SignatureDoesNotMatch");
  const old = await askSigned(
    "GET",
    "/bucket/a%20b",
    {},
    { date: "Sun, 22 Nov 2026 11:00:00 GMT" },
  );
  expect(old.code).toBe("RequestTimeTooSkewed");
});

const expires = String(Date.parse(date) / 1_000 + 60);
const urlOf = (method: string, path: string, more = ""): string => {
  const claim = `x-oss-signature-version=OSS2&x-oss-access-key-id=${accessKeyId}`;
  const unsigned = `${path}?${claim}&x-oss-expires=${expires}${more}`;
  const signature = signatureOf([method, unsigned], { date: expires });
  return `${unsigned}&x-oss-signature=${encodeURIComponent(signature)}`;
};

test("accepts a signed URL until it expires, and no further parameter", async () => {
  const path = urlOf("GET", "/bucket/a%20b");
  expect((await pipeline.askRaw({ method: "GET", path })).body).toBe("x");
  const more = { method: "GET", path: `${path}&response-content-type=text/css` };
  expect((await pipeline.askRaw(more)).code).toBe("SignatureDoesNotMatch");
  pipeline.clock.ms += 61_000;
  expect(await pipeline.askRaw({ method: "GET", path })).toMatchObject({
    code: "AccessDenied",
    ec: "0002-00000069",
  });
});

describe("refuses by its EC", () => {
  test.each([
    ["no key", "OSS2 Signature:x", "0002-00000105"],
    ["an empty key", "OSS2 AccessKeyId:,Signature:x", "0002-00000106"],
    ["no additional header", "OSS2 AccessKeyId:ak,AdditionalHeaders:,Signature:x", "0002-00000110"],
    ["an empty one", "OSS2 AccessKeyId:ak,AdditionalHeaders:date;,Signature:x", "0002-00000111"],
    ["no header", "OSS2 AccessKeyId:ak,AdditionalHeaders:constructor,Signature:x", "0002-00000112"],
    ["a missing one", "OSS2 AccessKeyId:ak,AdditionalHeaders:range,Signature:x", "0002-00000112"],
  ])("a header with %s", async (_what, authorization, ec) => {
    const headers = { authorization, date };
    const answer = await pipeline.askRaw({ method: "GET", path: "/bucket/a%20b", headers });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument", ec });
  });

  test.each([
    ["no time", "x-oss-access-key-id=ak&x-oss-signature=x", "0002-00000113"],
    ["no key", "x-oss-expires=1&x-oss-signature=x", "0002-00000115"],
    ["an empty key", "x-oss-expires=1&x-oss-access-key-id=&x-oss-signature=x", "0002-00000116"],
    ["no signature", "x-oss-expires=1&x-oss-access-key-id=ak", "0002-00000118"],
    [
      "an empty list",
      "x-oss-expires=1&x-oss-access-key-id=ak&x-oss-signature=x&x-oss-additional-headers=",
      "0002-00000076",
    ],
  ])("a URL with %s", async (_what, query, ec) => {
    const path = `/bucket/a%20b?x-oss-signature-version=OSS2&${query}`;
    expect(await pipeline.askRaw({ method: "GET", path })).toMatchObject({ status: 400, ec });
  });
});
