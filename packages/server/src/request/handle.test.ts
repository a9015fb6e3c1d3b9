// The request pipeline without sockets: the headers of every answer, access rights, and the answers
// to random requests.
import { type Operation, operations } from "@ossicle/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelBucket } from "../testing/model-bucket.ts";
import type { ModelRequest } from "../testing/model-pipeline.ts";

const { ask, head, pipeline, put, get, stranger } = modelBucket();

describe("every answer", () => {
  test("carries OSS's common headers, in OSS's own spelling", async () => {
    const { headers } = await ask({ method: "GET", path: "/" });
    expect(headers["server"]).toBe("AliyunOSS");
    expect(headers["date"]).toMatch(/ GMT$/);
    expect(headers["x-oss-request-id"]).toMatch(/^[0-9A-F]{24}$/);
    expect(headers["x-oss-server-time"]).toMatch(/^\d+$/);
  });

  test("to a HEAD that fails has the error in x-oss-err and no body", async () => {
    const { status, body, code, ec } = await head("/none");
    expect({ status, body, code, ec }).toEqual({
      status: 404,
      body: "",
      code: "NoSuchKey",
      ec: "0026-00000001",
    });
  });
});

/** A request that selects an operation, with no other parameters. */
function bare(operation: Operation<object, object>, bucket: string): ModelRequest {
  const { method, level, selectors = [], selectingHeader } = operation;
  return {
    method,
    path: `/${bucket}${level === "object" ? "/k" : ""}?${selectors.join("&")}`,
    headers: selectingHeader === undefined ? {} : { [selectingHeader]: `/${bucket}/k` },
  };
}

describe("every operation", () => {
  const below = (Object.values(operations) as Operation<object, object>[]).filter(
    ({ level, name, makesBucket }) =>
      // PostObject needs a form as its body.
      level !== "service" && makesBucket !== true && name !== "PostObject",
  );

  test.each(below.map((operation) => [operation.name, operation] as const))(
    "%s needs its bucket",
    async (_name, operation) => {
      const answer = await ask(bare(operation, "nobucket"));
      expect(answer).toMatchObject({ status: 404, code: "NoSuchBucket", ec: "0015-00000101" });
    },
  );

  const closed = below.filter(({ access }) => access !== "anyone");
  test.each(closed.map((operation) => [operation.name, operation] as const))(
    "%s of a private bucket refuses anonymous requests",
    async (_name, operation) => {
      await put("/k", "x");
      const answer = await ask({ ...bare(operation, "bucket"), anonymous: true });
      expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    },
  );

  const owners = below.filter(({ access }) => access === "owner");
  test.each(owners.map((operation) => [operation.name, operation] as const))(
    "%s refuses anonymous requests, even with a public ACL",
    async (_name, operation) => {
      await put("", "", { "x-oss-acl": "public-read-write" });
      await put("/k", "x");
      const answer = await ask({ ...bare(operation, "bucket"), anonymous: true });
      expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    },
  );
});

test("anonymous requests may do what the ACL allows, and no more", async () => {
  await put("", "", { "x-oss-acl": "public-read-write" });
  const written = { method: "PUT", path: "/bucket/k", body: "y", anonymous: true };
  expect((await ask(written)).status).toBe(200);
  await put("?acl", "", { "x-oss-acl": "public-read" });
  expect((await stranger("GET", "/k")).body).toBe("y");
  expect((await ask(written)).status).toBe(403);
});

describe("a request is refused", () => {
  test("whose key is not UTF-8", async () => {
    expect(await stranger("PUT", "/%ff")).toMatchObject({
      status: 400,
      code: "InvalidObjectName",
      ec: "0016-00000002",
    });
  });

  test("with an unsupported method", async () => {
    const answer = await ask({ method: "PATCH", path: "/bucket/k" });
    expect(answer).toMatchObject({ status: 405, code: "MethodNotAllowed" });
  });

  test.each(["/k?x-oss-rename", "?replication", "?qosInfo", "?accessPoint"])(
    "if it is for an OSS feature that Ossicle lacks: %s",
    async (path) => {
      const method = path.startsWith("/") ? "POST" : "GET";
      const answer = await ask({ method, path: `/bucket${path}` });
      expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
    },
  );

  test("with a DOCTYPE in its document", async () => {
    const entity = { method: "POST", path: "/bucket?delete", body: "<!DOCTYPE a><Delete/>" };
    expect(await ask(entity)).toMatchObject({ status: 400, code: "MalformedXML" });
    expect((await get("?acl")).status).toBe(200);
  });
});

describe("a random request", () => {
  test("gets an answer that is not a 500, signed or not", async () => {
    const piece = fc.constantFrom(
      "bucket",
      "k",
      "..",
      "%00",
      "%ff",
      "%",
      "é",
      "/",
      "?",
      "&",
      "=",
      "acl",
      "uploads",
      "a".repeat(300),
    );
    const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
    const name = fc.constantFrom(
      "range",
      "if-match",
      "content-md5",
      "x-oss-callback",
      "x-oss-callback-var",
      "x-oss-copy-source",
      "x-oss-meta-a",
      "x-oss-date",
      "date",
      "authorization",
      "x-oss-content-sha256",
      "x-oss-acl",
      "expires",
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "OSS ak:",
        "OSS4-HMAC-SHA256 Credential=ak/1/2/oss/aliyun_v4_request,Signature=0",
        "bytes=0-",
        "/bucket/k",
        "e30=",
      ),
    );
    const request = fc.record({
      method: fc.constantFrom("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"),
      path: target,
      headers: fc.dictionary(name, value, { maxKeys: 4 }),
      body: fc.oneof(fc.string(), fc.constant("<Delete><Object><Key>k</Key></Object></Delete>")),
      anonymous: fc.boolean(),
    });
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        const { anonymous, ...plain } = one;
        // A target that the test itself cannot sign is sent unsigned.
        const signable = !anonymous && !/[%é]/.test(plain.path);
        const answer = signable ? await ask(plain) : await pipeline().askRaw(plain);
        expect([200, 204, 206, 203, 304, 400, 403, 404, 405, 409, 412, 416, 501]).toContain(
          answer.status,
        );
        answered += 1;
      }),
      { numRuns: 1_500 },
    );
    expect(answered).toBeGreaterThanOrEqual(1_500);
  });
});
