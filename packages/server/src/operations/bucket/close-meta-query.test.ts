// CloseMetaQuery: queries end; closing twice is no error.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, post } = modelBucket();

test("ends the search, and may be repeated", async () => {
  await post("?metaQuery&comp=add");
  for (let time = 0; time < 2; time += 1) {
    expect((await post("?metaQuery&comp=delete")).status).toBe(200);
    expect((await get("?metaQuery")).code).toBe("MetaQueryNotExist");
  }
});
