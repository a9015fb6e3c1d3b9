// PutBucketCors: which rules a bucket accepts.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

const rule = (content: string): string => `<CORSRule>${content}</CORSRule>`;
const configure = (rules: string) =>
  put("?cors", `<CORSConfiguration>${rules}</CORSConfiguration>`);
const origin = "<AllowedOrigin>*</AllowedOrigin>";
const method = "<AllowedMethod>GET</AllowedMethod>";

test("replaces the rules", async () => {
  await configure(rule(origin + method));
  const other = rule(`<AllowedOrigin>http://a.com</AllowedOrigin>${method}`);
  expect((await configure(other)).status).toBe(200);
  expect((await get("?cors")).body).toContain(other);
});

test.each([
  ["", "MalformedXML"],
  [rule(origin), "MalformedXML"],
  [rule(origin + "<AllowedMethod>PATCH</AllowedMethod>"), "MalformedXML"],
  [rule(`<AllowedOrigin>*.*</AllowedOrigin>${method}`), "InvalidArgument"],
  [rule(`${origin}${method}<AllowedHeader>*a*</AllowedHeader>`), "InvalidArgument"],
  [rule(`${origin}${method}<ExposeHeader>*</ExposeHeader>`), "InvalidArgument"],
  [rule(`${origin}${method}<ExposeHeader>a&#10;b</ExposeHeader>`), "InvalidArgument"],
  [rule(`${origin}${method}<AllowedHeader>\u4e2d</AllowedHeader>`), "InvalidArgument"],
  [rule(`<AllowedOrigin>http://a&#9;b</AllowedOrigin>${method}`), "InvalidArgument"],
  [rule(`<AllowedOrigin>${"a".repeat(40_000)}</AllowedOrigin>${method}`), "InvalidArgument"],
  [rule(`${origin}${method}<MaxAgeSeconds>-1</MaxAgeSeconds>`), "InvalidArgument"],
  [rule(origin + method).repeat(11), "CORSRuleBeyondLimit"],
])("refuses %s with %s", async (rules, code) => {
  expect(await configure(rules)).toMatchObject({ status: 400, code });
  expect((await get("?cors")).code).toBe("NoSuchCORSConfiguration");
});

test("stores an origin that contains a space", async () => {
  const odd = rule(`<AllowedOrigin>http://a b</AllowedOrigin>${method}`);
  expect((await configure(odd)).status).toBe(200);
  expect((await get("?cors")).body).toContain(odd);
});
