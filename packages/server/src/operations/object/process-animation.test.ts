// Image processing of animations: which formats keep the frames, and with what timing.
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, pipeline, put } = modelBucket();

const colours = ["ff0000", "00ff00", "0000ff"];
const timing = { delay: [100, 200, 300], loop: 2 };

/** One frame of each colour below the other, 40 x 20 each. */
function moving(frames: readonly string[] = colours): ReturnType<typeof sharp> {
  const [width, height] = [40, 20];
  const pixels = frames.map((hex) => Buffer.alloc(width * height * 3, hex, "hex"));
  const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
  return sharp(Buffer.concat(pixels), { raw });
}

beforeEach(async () => {
  await put("/moving.gif", await moving().gif(timing).toBuffer());
  await put(
    "/moving.webp",
    await moving()
      .webp({ ...timing, lossless: true })
      .toBuffer(),
  );
});
afterEach(() => {
  pipeline().services.images.processes.close();
});

const processed = (process: string, key: string) =>
  get(`${key}?x-oss-process=${encodeURIComponent(process)}`);

/** The colour in the middle of each frame, to the nearest of none and all of each channel. */
async function coloursOf(bytes: Uint8Array): Promise<readonly string[]> {
  const { data, info } = await sharp(bytes, { pages: -1 })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, pageHeight = height, pages = 1 } = info;
  return Array.from({ length: pages }, (_, frame) => {
    const row = frame * pageHeight + Math.floor(pageHeight / 2);
    const at = (row * width + Math.floor(width / 2)) * 3;
    return Buffer.from(data.subarray(at, at + 3).map((one) => (one < 128 ? 0 : 255))).toString(
      "hex",
    );
  });
}

describe.each(["gif", "webp"])("of a moving %s", (source) => {
  const key = `/moving.${source}`;

  test.each([
    ["image/resize,w_20", source, 20, 10],
    ["image/rotate,90", source, 20, 40],
    ["image/crop,w_10,h_10,g_center/resize,w_5", source, 5, 5],
    ["image/resize,m_pad,w_50,h_50,limit_0", source, 50, 50],
    ["image/resize,w_20/format,webp", "webp", 20, 10],
    ["image/resize,w_20/bright,10/circle,r_4", source, 9, 9],
  ])("%s keeps the frames and their timing as %s", async (process, format, width, height) => {
    const { status, bytes } = await processed(process, key);
    expect(status).toBe(200);
    const metadata = await sharp(bytes).metadata();
    expect(metadata).toMatchObject({ format, width, height, pages: 3, ...timing });
    expect(await coloursOf(bytes)).toEqual(colours);
  });

  test.each(["png", "jpg", "tiff", "avif"])("format,%s has the first frame", async (format) => {
    const { status, bytes } = await processed(`image/resize,w_20/format,${format}`, key);
    expect(status).toBe(200);
    expect(await coloursOf(bytes)).toEqual(["ff0000"]);
  });

  test("info counts the frames, and average-hue is that of the first", async () => {
    const info = JSON.parse((await processed("image/info", key)).body) as object;
    expect(info).toMatchObject({ FrameCount: { value: "3" }, ImageHeight: { value: "20" } });
    const hue = JSON.parse((await processed("image/average-hue", key)).body) as object;
    expect(hue).toEqual({ RGB: "0xff0000" });
  });
});

test("an animation with too many frames, or pixels in all of them, is refused", async () => {
  const many = Array.from({ length: 1_001 }, (_, at) => colours[at % 3] ?? "");
  await put("/many.gif", await moving(many).gif().toBuffer());
  expect(await processed("image/resize,w_20", "/many.gif")).toMatchObject({
    status: 400,
    code: "BadRequest",
  });
  expect((await processed("image/resize,w_20/format,png", "/many.gif")).status).toBe(200);
  const large = await processed("image/resize,m_fixed,w_4000,h_4000,limit_0", "/moving.gif");
  expect(large).toMatchObject({ status: 400, code: "ImageTooLarge" });
});
