// PutBucketArchiveDirectRead: stores the setting.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("stores the configuration unchanged", async () => {
  const body =
    "<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>";
  expect((await put("?bucketArchiveDirectRead", body)).status).toBe(200);
  expect((await get("?bucketArchiveDirectRead")).body).toContain(body);
});

test.each(["<Other/>", "<ArchiveDirectReadConfiguration/>"])("refuses %s", async (body) => {
  const refused = await put("?bucketArchiveDirectRead", body);
  expect(refused).toMatchObject({ status: 400, code: "MalformedXML", ec: "0015-00000231" });
});
