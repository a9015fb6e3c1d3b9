// DeleteBucketWebsite: also without a document.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("removes the document, and succeeds without one", async () => {
  const error = "<ErrorDocument><Key>e</Key></ErrorDocument>";
  await put("?website", `<WebsiteConfiguration>${error}</WebsiteConfiguration>`);
  expect((await remove("?website")).status).toBe(204);
  expect((await remove("?website")).status).toBe(204);
  expect((await get("?website")).code).toBe("NoSuchWebsiteConfiguration");
});
