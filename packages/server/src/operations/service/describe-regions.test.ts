// DescribeRegions: the one region that there is.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask } = modelBucket();

test("tells it, and no other", async () => {
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
