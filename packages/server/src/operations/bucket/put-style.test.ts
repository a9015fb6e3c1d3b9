// PutStyle: what is stored, and what is refused.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, pipeline, put } = modelBucket();
const set = (name: string, content = "image/resize,p_50", more = "") =>
  put(`?style&styleName=${name}${more}`, `<Style><Content>${content}</Content></Style>`);

test("stores a style, and replaces it", async () => {
  expect((await set("small")).status).toBe(200);
  pipeline().clock.ms += 60_000;
  expect((await set("small", "image/rotate,90", "&category=video")).status).toBe(200);
  const { body } = await get("?style&styleName=small");
  expect(body).toContain(
    "<Style><Name>small</Name><Content>image/rotate,90</Content><Category>video</Category>" +
      "<CreateTime>Sun, 22 Nov 2026 12:00:00 GMT</CreateTime>" +
      "<LastModifyTime>Sun, 22 Nov 2026 12:01:00 GMT</LastModifyTime></Style>",
  );
});

test.each([
  ["", "image/rotate,90", "0017-00000250"],
  ["x".repeat(64), "image/rotate,90", "0017-00000250"],
  ["a%20b", "image/rotate,90", "0017-00000251"],
  ["small", "", "0040-00000602"],
  ["small", "image/a;b", "0040-00000602"],
])("refuses the name '%s' with the content '%s'", async (name, content, ec) => {
  expect(await set(name, content)).toMatchObject({ status: 400, code: "InvalidArgument", ec });
});

test("keeps at most 50 styles", async () => {
  for (let at = 0; at < 50; at += 1) expect((await set(`s${at}`)).status).toBe(200);
  expect(await set("one-more")).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect((await set("s7", "image/rotate,90")).status).toBe(200);
});
