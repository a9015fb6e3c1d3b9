// GetBucketHttpsConfig: what is set, and what holds before.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("says that every version is accepted until the bucket refuses some", async () => {
  expect((await get("?httpsConfig")).body).toContain("<TLS><Enable>false</Enable></TLS>");
  const tls = "<TLS><Enable>true</Enable><TLSVersion>TLSv1.2</TLSVersion></TLS>";
  await put("?httpsConfig", `<HttpsConfiguration>${tls}</HttpsConfiguration>`);
  expect((await get("?httpsConfig")).body).toContain(tls);
});
