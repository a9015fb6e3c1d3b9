// Image processing on GetObject: sizes, formats, and what is refused.
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, pipeline, put, remove, stranger } = modelBucket();

const solid = (width: number, height: number, background: string): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

beforeEach(async () => {
  await put("/red.png", await solid(200, 100, "#ff0000"), { "content-type": "image/png" });
});
afterEach(() => {
  pipeline().services.images.processes.close();
});

const processed = (process: string, key = "/red.png") =>
  get(`${key}?x-oss-process=${encodeURIComponent(process)}`);

/** The bytes of a processed image, and its metadata. */
async function image(process: string, key?: string) {
  const answer = await processed(process, key);
  expect(answer.status).toBe(200);
  const bytes = Buffer.from(answer.bytes);
  return { answer, bytes, ...(await sharp(bytes).metadata()) };
}

/** The colour of a pixel, `rrggbb`. */
async function colorAt(bytes: Buffer, left: number, top: number): Promise<string> {
  const box = { left, top, width: 1, height: 1 };
  const { data } = await sharp(bytes).removeAlpha().extract(box).raw().toBuffer({
    resolveWithObject: true,
  });
  return data.toString("hex");
}

// The sizes are those of OSS's documentation for a source of 200 x 100.
test.each([
  ["image/resize,w_150,h_80", 150, 75],
  ["image/resize,m_mfit,w_150,h_80", 160, 80],
  ["image/resize,m_fill,w_150,h_80", 150, 80],
  ["image/resize,m_pad,w_150,h_80", 150, 80],
  ["image/resize,m_fixed,w_150,h_80", 150, 80],
  ["image/resize,h_100,m_fixed", 100, 100],
  ["image/resize,w_400", 200, 100],
  ["image/resize,w_400,limit_0", 400, 200],
  ["image/resize,l_100", 100, 50],
  ["image/resize,s_50", 100, 50],
  ["image/resize,p_50", 100, 50],
  ["image/crop,w_50,h_40", 50, 40],
  ["image/crop,g_se,x_0,y_0,w_50,h_40", 50, 40],
  ["image/crop,x_180,w_100", 20, 100],
  ["image/crop,w_50,h_50,r_1", 50, 50],
  ["image/indexcrop,x_150,i_1", 50, 100],
  ["image/indexcrop,x_100,i_9", 200, 100],
  ["image/rotate,90", 100, 200],
  ["image/circle,r_25", 51, 51],
  ["image/rounded-corners,r_10", 200, 100],
  ["image/resize,w_100/rotate,90/resize,w_25", 25, 50],
  ["image/blur,r_3,s_2", 200, 100],
  ["image/bright,50/contrast,-50/sharpen,100", 200, 100],
  ["image/auto-orient,1/interlace,1/quality,q_80", 200, 100],
])("%s makes an image of %i x %i", async (process, width, height) => {
  expect(await image(process)).toMatchObject({ width, height, format: "png" });
});

test.each([
  ["jpg", "image/jpeg", "jpeg"],
  ["png", "image/png", "png"],
  ["webp", "image/webp", "webp"],
  ["tiff", "image/tiff", "tiff"],
  ["gif", "image/png", "png"], // only a GIF becomes a GIF
  ["avif", "image/avif", "heif"],
])("format,%s answers with the type %s", async (format, type, kind) => {
  const made = await image(`image/format,${format}`);
  expect(made.answer.headers["content-type"]).toBe(type);
  expect(made.format).toBe(kind);
});

test("answers with the source's ETag, no digests and no ranges", async () => {
  const source = await get("/red.png");
  const { answer } = await image("image/resize,w_10");
  expect(answer.headers["etag"]).toBe(source.headers["etag"]);
  expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
  for (const name of ["content-md5", "x-oss-hash-crc64ecma", "accept-ranges"]) {
    expect(answer.headers).not.toHaveProperty(name);
  }
  const same = await get("/red.png?x-oss-process=image%2Fresize%2Cw_10", {
    "if-none-match": source.headers["etag"] ?? "",
  });
  expect(same.status).toBe(304);
});

test("answers info and average-hue with JSON", async () => {
  const info = await processed("image/info");
  expect(info.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(info.body)).toMatchObject({
    Format: { value: "png" },
    FrameCount: { value: "1" },
    ImageHeight: { value: "100" },
    ImageWidth: { value: "200" },
  });
  expect(JSON.parse((await processed("image/average-hue")).body)).toEqual({ RGB: "0xff0000" });
});

test("turns an image as its EXIF orientation says, unless auto-orient,0", async () => {
  const photo = {
    create: { width: 200, height: 100, channels: 3, background: "#ff0000" },
  } as const;
  const turned = sharp(photo).jpeg().withMetadata({ orientation: 6 });
  await put("/turned.jpg", await turned.toBuffer());
  expect(await image("image/resize,w_50", "/turned.jpg")).toMatchObject({ width: 50, height: 100 });
  expect(await image("image/quality,q_90", "/turned.jpg")).toMatchObject({ width: 100 });
  const kept = await image("image/auto-orient,0/resize,w_50", "/turned.jpg");
  expect(kept).toMatchObject({ width: 50, height: 25 });
});

test("reads images in grey, in CMYK, with 16 bits and with frames", async () => {
  const red = { create: { width: 200, height: 100, channels: 3, background: "#ff0000" } } as const;
  const frames = Buffer.alloc(200 * 200 * 3, 128);
  const raw = { width: 200, height: 200, channels: 3, pageHeight: 100 } as const;
  const kinds = {
    grey: sharp(red).greyscale().png(),
    cmyk: sharp(red).toColourspace("cmyk").jpeg(),
    deep: sharp(red).toColourspace("rgb16").png(),
    moving: sharp(frames, { raw }).gif(),
  };
  for (const [name, made] of Object.entries(kinds)) {
    await put(`/${name}`, await made.toBuffer());
    const small = await image("image/resize,w_50/format,png", `/${name}`);
    expect(small).toMatchObject({ width: 50, height: 25, format: "png" });
  }
});

test("renders an overwritten object again", async () => {
  await image("image/resize,w_10");
  await put("/red.png", await solid(40, 40, "#00ff00"));
  const { bytes, width } = await image("image/resize,w_10");
  expect(width).toBe(10);
  expect(await colorAt(bytes, 5, 5)).toBe("00ff00");
});

test("pads an image with the colour on both sides", async () => {
  const { bytes } = await image("image/resize,m_pad,w_100,h_100,color_0000FF");
  expect(await colorAt(bytes, 50, 5)).toBe("0000ff");
  expect(await colorAt(bytes, 50, 50)).toBe("ff0000");
});

describe("a watermark", () => {
  const named = (text: string): string => Buffer.from(text).toString("base64url");
  beforeEach(async () => {
    await put("/logo.png", await solid(40, 20, "#0000ff"));
  });

  test("is an image of the bucket, at its place", async () => {
    const { bytes } = await image(`image/watermark,image_${named("logo.png")},g_se,x_10,y_10`);
    expect(await colorAt(bytes, 180, 80)).toBe("0000ff");
    expect(await colorAt(bytes, 195, 95)).toBe("ff0000");
    expect(await colorAt(bytes, 140, 60)).toBe("ff0000");
  });

  test("may be processed itself", async () => {
    const name = named("logo.png?x-oss-process=image/resize,P_50");
    const { bytes } = await image(`image/watermark,image_${name},g_nw,x_0,y_0`);
    expect(await colorAt(bytes, 95, 45)).toBe("0000ff");
    expect(await colorAt(bytes, 105, 55)).toBe("ff0000");
  });

  test("is text, in its colour", async () => {
    const text = named("IIIIIIII");
    const { bytes } = await image(`image/watermark,text_${text},color_00FF00,size_60,g_center`);
    const { data } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const green = data.filter((value, at) => at % 3 === 1 && value > 200);
    expect(green.length).toBeGreaterThan(100);
  });

  test("needs an object that is there, and that the reader may read", async () => {
    const missing = await processed(`image/watermark,image_${named("missing.png")}`);
    expect(missing).toMatchObject({ status: 404, code: "NoSuchKey", ec: "0040-00000025" });
    await put("/red.png?acl", "", { "x-oss-object-acl": "public-read" });
    const path = `/red.png?x-oss-process=image%2Fwatermark%2Cimage_${named("logo.png")}`;
    expect(await stranger("GET", path)).toMatchObject({ status: 403, code: "AccessDenied" });
    await put("/logo.png?acl", "", { "x-oss-object-acl": "public-read" });
    expect((await stranger("GET", path)).status).toBe(200);
  });
});

test("applies the actions of a style", async () => {
  const missing = await processed("style/small");
  expect(missing).toMatchObject({ status: 404, code: "NoSuchStyle" });
  const style = "<Style><Content>image/resize,w_20</Content></Style>";
  expect((await put("?style&styleName=small", style)).status).toBe(200);
  expect(await image("style/small")).toMatchObject({ width: 20, height: 10 });
  await remove("?style&styleName=small");
  expect((await processed("style/small")).status).toBe(404);
});

test.each([
  ["image/", "212"],
  ["image/slim,1", "213"],
  ["video/snapshot,t_1", "213"],
  ["image/resize", "322"],
  ["image/resize,limit_3", "319"],
  ["image/resize,m_wide,w_1", "311"],
  ["image/rotate,a_90", "217"],
  ["image/rotate,90,200", "203"],
  ["image/format,f_png", "206"],
  ["image/circle,r_5000", "233"],
  ["image/quality,q_0", "309"],
])("refuses %s", async (process, number) => {
  const ec = `0040-00000${number}`;
  expect(await processed(process)).toMatchObject({ status: 400, code: "InvalidArgument", ec });
});

test("refuses what is no image, a damaged one, and a crop outside; then goes on", async () => {
  await put("/text", "hello");
  await put("/half.png", (await solid(200, 100, "#ff0000")).subarray(0, 80));
  for (const [process, key] of [
    ["image/resize,w_10", "/text"],
    ["image/resize,w_10", "/half.png"],
    ["image/crop,x_300", "/red.png"],
    ["image/resize,w_16384,h_16384,limit_0,m_fixed", "/red.png"],
  ] as const) {
    expect(await processed(process, key)).toMatchObject({ status: 400, code: "BadRequest" });
  }
  expect(await image("image/resize,w_10")).toMatchObject({ width: 10 });
});

test("refuses an image with too many bytes or pixels", async () => {
  await put("/many-bytes", Buffer.alloc(20_971_521));
  await put("/many-pixels", await solid(10_000, 8_000, "#ffffff"));
  for (const key of ["/many-bytes", "/many-pixels"]) {
    const answer = await processed("image/resize,w_10", key);
    expect(answer).toMatchObject({ status: 400, code: "ImageTooLarge" });
  }
});

test("refuses with 503 the jobs that wait when the store stops", async () => {
  const answers = [1, 2, 3].map((width) => processed(`image/resize,w_${width}`));
  await image("image/resize,w_9"); // all of them wait for the one process
  pipeline().services.images.processes.close();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
  const late = await ask({
    method: "GET",
    path: "/bucket/red.png?x-oss-process=image%2Frotate%2C9",
  });
  expect(late.status).toBe(503);
});
