// OptionBucket: a preflight about the bucket itself.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, put } = modelBucket();

test("applies the bucket's CORS rules, whatever subresource the preflight names", async () => {
  const rule =
    "<CORSRule><AllowedOrigin>http://a.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod>" +
    "</CORSRule>";
  await put("?cors", `<CORSConfiguration>${rule}</CORSConfiguration>`);
  for (const path of ["", "?delete", "?versions", "?uploads"]) {
    const asked = { origin: "http://a.com", "access-control-request-method": "GET" };
    const answer = await stranger("OPTIONS", path, asked);
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe("http://a.com");
  }
});
