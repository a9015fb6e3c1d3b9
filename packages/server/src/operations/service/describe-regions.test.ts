// DescribeRegions: lists the store's only region.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask } = modelBucket();

test("lists the store's region, and refuses any other", async () => {
  for (const path of ["/?regions", "/?regions=oss-cn-hangzhou"]) {
    const { body } = await ask({ method: "GET", path });
    expect(body.match(/<Region>oss-cn-hangzhou<\/Region>/g)).toHaveLength(1);
    expect(body).toContain("<InternetEndpoint>127.0.0.1:9650<");
  }
  expect(await ask({ method: "GET", path: "/?regions=oss-x" })).toMatchObject({
    status: 404,
    code: "NoSuchRegion",
  });
});
