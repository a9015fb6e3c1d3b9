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

test.each([
  ["gif", { delay: [70_000, 10, 0], loop: 65_535 }],
  ["webp", { delay: [65_535, 20, 0], loop: 65_535 }],
] as const)("the longest delays and most repetitions of a %s are written", async (kind, long) => {
  // sharp writes delays of at most 65,535 ms, in steps of 10 ms in a GIF. So the delay of the GIF
  // is set in its bytes.
  const made = moving()[kind]({ ...long, delay: [1_000, 20, 0] });
  const bytes = await made.toBuffer();
  const at = bytes.indexOf(Buffer.from([0x21, 0xf9, 0x04]));
  if (at > 0) bytes.writeUInt16LE(7_000, at + 4); // in hundredths of a second
  await put("/long", bytes);
  const answer = await processed("image/resize,w_20", "/long");
  expect(answer.status).toBe(200);
  const { delay, loop } = await sharp(answer.bytes).metadata();
  expect({ longest: Math.max(...(delay ?? [])), loop }).toEqual(
    kind === "gif" ? { longest: 65_540, loop } : { longest: 1_000, loop: 65_535 },
  );
});

test("an animation is turned as its EXIF orientation says", async () => {
  const webp = moving()
    .webp({ ...timing, lossless: true })
    .withMetadata({ orientation: 6 });
  await put("/turned.webp", await webp.toBuffer());
  for (const format of ["webp", "png"]) {
    const { bytes } = await processed(`image/resize,w_10/format,${format}`, "/turned.webp");
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 10, height: 20, format });
  }
  const kept = await processed("image/auto-orient,0/resize,w_10", "/turned.webp");
  expect(await sharp(kept.bytes).metadata()).toMatchObject({ width: 10, height: 5 });
});

test("a watermark is put on every frame", async () => {
  const logo = sharp({ create: { width: 4, height: 4, channels: 3, background: "#ffffff" } });
  await put("/logo.png", await logo.png().toBuffer());
  const image = Buffer.from("logo.png").toString("base64url");
  const process = `image/watermark,image_${image},g_center`;
  expect(await coloursOf((await processed(process, "/moving.gif")).bytes)).toEqual([
    "ffffff",
    "ffffff",
    "ffffff",
  ]);
});

test("actions that change no pixel refuse no animation that a resize accepts", async () => {
  const many = Array.from({ length: 40 }, (_, at) => colours[at % 3] ?? "");
  const large = moving(many).resize(1_000, 40_000, { fit: "fill" });
  await put("/large.gif", await large.gif({ effort: 1 }).toBuffer());
  for (const process of ["resize,w_10/auto-orient,1", "auto-orient,1/resize,w_10", "average-hue"]) {
    expect((await processed(`image/${process}`, "/large.gif")).status).toBe(200);
  }
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
