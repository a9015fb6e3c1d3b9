// GetPublicAccessBlock: the stored block, and false without one.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask } = modelBucket();

test("returns what is stored", async () => {
  const path = "/?publicAccessBlock";
  const read = async (): Promise<string> => (await ask({ method: "GET", path })).body;
  expect(await read()).toContain("<BlockPublicAccess>false</BlockPublicAccess>");
  const body =
    "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess>" +
    "</PublicAccessBlockConfiguration>";
  await ask({ method: "PUT", path, body });
  expect(await read()).toContain("<BlockPublicAccess>true</BlockPublicAccess>");
});
