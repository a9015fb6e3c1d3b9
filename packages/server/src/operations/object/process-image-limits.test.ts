// Image processing: what hostile requests and odd objects get.
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, pipeline, post, put } = modelBucket();

const solid = (width: number, height: number, background = "#ff0000"): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

beforeEach(async () => {
  await put("/red.png", await solid(200, 100));
});
afterEach(() => {
  pipeline().services.images.processes.close();
});

const processed = (process: string, key = "/red.png") =>
  get(`${key}?x-oss-process=${encodeURIComponent(process)}`);
const named = (text: string): string => Buffer.from(text).toString("base64url");
const over = (name: string, more = "g_nw,x_0,y_0"): string =>
  `image/watermark,image_${named(name)},${more}`;
const badRequest = { status: 400, code: "BadRequest" };

test("an append gives another result", async () => {
  const image = await solid(20, 20);
  await post("/grown.png?append&position=0", image);
  const size = async (): Promise<unknown> =>
    (JSON.parse((await processed("image/info", "/grown.png")).body) as { FileSize: unknown })
      .FileSize;
  expect(await size()).toEqual({ value: String(image.length) });
  await post(`/grown.png?append&position=${image.length}`, Buffer.alloc(1_000));
  expect(await size()).toEqual({ value: String(image.length + 1_000) });
});

test("equal requests wait for one result", async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => processed("image/resize,w_20")),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
});

test("the image of a watermark is read as a GET would read it", async () => {
  await put("/cold.png", await solid(10, 10), { "x-oss-storage-class": "Archive" });
  expect(await processed(over("cold.png"))).toMatchObject({ code: "InvalidObjectState" });
  await put("/logo.png", await solid(10, 10, "#0000ff"));
  await put("/link.png?symlink", "", { "x-oss-symlink-target": "logo.png" });
  const answer = await processed(over("link.png"));
  const pixel = sharp(answer.bytes).extract({ left: 2, top: 2, width: 1, height: 1 });
  expect((await pixel.removeAlpha().raw().toBuffer()).toString("hex")).toBe("0000ff");
});

test("the image of a watermark must be of a format that is processed", async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>';
  await put("/logo.svg", svg);
  await put("/empty", "");
  for (const name of ["logo.svg", "empty"]) {
    expect(await processed(over(name))).toMatchObject(badRequest);
  }
});

test("at most three images are watermarks", async () => {
  for (const at of [1, 2, 3, 4]) await put(`/${at}.png`, await solid(4, 4));
  const chain = (...names: readonly string[]): string =>
    `image/${names.map((name) => over(name).slice("image/".length)).join("/")}`;
  expect((await processed(chain("1.png", "2.png", "3.png", "1.png"))).status).toBe(200);
  const four = await processed(chain("1.png", "2.png", "3.png", "4.png"));
  expect(four).toMatchObject({ status: 400, code: "InvalidArgument", ec: "0040-00000278" });
});

test.each([
  ["a narrow watermark that is widened", 4_000, 10, "P_100"],
  ["a narrow image that is enlarged", 1_000, 1, undefined],
])("refuses %s beyond the limits of a result", async (_what, width, height, widened) => {
  await put("/wide.png", await solid(width, height));
  await put("/narrow.png", await solid(10, 800));
  const process =
    widened === undefined ? "image/resize,h_100,limit_0" : over("narrow.png", widened);
  const answer = await processed(process, "/wide.png");
  expect(answer).toMatchObject({ ...badRequest, ec: "0040-00000007" });
});

test.each([
  [20_000, 4, "image/format,jpg", "007"],
  [16_384, 4, "image/format,webp", "011"],
  [4_000, 4_000, "image/format,avif", "014"],
  [8_000, 4_000, "image/format,png", "007"],
])("%i x %i with %s is refused", async (width, height, process, number) => {
  await put("/large.png", await solid(width, height));
  const answer = await processed(process, "/large.png");
  expect(answer).toMatchObject({ ...badRequest, ec: `0040-00000${number}` });
});

test("a long text is cut at the diagonal of the image before it is turned", async () => {
  const text = named("W".repeat(64));
  const answer = await processed(`image/watermark,text_${text},size_400,rotate_45`);
  expect(answer.status).toBe(200);
  expect(await sharp(answer.bytes).metadata()).toMatchObject({ width: 200, height: 100 });
});

test.each(["circle", "rounded-corners"])("%s needs a radius", async (action) => {
  expect(await processed(`image/${action},x_1`)).toMatchObject({ code: "InvalidArgument" });
});

test.each([
  [20, 85, "w_14", 60],
  [144, 162, "w_92", 104],
  [284, 71, "w_14", 4],
])("half a pixel of %i x %i with %s is rounded up", async (width, height, side, expected) => {
  await put("/odd.png", await solid(width, height));
  const { bytes } = await processed(`image/resize,${side}`, "/odd.png");
  expect((await sharp(bytes).metadata()).height).toBe(expected);
});

test("the source's content encoding does not hold for the result", async () => {
  await put("/coded.png", await solid(9, 9), { "content-encoding": "gzip" });
  const { headers } = await processed("image/rotate,90", "/coded.png");
  expect(headers).not.toHaveProperty("content-encoding");
});
