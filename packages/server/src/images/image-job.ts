// A job for a process that renders images, and its answer.
import type { ImageAction } from "./parse-process.ts";

/** What is rendered. */
export interface ImageJob {
  readonly source: Uint8Array;
  readonly actions: readonly ImageAction[];
  /** The images of watermarks by the value of their parameter `image`. */
  readonly logos: Readonly<Record<string, Logo>>;
}

/** The image of a watermark, with the actions that prepare it. */
export interface Logo {
  readonly bytes: Uint8Array;
  readonly actions: readonly ImageAction[];
}

/** A rendered image, or what `info` says. */
export interface ImageResult {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Why an image could not be rendered: OSS's code, message and EC. */
export interface ImageRefusal {
  readonly code: "InvalidArgument" | "BadRequest" | "ImageTooLarge";
  readonly message: string;
  readonly ec?: string;
}

/** A refusal inside the rendering process. */
export class ImageError extends Error {
  override readonly name: string = "ImageError";
  readonly refusal: ImageRefusal;

  constructor(refusal: ImageRefusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What a rendering process answers. */
export type ImageAnswer =
  | { readonly id: number; readonly result: ImageResult }
  | { readonly id: number; readonly refusal: ImageRefusal }
  | { readonly id: number; readonly failure: string };
