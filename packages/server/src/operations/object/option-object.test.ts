// OptionObject: answers preflights about objects by the first rule that matches.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, stranger, put } = modelBucket();

const preflight = (origin: string, method: string, requested?: string) =>
  stranger("OPTIONS", "/k", {
    origin,
    "access-control-request-method": method,
    ...(requested === undefined ? {} : { "access-control-request-headers": requested }),
  });
const configure = () =>
  put(
    "?cors",
    "<CORSConfiguration><CORSRule><AllowedOrigin>https://*.a.com</AllowedOrigin>" +
      "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>" +
      "<AllowedHeader>x-oss-*</AllowedHeader><AllowedHeader>Content-Type</AllowedHeader>" +
      "<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds></CORSRule>" +
      "</CORSConfiguration>",
  );

test("answers with the lists of the matching rule", async () => {
  await configure();
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
  await configure();
  expect(await preflight(origin, method, headers)).toMatchObject({
    status: 403,
    code: "AccessForbidden",
  });
});

test.each(["/k?uploads", "/k?partNumber=1&uploadId=A", "/k?append&position=0"])(
  "accepts a preflight for any subresource: %s",
  async (path) => {
    await configure();
    const asked = { origin: "https://b.a.com", "access-control-request-method": "GET" };
    expect((await stranger("OPTIONS", path, asked)).status).toBe(200);
  },
);

test("without rules, origin or bucket is refused, whatever its signature", async () => {
  expect(await preflight("https://a.com", "GET")).toMatchObject({
    status: 403,
    code: "AccessForbidden",
  });
  const bare = await stranger("OPTIONS", "/k", { authorization: "OSS no:x" });
  expect(bare).toMatchObject({ status: 400, code: "BadRequest" });
  const none = { method: "OPTIONS", path: "/none/k", headers: { origin: "a" }, anonymous: true };
  expect(await ask(none)).toMatchObject({ status: 404, code: "NoSuchBucket" });
});
