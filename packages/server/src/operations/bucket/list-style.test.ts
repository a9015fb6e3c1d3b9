// ListStyle: all styles.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, pipeline, put } = modelBucket();

test("lists the oldest style first", async () => {
  expect((await get("?style")).body).toContain("<StyleList></StyleList>");
  for (const name of ["z", "a"]) {
    await put(`?style&styleName=${name}`, "<Style><Content>image/rotate,90</Content></Style>");
    pipeline().clock.ms += 1_000;
  }
  const { body } = await get("?style");
  expect([...body.matchAll(/<Name>(\w)</g)].map(([, name]) => name)).toEqual(["z", "a"]);
});
