// CORS: which preflights and which answers a bucket's rules let through, and which rules are refused.
import { beforeEach, describe, expect, test } from "vitest";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "./model-pipeline.ts";

let pipeline: ModelPipeline;
const ask: ModelPipeline["ask"] = (request) => pipeline.ask(request);
beforeEach(async () => {
  pipeline = await modelPipeline();
  await ask({ method: "PUT", path: "/bucket" });
});

const rule = (content: string): string => `<CORSRule>${content}</CORSRule>`;
const configure = (rules: string): Promise<ModelAnswer> =>
  ask({
    method: "PUT",
    path: "/bucket?cors",
    body: `<CORSConfiguration>${rules}</CORSConfiguration>`,
  });
const preflight = (origin: string, method: string, requested?: string): Promise<ModelAnswer> =>
  ask({
    method: "OPTIONS",
    path: "/bucket/k",
    anonymous: true,
    headers: {
      origin,
      "access-control-request-method": method,
      ...(requested === undefined ? {} : { "access-control-request-headers": requested }),
    },
  });

const pages = rule(
  "<AllowedOrigin>https://*.a.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>" +
    "<AllowedHeader>x-oss-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds>",
);

describe("a preflight", () => {
  test("is answered by the first rule that fits", async () => {
    await configure(pages);
    const answer = await preflight("https://b.a.com", "PUT", "x-oss-meta-a, content-type");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "https://b.a.com",
      "access-control-allow-methods": "PUT, GET",
      "access-control-allow-headers": "x-oss-meta-a, content-type",
      "access-control-expose-headers": "ETag",
      "access-control-max-age": "100",
      vary: "Origin",
    });
  });

  test.each([
    ["https://a.com", "PUT", undefined],
    ["https://b.a.com", "DELETE", undefined],
    ["https://b.a.com", "PUT", "authorization"],
    ["http://b.a.com", "GET", undefined],
  ])("from %s for %s %s is refused", async (origin, method, headers) => {
    await configure(pages);
    expect(await preflight(origin, method, headers)).toMatchObject({
      status: 403,
      code: "AccessForbidden",
    });
  });

  test.each([
    "k?uploads",
    "k?partNumber=1&uploadId=A",
    "k?append&position=0",
    "?delete",
    "?versions",
  ])("may be about anything: %s", async (path) => {
    await configure(pages);
    const answer = await ask({
      method: "OPTIONS",
      path: `/bucket/${path}`,
      headers: { origin: "https://b.a.com", "access-control-request-method": "GET" },
    });
    expect(answer.status).toBe(200);
  });

  test("without rules, origin or bucket is refused, whatever its signature", async () => {
    expect(await preflight("https://a.com", "GET")).toMatchObject({
      status: 403,
      code: "AccessForbidden",
    });
    const bare = { method: "OPTIONS", path: "/bucket/k", headers: { authorization: "OSS no:x" } };
    expect(await pipeline.askRaw(bare)).toMatchObject({ status: 400, code: "BadRequest" });
    const none = { method: "OPTIONS", path: "/none/k", headers: { origin: "a" } };
    expect(await pipeline.askRaw(none)).toMatchObject({ status: 404, code: "NoSuchBucket" });
  });
});

describe("an answer", () => {
  test("may be read by a page that a rule names, also when it is an error", async () => {
    await configure(pages);
    const headers = { origin: "https://b.a.com" };
    const missing = await ask({ method: "GET", path: "/bucket/none", headers });
    expect(missing.status).toBe(404);
    expect(missing.headers["access-control-allow-origin"]).toBe("https://b.a.com");
    const refused = await pipeline.askRaw({ method: "GET", path: "/bucket/none", headers });
    expect(refused.status).toBe(403);
    expect(refused.headers["access-control-allow-origin"]).toBe("https://b.a.com");
    const other = await ask({
      method: "GET",
      path: "/bucket/none",
      headers: { origin: "https://c.com" },
    });
    expect(other.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("to everybody names everybody", async () => {
    await configure(rule("<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"));
    const answer = await ask({ method: "GET", path: "/bucket", headers: { origin: "null" } });
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
  });
});

describe("rules", () => {
  test("come back as they were put, header names in lower case, and go", async () => {
    expect(await ask({ method: "GET", path: "/bucket?cors" })).toMatchObject({
      status: 404,
      code: "NoSuchCORSConfiguration",
    });
    expect((await configure(pages)).status).toBe(200);
    const { body } = await ask({ method: "GET", path: "/bucket?cors" });
    expect(body).toContain(pages.replace("Content-Type", "content-type"));
    expect(body).toContain("<ResponseVary>false</ResponseVary>");
    expect((await ask({ method: "DELETE", path: "/bucket?cors" })).status).toBe(204);
    expect((await ask({ method: "DELETE", path: "/bucket?cors" })).status).toBe(204);
    expect((await ask({ method: "GET", path: "/bucket?cors" })).status).toBe(404);
  });

  const origin = "<AllowedOrigin>*</AllowedOrigin>";
  const method = "<AllowedMethod>GET</AllowedMethod>";
  test.each([
    ["", "MalformedXML"],
    [rule(origin), "MalformedXML"],
    [rule(origin + "<AllowedMethod>PATCH</AllowedMethod>"), "MalformedXML"],
    [rule(`<AllowedOrigin>*.*</AllowedOrigin>${method}`), "InvalidArgument"],
    [rule(`${origin}${method}<AllowedHeader>*a*</AllowedHeader>`), "InvalidArgument"],
    [rule(`${origin}${method}<ExposeHeader>*</ExposeHeader>`), "InvalidArgument"],
    [rule(`${origin}${method}<ExposeHeader>a&#10;b</ExposeHeader>`), "InvalidArgument"],
    [rule(`${origin}${method}<AllowedHeader>\u4e2d</AllowedHeader>`), "InvalidArgument"],
    [rule(`<AllowedOrigin>http://a b</AllowedOrigin>${method}`), "InvalidArgument"],
    [rule(`<AllowedOrigin>${"a".repeat(40_000)}</AllowedOrigin>${method}`), "InvalidArgument"],
    [rule(`${origin}${method}<MaxAgeSeconds>-1</MaxAgeSeconds>`), "InvalidArgument"],
    [rule(origin + method).repeat(11), "CORSRuleBeyondLimit"],
  ])("%s are refused: %s", async (rules, code) => {
    expect(await configure(rules)).toMatchObject({ status: 400, code });
  });
});
