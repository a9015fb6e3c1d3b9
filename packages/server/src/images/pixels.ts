// Pixels between two actions, and sharp's pipelines over them.
import type { Sharp } from "sharp";
import { maxSide } from "./action-rules.ts";
import type { Size } from "./geometry.ts";
import { ImageError } from "./image-job.ts";

/** The library's main function. */
export type SharpFunction = typeof import("sharp").default;

/** Most pixels of a source. OSS has 250,000,000; this bounds the memory of a process. */
export const maxPixels: number = 67_108_864;

/** Most pixels of a result (image processing limits). */
const maxResultPixels = 16_777_216;

/** Refuses a size that a result, or a part of it, may not have. */
export function checkResult({ width, height }: Size): void {
  const isLong = Math.max(width, height) > maxSide;
  if (!isLong && width * height <= maxResultPixels) return;
  const message =
    `The result has a side of more than ${maxSide} pixels, ` +
    `or more than ${maxResultPixels} pixels together.`;
  throw new ImageError({ code: "BadRequest", message, ec: "0040-00000007" });
}

/** An image between two actions: its pixels, four bytes each. */
export interface Pixels extends Size {
  readonly data: Buffer;
}

/** A refusal without an EC of OSS. */
export function refused(message: string): ImageError {
  return new ImageError({ code: "BadRequest", message });
}

/** A file, and whether it is turned as its EXIF orientation says. */
export interface ImageFile {
  readonly source: Uint8Array;
  readonly orients: boolean;
  /** How many frames are read, one below the other; -1 means all of them. Default 1. */
  readonly pages?: number;
}

/** A pipeline that reads a file. */
export function openFile(sharp: SharpFunction, { source, orients, pages = 1 }: ImageFile): Sharp {
  if (source.length === 0) throw refused("The image is empty.");
  const read = sharp(source, { limitInputPixels: maxPixels, pages });
  return orients ? read.autoOrient() : read;
}

/** The pixels of a pipeline. */
export async function pixelsOf(pipeline: Sharp): Promise<Pixels> {
  try {
    const { data, info } = await pipeline
      .toColourspace("srgb")
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw refused(`The image cannot be processed: ${cause instanceof Error ? cause.message : ""}`);
  }
}

/** A pipeline over pixels. */
export function pipelineOf(sharp: SharpFunction, { data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false });
}
