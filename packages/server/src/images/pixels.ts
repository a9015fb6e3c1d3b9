// Pixels between two actions, and sharp's pipelines over them.
import type { Sharp } from "sharp";
import type { Size } from "./geometry.ts";
import { ImageError } from "./image-job.ts";

/** The library's main function. */
export type SharpFunction = typeof import("sharp").default;

/** Most pixels of a source. OSS has 250,000,000; this bounds the memory of a process. */
export const maxPixels: number = 67_108_864;

/** An image between two actions: its pixels, four bytes each. */
export interface Pixels extends Size {
  readonly data: Buffer;
}

/** A refusal without an EC of OSS. */
export function refused(message: string): ImageError {
  return new ImageError({ code: "BadRequest", message });
}

/** Reads a file into pixels. */
export async function decode(
  sharp: SharpFunction,
  { source, orients }: { readonly source: Uint8Array; readonly orients: boolean },
): Promise<Pixels> {
  const read = sharp(source, { limitInputPixels: maxPixels });
  return pixelsOf(orients ? read.autoOrient() : read);
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
