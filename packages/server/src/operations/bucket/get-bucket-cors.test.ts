// GetBucketCors: the rules as they were put.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("returns the rules, with allowed header names in lower case", async () => {
  expect(await get("?cors")).toMatchObject({ status: 404, code: "NoSuchCORSConfiguration" });
  const rule =
    "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>" +
    "<AllowedHeader>Content-Type</AllowedHeader><ExposeHeader>ETag</ExposeHeader>" +
    "<MaxAgeSeconds>100</MaxAgeSeconds></CORSRule>";
  await put("?cors", `<CORSConfiguration>${rule}</CORSConfiguration>`);
  const { body } = await get("?cors");
  expect(body).toContain(rule.replace("Content-Type", "content-type"));
  expect(body).toContain("<ResponseVary>false</ResponseVary>");
});
