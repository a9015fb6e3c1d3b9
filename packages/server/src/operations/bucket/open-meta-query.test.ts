// OpenMetaQuery: once, and by metadata only.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { post } = modelBucket();

test("opens once, and refuses queries by meaning by name", async () => {
  expect(await post("?metaQuery&comp=add&mode=semantic")).toMatchObject({
    status: 501,
    code: "NotImplemented",
  });
  expect((await post("?metaQuery&comp=add&mode=basic")).status).toBe(200);
  expect(await post("?metaQuery&comp=add")).toMatchObject({
    status: 400,
    code: "MetaQueryAlreadyExist",
  });
});
