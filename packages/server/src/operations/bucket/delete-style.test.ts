// DeleteStyle: removes a style, and succeeds if there is none.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove } = modelBucket();

test("removes a style", async () => {
  expect((await remove("?style&styleName=small")).status).toBe(204);
  await put("?style&styleName=small", "<Style><Content>image/rotate,90</Content></Style>");
  expect((await remove("?style&styleName=small")).status).toBe(204);
  expect((await get("?style&styleName=small")).code).toBe("NoSuchStyle");
});

test.each(["", "x".repeat(3_000), "a%2Fb"])("refuses the name '%s'", async (name) => {
  const refused = { status: 400, code: "InvalidArgument" };
  expect(await remove(`?style&styleName=${name}`)).toMatchObject(refused);
});
