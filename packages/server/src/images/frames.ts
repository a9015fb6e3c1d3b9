// The frames of an animation. Every action is applied to each of them.
import type { Metadata, Sharp } from "sharp";
import type { Size } from "./geometry.ts";
import { ImageError } from "./image-job.ts";
import {
  openFile,
  maxPixels,
  type Pixels,
  pipelineOf,
  pixelsOf,
  refused,
  type SharpFunction,
} from "./pixels.ts";

/** Formats that have frames. */
const animated: ReadonlySet<string> = new Set(["gif", "webp"]);

/**
 * Most pixels of all frames of a result together. OSS documents no limit. They are 128 MiB, beside
 * those of the source, of up to 256 MiB, and a copy.
 */
const maxFramePixels = 33_554_432;

/** Most frames of a source. OSS documents no limit. 1,000 of 256 x 256 take 2.6 s (measured). */
const maxFrames = 1_000;

/** Whether a source keeps its frames in a format. */
export function keepsFrames({ pages = 1, format }: Metadata, to: string): boolean {
  return pages > 1 && animated.has(format) && animated.has(to);
}

/** Reads all frames. Throws ImageError when they have too many pixels together. */
export async function framesOf(
  sharp: SharpFunction,
  source: Uint8Array,
  { width, height, pageHeight = height, pages = 1 }: Metadata,
): Promise<readonly Pixels[]> {
  // An animation counts with all its frames (image processing limits).
  if (width * pageHeight * pages > maxPixels) throw tooLarge(maxPixels);
  if (pages > maxFrames)
    throw refused(`The image has ${pages} frames; at most ${maxFrames} can be processed.`);
  const all = await pixelsOf(openFile(sharp, { source, orients: false, pages: -1 }));
  const frameBytes = all.width * pageHeight * 4;
  return Array.from({ length: all.height / pageHeight }, (_, at) => ({
    width: all.width,
    height: pageHeight,
    data: all.data.subarray(at * frameBytes, (at + 1) * frameBytes),
  }));
}

/**
 * Turns a frame as an EXIF orientation says. sharp turns only single images; it mirrors before it
 * rotates.
 */
export async function turned(
  sharp: SharpFunction,
  frame: Pixels,
  orientation: number,
): Promise<Pixels> {
  const mirrors = pipelineOf(sharp, frame);
  if (orientation === 2 || orientation === 7) mirrors.flop();
  if (orientation === 4 || orientation === 5) mirrors.flip();
  const angle = angles[orientation] ?? 0;
  return pixelsOf(angle === 0 ? mirrors : mirrors.rotate(angle));
}

const angles: Readonly<Record<number, number>> = { 3: 180, 5: 90, 6: 90, 7: 90, 8: 270 };

/**
 * Applies an action to each frame. Throws ImageError when the frames that it has made have too many
 * pixels.
 */
export async function eachFrame(
  frames: readonly Pixels[],
  act: (frame: Pixels) => Promise<Pixels>,
): Promise<readonly Pixels[]> {
  const results: Pixels[] = [];
  for (const frame of frames) {
    const result = await act(frame);
    if (result !== frame && frames.length > 1) checkFrames(result, frames.length);
    results.push(result);
  }
  return results;
}

/** Throws ImageError when a number of frames of a size have too many pixels for a result. */
export function checkFrames({ width, height }: Size, count: number): void {
  if (width * height * count > maxFramePixels) throw tooLarge(maxFramePixels);
}

function tooLarge(most: number): ImageError {
  return new ImageError({
    code: "ImageTooLarge",
    message: `The image has more than ${most} pixels in all its frames.`,
    ec: "0040-00000012",
  });
}

/** A pipeline over frames of one size. */
export function joinFrames(sharp: SharpFunction, frames: readonly Pixels[]): Sharp {
  const [{ width, height } = { width: 1, height: 1 }] = frames;
  const raw = { width, height: height * frames.length, channels: 4, pageHeight: height } as const;
  const data = Buffer.concat(frames.map((frame) => frame.data));
  return sharp(data, { raw, limitInputPixels: false });
}
