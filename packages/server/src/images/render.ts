// Renders an image with sharp: each action in turn, as OSS does. It runs in a process of its own
// (image-worker.ts).
import type { Metadata, Sharp } from "sharp";
import { cropBox, resizing, sliceBox } from "./geometry.ts";
import { ImageError, type ImageJob, type ImageResult } from "./image-job.ts";
import { averageHue, infoOf } from "./image-info.ts";
import { jpegQuality } from "./jpeg-quality.ts";
import type { ImageAction } from "./parse-process.ts";
import {
  decode,
  maxPixels,
  type Pixels,
  pipelineOf,
  pixelsOf,
  refused,
  type SharpFunction,
} from "./pixels.ts";
import { type Prepare, withWatermark } from "./watermark.ts";

/** Most pixels of a result (image processing limits). */
const maxResultPixels = 16_777_216;

/** Longest side of a source that is rotated (image processing limits). */
const maxRotatedSide = 4_096;

/** The output formats, with their content types. */
const contentTypes: Readonly<Record<string, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  tiff: "image/tiff",
  avif: "image/avif",
};

/** Renders a job. Throws ImageError. */
export async function render(sharp: SharpFunction, job: ImageJob): Promise<ImageResult> {
  const { source, actions } = job;
  const metadata = await readMetadata(sharp, source);
  const [first] = actions;
  if (first?.name === "info") return infoOf(metadata, source.length);
  const orients = actions.find(({ name }) => name === "auto-orient")?.parameters[""] !== "0";
  let image = await decode(sharp, { source, orients });
  for (const action of actions) {
    if (action.name === "average-hue") return averageHue(sharp, image);
    if (action.name === "info") throw refused("info must be the only action.");
    image = await apply(sharp, image, { action, job });
  }
  return encode(sharp, image, { metadata, job });
}

async function readMetadata(sharp: SharpFunction, source: Uint8Array): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await sharp(source, { limitInputPixels: false }).metadata();
  } catch {
    throw unsupported();
  }
  if (contentTypes[formatOf(metadata)] === undefined) throw unsupported();
  const { width, height, pageHeight = height } = metadata;
  if (width * pageHeight > maxPixels) {
    throw new ImageError({
      code: "ImageTooLarge",
      message: `The image has more than ${maxPixels} pixels.`,
      ec: "0040-00000012",
    });
  }
  return metadata;
}

/** The format of a file; that of HEIF with AV1 is `avif`. */
function formatOf({ format, compression }: Metadata): string {
  return format === "heif" && compression === "av1" ? "avif" : format;
}

function unsupported(): ImageError {
  const message = "This image format is not supported.";
  return new ImageError({ code: "BadRequest", message, ec: "0040-00000005" });
}

interface Step {
  readonly action: ImageAction;
  readonly job: Pick<ImageJob, "logos">;
}

// The image of a watermark has no watermark itself.
const prepare: Prepare = (sharp, image, action) =>
  apply(sharp, image, { action, job: { logos: {} } });

/** Applies one action to pixels. Those about the output's format do nothing here. */
async function apply(sharp: SharpFunction, image: Pixels, { action, job }: Step): Promise<Pixels> {
  const { name, parameters } = action;
  const value = Number(parameters[""] ?? 0);
  const pipeline = (): Sharp => pipelineOf(sharp, image);
  switch (name) {
    case "resize":
      return resize(sharp, image, parameters);
    case "crop": {
      const box = cropBox(image, parameters);
      if (box === undefined) throw refused("Advance cut's position is out of image.");
      return pixelsOf(pipeline().extract(box));
    }
    case "indexcrop": {
      const box = sliceBox(image, parameters);
      return box === undefined ? image : pixelsOf(pipeline().extract(box));
    }
    case "rotate":
      return rotate(sharp, image, value);
    case "circle":
      return circle(sharp, image, Number(parameters["r"]));
    case "rounded-corners":
      return roundCorners(sharp, image, Number(parameters["r"]));
    case "blur":
      return pixelsOf(pipeline().blur(Number(parameters["s"] ?? parameters["r"] ?? 1)));
    case "bright":
      return pixelsOf(pipeline().linear(gains(1), offsets((255 * value) / 100)));
    case "contrast": {
      const gain = (100 + value) / 100;
      return pixelsOf(pipeline().linear(gains(gain), offsets(128 * (1 - gain))));
    }
    case "sharpen":
      return pixelsOf(pipeline().sharpen({ sigma: value / 100 }));
    case "watermark":
      return withWatermark(sharp, image, { parameters, logos: job.logos, prepare });
    default:
      return image;
  }
}

// The alpha channel keeps its values.
const gains = (gain: number): number[] => [gain, gain, gain, 1];
const offsets = (offset: number): number[] => [offset, offset, offset, 0];

async function resize(
  sharp: SharpFunction,
  image: Pixels,
  parameters: ImageAction["parameters"],
): Promise<Pixels> {
  const plan = resizing(image, parameters);
  if (plan === undefined) return image;
  const { to, cut, pad } = plan;
  const largest = pad ?? cut ?? to;
  if (largest.width * largest.height > maxResultPixels || to.width * to.height > maxPixels) {
    const message = `The result has more than ${maxResultPixels} pixels.`;
    throw new ImageError({ code: "BadRequest", message, ec: "0040-00000007" });
  }
  const resized = await pixelsOf(
    pipelineOf(sharp, image).resize(to.width, to.height, { fit: "fill" }),
  );
  if (cut !== undefined) {
    const left = Math.floor((resized.width - cut.width) / 2);
    const top = Math.floor((resized.height - cut.height) / 2);
    const box = { left: Math.max(0, left), top: Math.max(0, top), ...cut };
    return pixelsOf(pipelineOf(sharp, resized).extract(box));
  }
  if (pad === undefined) return resized;
  const left = Math.floor((pad.width - resized.width) / 2);
  const top = Math.floor((pad.height - resized.height) / 2);
  return pixelsOf(
    pipelineOf(sharp, resized).extend({
      left,
      top,
      right: pad.width - resized.width - left,
      bottom: pad.height - resized.height - top,
      background: `#${parameters["color"] ?? "FFFFFF"}`,
    }),
  );
}

async function rotate(sharp: SharpFunction, image: Pixels, angle: number): Promise<Pixels> {
  if (Math.max(image.width, image.height) > maxRotatedSide) {
    throw refused("Picture exceed the maximum allowable rotation range");
  }
  return pixelsOf(pipelineOf(sharp, image).rotate(angle, { background: "#FFFFFF" }));
}

// A larger radius is cut down (circle documentation). The result is the circle's square.
async function circle(sharp: SharpFunction, image: Pixels, wanted: number): Promise<Pixels> {
  const radius = Math.min(wanted, Math.floor((Math.min(image.width, image.height) - 1) / 2));
  const side = 2 * radius + 1;
  const left = Math.floor((image.width - side) / 2);
  const top = Math.floor((image.height - side) / 2);
  const square = await pixelsOf(
    pipelineOf(sharp, image).extract({ left, top, width: side, height: side }),
  );
  const centre = side / 2;
  return masked(sharp, square, `<circle cx="${centre}" cy="${centre}" r="${centre}"/>`);
}

async function roundCorners(sharp: SharpFunction, image: Pixels, wanted: number): Promise<Pixels> {
  const radius = Math.min(wanted, Math.floor(Math.min(image.width, image.height) / 2));
  const { width, height } = image;
  const shape = `<rect width="${width}" height="${height}" rx="${radius}" ry="${radius}"/>`;
  return masked(sharp, image, shape);
}

function masked(sharp: SharpFunction, image: Pixels, shape: string): Promise<Pixels> {
  const { width, height } = image;
  const size = `width="${width}" height="${height}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${shape}</svg>`;
  return pixelsOf(
    pipelineOf(sharp, image).composite([{ input: Buffer.from(svg), blend: "dest-in" }]),
  );
}

interface Output {
  readonly metadata: Metadata;
  readonly job: Pick<ImageJob, "source" | "actions">;
}

const outputNames: Readonly<Record<string, string>> = { jpg: "jpeg" };

// Without a format the source's is kept, and so is it where `gif` is asked of another source
// (format documentation).
async function encode(
  sharp: SharpFunction,
  image: Pixels,
  { metadata, job }: Output,
): Promise<ImageResult> {
  const { actions, source } = job;
  const last = (name: string): string | undefined =>
    actions.findLast((action) => action.name === name)?.parameters[""];
  const own = formatOf(metadata);
  const asked = last("format");
  const wanted = asked === undefined || (asked === "gif" && own !== "gif") ? own : asked;
  const format = outputNames[wanted] ?? wanted;
  const quality = qualityOf(actions, source);
  const progressive = last("interlace") === "1";
  const pipeline = pipelineOf(sharp, image);
  switch (format) {
    case "jpeg":
      pipeline.flatten({ background: "#FFFFFF" }).jpeg({ quality, progressive });
      break;
    case "webp":
      pipeline.webp({ quality });
      break;
    case "avif":
      pipeline.avif({ quality });
      break;
    case "gif":
      pipeline.gif();
      break;
    case "tiff":
      pipeline.tiff();
      break;
    default:
      pipeline.png();
  }
  const bytes = await pipeline.toBuffer();
  return { bytes, contentType: contentTypes[format] ?? "image/png" };
}

/** The quality of a result whose source tells none. */
const defaultQuality = 75;

// `q` is relative to the source's own quality, and `Q` is the highest quality of a result (quality
// documentation).
function qualityOf(actions: readonly ImageAction[], source: Uint8Array): number {
  const own = jpegQuality(source);
  const { q, Q } = actions.findLast(({ name }) => name === "quality")?.parameters ?? {};
  if (Q !== undefined) return own === undefined ? Number(Q) : Math.min(own, Number(Q));
  if (q === undefined) return own ?? defaultQuality;
  return own === undefined ? Number(q) : Math.max(1, Math.round((own * Number(q)) / 100));
}
