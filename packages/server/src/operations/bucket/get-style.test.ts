// GetStyle: one style.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, stranger } = modelBucket();

test("returns a style, and NoSuchStyle without one", async () => {
  const missing = await get("?style&styleName=small");
  expect(missing).toMatchObject({ status: 404, code: "NoSuchStyle" });
  await put("?style&styleName=small", "<Style><Content>image/resize,p_50</Content></Style>");
  const { body } = await get("?style&styleName=small");
  expect(body).toContain("<Name>small</Name><Content>image/resize,p_50</Content>");
  expect((await stranger("GET", "?style&styleName=small")).code).toBe("AccessDenied");
});
