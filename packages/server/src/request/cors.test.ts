// CORS: which answers the pages of other origins may read.
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
const pages = rule(
  "<AllowedOrigin>https://*.a.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>" +
    "<AllowedHeader>x-oss-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds>",
);

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
