// CORS: which answers the pages of other origins may read.
import { beforeEach, describe, expect, test } from "vitest";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";

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
const pages = rule(
  "<AllowedOrigin>https://*.a.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>" +
    "<AllowedMethod>GET</AllowedMethod>" +
    "<AllowedHeader>x-oss-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader>" +
    "<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds>",
);

describe("an answer", () => {
  test("may be read by a page that a rule allows, even if it is an error", async () => {
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

  test("under a rule for every origin allows `*`", async () => {
    await configure(rule("<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"));
    const answer = await ask({ method: "GET", path: "/bucket", headers: { origin: "null" } });
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
  });
});

describe("a preflight", () => {
  const preflight = (path: string, extra = {}) =>
    pipeline.askRaw({
      method: "OPTIONS",
      path,
      headers: { origin: "https://b.a.com", "access-control-request-method": "GET", ...extra },
    });

  test.each([
    "response-cache-control=no-cache",
    "x-oss-traffic-limit=1",
    "versionId=",
    "partNumber=x&uploadId=y",
    "callback=%00",
    "lifecycle",
  ])("is decided by the CORS rules alone, whatever its query: %s", async (query) => {
    await configure(pages);
    const { status, headers } = await preflight(`/bucket/k?${query}`);
    expect([status, headers["access-control-allow-origin"]]).toEqual([200, "https://b.a.com"]);
    expect((await preflight(`/bucket/k?${query}`, { origin: "https://c.com" })).status).toBe(403);
  });
});

describe("ResponseVary", () => {
  const everybody = rule("<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>");

  test("adds Vary to every answer of the bucket, errors and refusals included", async () => {
    await configure(`${everybody}<ResponseVary>true</ResponseVary>`);
    await ask({ method: "PUT", path: "/bucket/k", body: "x" });
    const answers = [
      await ask({ method: "GET", path: "/bucket/k" }),
      await ask({ method: "GET", path: "/bucket/none" }),
      await ask({ method: "GET", path: "/bucket?acl" }),
      await pipeline.askRaw({ method: "GET", path: "/bucket/k" }),
      await pipeline.askRaw({
        method: "GET",
        path: "/bucket/k",
        headers: { authorization: "OSS a:b" },
      }),
      await ask({ method: "GET", path: "/bucket/k", headers: { origin: "https://a.com" } }),
      await ask({ method: "PUT", path: "/bucket/k", headers: { origin: "https://a.com" } }),
      ...(await Promise.all(
        [{ "access-control-request-method": "PUT" }, {}].map((wanted) =>
          pipeline.askRaw({
            method: "OPTIONS",
            path: "/bucket/k",
            headers: { origin: "https://a.com", ...wanted },
          }),
        ),
      )),
    ];
    expect(answers.map(({ headers }) => headers["vary"])).toEqual(answers.map(() => "Origin"));
  });

  test("adds no Vary if the rules do not set it", async () => {
    await configure(everybody);
    const answer = await ask({ method: "GET", path: "/bucket" });
    expect(answer.headers).not.toHaveProperty("vary");
  });
});
