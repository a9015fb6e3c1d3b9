// What `info` and `average-hue` answer, in OSS's layout (image information documentation).
import type { Metadata } from "sharp";
import type { ImageResult } from "./image-job.ts";
import { type Pixels, pipelineOf, type SharpFunction } from "./pixels.ts";

const formatNames: Readonly<Record<string, string>> = { jpeg: "jpg", heif: "heic" };

/** The answer of `info`: keys in order, and all values texts. */
export function infoOf(metadata: Metadata, format: string, sizeBytes: number): ImageResult {
  const { width, height, pageHeight = height, pages = 1 } = metadata;
  const { density, orientation } = metadata;
  const values: Readonly<Record<string, string | undefined>> = {
    FileSize: String(sizeBytes),
    Format: formatNames[format] ?? format,
    FrameCount: String(pages),
    ImageHeight: String(pageHeight),
    ImageWidth: String(width),
    Orientation: orientation === undefined ? undefined : String(orientation),
    ResolutionUnit: density === undefined ? undefined : "2",
    XResolution: density === undefined ? undefined : `${density}/1`,
    YResolution: density === undefined ? undefined : `${density}/1`,
  };
  const lines = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `    "${name}": {"value": ${JSON.stringify(value)}}`);
  return {
    bytes: Buffer.from(`{\n${lines.join(",\n")}}`),
    contentType: "application/json",
  };
}

/**
 * The answer of `average-hue`: the mean colour. OSS weighs hues in a way that it does not document.
 */
export async function averageHue(sharp: SharpFunction, image: Pixels): Promise<ImageResult> {
  const { channels } = await pipelineOf(sharp, image).removeAlpha().stats();
  const hex = channels
    .slice(0, 3)
    .map(({ mean }) => Math.round(mean).toString(16).padStart(2, "0"))
    .join("");
  return {
    bytes: Buffer.from(JSON.stringify({ RGB: `0x${hex}` })),
    contentType: "application/json",
  };
}
