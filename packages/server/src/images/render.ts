// Renders an image with sharp: each action in turn, as OSS does. It runs in a process of its own
// (image-worker.ts).
import type { Metadata, Sharp } from "sharp";
import { cropBox, resizing, type Size, sliceBox } from "./geometry.ts";
import { checkFrames, eachFrame, framesOf, joinFrames, keepsFrames, turned } from "./frames.ts";
import { ImageError, type ImageJob, type ImageResult } from "./image-job.ts";
import { averageHue, infoOf } from "./image-info.ts";
import { jpegQuality } from "./jpeg-quality.ts";
import type { ImageAction } from "./parse-process.ts";
import {
  checkResult,
  openFile,
  maxPixels,
  type Pixels,
  pipelineOf,
  pixelsOf,
  refused,
  type SharpFunction,
} from "./pixels.ts";
import { makeWatermark, type Prepare, putWatermark } from "./watermark.ts";

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
  if (first?.name === "info") return infoOf(metadata, formatOf(metadata), source.length);
  const format = formatAskedOf(actions, metadata);
  let frames = await openFrames(sharp, job, { metadata, format });
  for (const action of first?.name === "resize" ? actions.slice(1) : actions) {
    const [image] = frames;
    if (action.name === "average-hue" && image !== undefined) return averageHue(sharp, image);
    if (action.name === "info") throw refused("info must be the only action.");
    frames = await eachFrame(frames, await forFrames(sharp, image, { action, job }));
  }
  return encode(sharp, frames, { metadata, job, format });
}

// Opens a file, and resizes it if that is the first action.
async function openFrames(
  sharp: SharpFunction,
  { source, actions }: ImageJob,
  { metadata, format }: Pick<Output, "metadata" | "format">,
): Promise<readonly Pixels[]> {
  const [first] = actions;
  const resizes = first?.name === "resize" ? first.parameters : undefined;
  const isAveraged = actions.some(({ name }) => name === "average-hue"); // of the first frame
  if (!isAveraged && keepsFrames(metadata, format)) {
    const read = await framesOf(sharp, source, metadata);
    const { orientation = 1 } = isOriented(actions) ? metadata : {};
    const frames =
      orientation === 1 ? read : await eachFrame(read, (one) => turned(sharp, one, orientation));
    if (resizes === undefined) return frames;
    return eachFrame(frames, (frame) => resizePixels(sharp, frame, resizes));
  }
  const orients = isOriented(actions);
  // A file that is first resized is decoded in a smaller size where its format can do that.
  const open = (): Sharp => openFile(sharp, { source, orients });
  const size = orients ? metadata.autoOrient : frameOf(metadata);
  const resized = resizes && (await resize(sharp, { ...size, open }, resizes));
  return [resized ?? (await pixelsOf(open()))];
}

function isOriented(actions: readonly ImageAction[]): boolean {
  return actions.find(({ name }) => name === "auto-orient")?.parameters[""] !== "0";
}

async function readMetadata(sharp: SharpFunction, source: Uint8Array): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await sharp(source, { limitInputPixels: false }).metadata();
  } catch {
    throw unsupported();
  }
  if (contentTypes[formatOf(metadata)] === undefined) throw unsupported();
  const { width, height } = frameOf(metadata);
  if (width * height > maxPixels) {
    throw new ImageError({
      code: "ImageTooLarge",
      message: `The image has more than ${maxPixels} pixels.`,
      ec: "0040-00000012",
    });
  }
  return metadata;
}

/** The size of the first frame. */
function frameOf({ width, height, pageHeight = height }: Metadata): Size {
  return { width, height: pageHeight };
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

// The image of a watermark has no watermark itself: process-image.ts refuses it.
const prepare: Prepare = {
  open: async (sharp, { bytes, actions }) => {
    await readMetadata(sharp, bytes);
    return pixelsOf(openFile(sharp, { source: bytes, orients: isOriented(actions) }));
  },
  act: (sharp, image, action) => apply(sharp, image, action),
};

// What an action does to each frame. A watermark is made once for all of them.
async function forFrames(
  sharp: SharpFunction,
  image: Pixels | undefined,
  step: Step,
): Promise<(frame: Pixels) => Promise<Pixels>> {
  const { name, parameters } = step.action;
  if (name !== "watermark" || image === undefined)
    return (frame) => apply(sharp, frame, step.action);
  const { logos } = step.job;
  const mark = await makeWatermark(sharp, image, { parameters, logos, prepare });
  return (frame) => putWatermark(sharp, frame, { mark, parameters });
}

/** Applies one action to pixels. Those about the output's format do nothing here. */
async function apply(
  sharp: SharpFunction,
  image: Pixels,
  { name, parameters }: ImageAction,
): Promise<Pixels> {
  const value = Number(parameters[""] ?? 0);
  const pipeline = (): Sharp => pipelineOf(sharp, image);
  switch (name) {
    case "resize":
      return resizePixels(sharp, image, parameters);
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
    default:
      return image;
  }
}

// The alpha channel keeps its values.
const gains = (gain: number): number[] => [gain, gain, gain, 1];
const offsets = (offset: number): number[] => [offset, offset, offset, 0];

async function resizePixels(
  sharp: SharpFunction,
  image: Pixels,
  parameters: ImageAction["parameters"],
): Promise<Pixels> {
  const open = (): Sharp => pipelineOf(sharp, image);
  return (await resize(sharp, { ...image, open }, parameters)) ?? image;
}

/** An image that may not be decoded yet. */
interface Sized extends Size {
  readonly open: () => Sharp;
}

// Returns undefined where the image keeps its size.
async function resize(
  sharp: SharpFunction,
  image: Sized,
  parameters: ImageAction["parameters"],
): Promise<Pixels | undefined> {
  const plan = resizing(image, parameters);
  if (plan === undefined) return undefined;
  const { to, cut, pad } = plan;
  checkResult(pad ?? cut ?? to);
  if (to.width * to.height > maxPixels) throw refused("The image is too narrow to be filled.");
  const resized = await pixelsOf(image.open().resize(to.width, to.height, { fit: "fill" }));
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
  /** The result's format, as sharp calls it. */
  readonly format: string;
}

const outputNames: Readonly<Record<string, string>> = { jpg: "jpeg" };

function lastOf(actions: readonly ImageAction[], name: string): string | undefined {
  return actions.findLast((action) => action.name === name)?.parameters[""];
}

// Without a format the source's is kept, and so is it where `gif` is asked of another source
// (format documentation).
function formatAskedOf(actions: readonly ImageAction[], metadata: Metadata): string {
  const own = formatOf(metadata);
  const asked = lastOf(actions, "format");
  const wanted = asked === undefined || (asked === "gif" && own !== "gif") ? own : asked;
  return outputNames[wanted] ?? wanted;
}

async function encode(
  sharp: SharpFunction,
  frames: readonly Pixels[],
  { metadata, job, format }: Output,
): Promise<ImageResult> {
  const { actions, source } = job;
  const [image = { width: 0, height: 0 }] = frames;
  const quality = qualityOf(actions, source);
  const progressive = lastOf(actions, "interlace") === "1";
  checkResult(image);
  if (frames.length > 1) checkFrames(image, frames.length);
  checkFormat(format, image);
  const pipeline = joinFrames(sharp, frames);
  const { delay = [], loop = 0 } = metadata;
  const timing =
    frames.length === 1
      ? {}
      : {
          delay: delay.map((ms) => Math.min(ms, maxTiming)),
          loop: Math.min(loop, maxTiming),
          effort: animationEffort,
        };
  switch (format) {
    case "jpeg":
      pipeline.flatten({ background: "#FFFFFF" }).jpeg({ quality, progressive });
      break;
    case "webp":
      pipeline.webp({ quality, ...timing });
      break;
    case "avif":
      pipeline.avif({ quality, effort: avifEffort });
      break;
    case "gif":
      pipeline.gif(timing);
      break;
    case "tiff":
      pipeline.tiff();
      break;
    default:
      pipeline.png();
  }
  const bytes = await pipeline.toBuffer().catch((cause: Error) => {
    throw refused(`The image cannot be written as ${format}: ${cause.message}`);
  });
  return { bytes, contentType: contentTypes[format] ?? "image/png" };
}

/** Longest side of a WebP image in pixels (EC 0040-00000011: the format's own limit). */
const maxWebpSide = 16_383;

/** Most pixels of an AVIF image (image processing limits). */
const maxAvifPixels = 9_437_184;

/** Longest delay of a frame in milliseconds, and most repetitions, that sharp writes. */
const maxTiming = 65_535;

/**
 * Effort of the encoders of animations (sharp: 1 to 10 for GIF, 0 to 6 for WebP). 100 frames of
 * 500 x 400 random pixels took 8 s as GIF with 1, and 40 s with 7 (measured).
 */
const animationEffort = 1;

/** How hard the AVIF encoder works, from 0 to 9: its time grows steeply. */
const avifEffort = 2;

function checkFormat(format: string, { width, height }: Size): void {
  if (format === "webp" && Math.max(width, height) > maxWebpSide) {
    const message = `A WebP image has sides of at most ${maxWebpSide} pixels.`;
    throw new ImageError({ code: "BadRequest", message, ec: "0040-00000011" });
  }
  if (format === "avif" && width * height > maxAvifPixels) {
    const message = `An AVIF image has at most ${maxAvifPixels} pixels.`;
    throw new ImageError({ code: "BadRequest", message, ec: "0040-00000014" });
  }
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
