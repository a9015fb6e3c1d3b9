// Watermarks: a text, an image, or both beside each other (watermark documentation).
import { type Size, watermarkPlace } from "./geometry.ts";
import type { ImageJob, Logo } from "./image-job.ts";
import type { ImageAction } from "./parse-process.ts";
import {
  checkResult,
  maxPixels,
  type Pixels,
  pipelineOf,
  pixelsOf,
  refused,
  type SharpFunction,
} from "./pixels.ts";
import { decodeBase64Text } from "./watermark-text.ts";

type Parameters = Readonly<Record<string, string>>;

/** Longest text in characters (EC 0040-00000259). */
const maxTextLength = 64;

/** OSS's fonts by their names, as fontconfig calls them. Others are looked up by their own name. */
const fonts: Readonly<Record<string, string>> = {
  "wqy-zenhei": "WenQuanYi Zen Hei",
  "wqy-microhei": "WenQuanYi Micro Hei",
  droidsansfallback: "Droid Sans Fallback",
};

/** How the image of a watermark is read, and an action applied to it. */
export interface Prepare {
  readonly open: (sharp: SharpFunction, logo: Logo) => Promise<Pixels>;
  readonly act: (sharp: SharpFunction, image: Pixels, action: ImageAction) => Promise<Pixels>;
}

/** A watermark. */
interface Watermark {
  readonly parameters: Parameters;
  readonly logos: ImageJob["logos"];
  readonly prepare: Prepare;
}

/** Makes a watermark for images of a size. */
export async function makeWatermark(
  sharp: SharpFunction,
  image: Size,
  watermark: Watermark,
): Promise<Pixels> {
  const { parameters } = watermark;
  const marks: Pixels[] = [];
  const { text, image: logo } = parameters;
  if (logo !== undefined) marks.push(await logoMark(sharp, image, watermark));
  if (text !== undefined) marks.push(await textMark(sharp, image, parameters));
  if (marks.length === 0) throw refused("A watermark needs text or image.");
  if (parameters["order"] === "1") marks.reverse();
  const joined = await joinMarks(sharp, marks, parameters);
  return fade(sharp, joined, Number(parameters["t"] ?? 100));
}

/** Puts a watermark over an image. */
export function putWatermark(
  sharp: SharpFunction,
  image: Pixels,
  { mark, parameters }: { readonly mark: Pixels; readonly parameters: Parameters },
): Promise<Pixels> {
  if (parameters["fill"] === "1") return compose(sharp, image, { mark, tile: true });
  return compose(sharp, image, { mark, place: watermarkPlace(image, mark, parameters) });
}

async function textMark(
  sharp: SharpFunction,
  image: Size,
  parameters: Parameters,
): Promise<Pixels> {
  const {
    text = "",
    type = "",
    color = "000000",
    size = "40",
    rotate = "0",
    shadow = "0",
  } = parameters;
  const words = decodeBase64Text(text);
  if (Array.from(words).length > maxTextLength)
    throw refused("The text of the watermark is too long.");
  const name = type === "" ? "wqy-zenhei" : decodeBase64Text(type);
  const font = `${fonts[name] ?? name} ${size}px`;
  const draw = async (hex: string): Promise<Pixels> => {
    const drawn = await pixelsOf(
      sharp({
        text: {
          text: `<span foreground="#${hex}">${escapeMarkup(words)}</span>`,
          font,
          rgba: true,
          dpi: 72,
        },
      }),
    );
    // What is longer than the diagonal of the image cannot be seen.
    const diagonal = Math.ceil(Math.hypot(image.width, image.height));
    const seen = {
      width: Math.min(drawn.width, diagonal),
      height: Math.min(drawn.height, diagonal),
    };
    return pixelsOf(pipelineOf(sharp, drawn).extract({ left: 0, top: 0, ...seen }));
  };
  const drawn = await draw(color);
  const shade = Number(shadow);
  const marked =
    shade === 0
      ? drawn
      : await withShadow(sharp, drawn, await fade(sharp, await draw("000000"), shade));
  if (rotate === "0") return marked;
  const turn = (Number(rotate) * Math.PI) / 180;
  const [across, down] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  const width = marked.width * across + marked.height * down;
  const height = marked.width * down + marked.height * across;
  if (width * height > maxPixels) throw refused("The rotated text is too large.");
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  return pixelsOf(pipelineOf(sharp, marked).rotate(Number(rotate), { background }));
}

function escapeMarkup(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\u0000-\u001f]/g, " ");
}

/** How far a shadow lies from its text, in pixels. OSS does not document it. */
const shadowOffset = 2;

function withShadow(sharp: SharpFunction, text: Pixels, shade: Pixels): Promise<Pixels> {
  const size = { width: text.width + shadowOffset, height: text.height + shadowOffset };
  return pixelsOf(
    blank(sharp, size).composite([
      { ...rawOf(shade), left: shadowOffset, top: shadowOffset },
      { ...rawOf(text), left: 0, top: 0 },
    ]),
  );
}

async function logoMark(
  sharp: SharpFunction,
  image: Size,
  { parameters, logos, prepare }: Watermark,
): Promise<Pixels> {
  const logo = logos[parameters["image"] ?? ""];
  if (logo === undefined) throw refused("The image of the watermark is missing.");
  let mark = await prepare.open(sharp, logo);
  for (const action of logo.actions) {
    // The percentage of `P` is of the main image's width.
    const percent = action.parameters["P"];
    mark =
      percent === undefined
        ? await prepare.act(sharp, mark, action)
        : await widen(sharp, mark, (image.width * Number(percent)) / 100);
  }
  const own = parameters["P"];
  return own === undefined ? mark : widen(sharp, mark, (image.width * Number(own)) / 100);
}

function widen(sharp: SharpFunction, mark: Pixels, wanted: number): Promise<Pixels> {
  const width = Math.max(1, Math.round(wanted));
  const height = Math.max(1, Math.round((mark.height * width) / mark.width));
  checkResult({ width, height });
  return pixelsOf(pipelineOf(sharp, mark).resize(width, height, { fit: "fill" }));
}

// Side by side, with a gap, at the top, in the middle or at the bottom.
async function joinMarks(
  sharp: SharpFunction,
  marks: readonly Pixels[],
  { interval = "0", align = "2" }: Parameters,
): Promise<Pixels> {
  const [first, second] = marks;
  if (first === undefined) throw refused("A watermark needs text or image.");
  if (second === undefined) return first;
  const gap = Number(interval);
  const size = {
    width: first.width + gap + second.width,
    height: Math.max(first.height, second.height),
  };
  const top = ({ height }: Size): number => {
    const rest = size.height - height;
    return align === "0" ? 0 : align === "1" ? Math.floor(rest / 2) : rest;
  };
  return pixelsOf(
    blank(sharp, size).composite([
      { ...rawOf(first), left: 0, top: top(first) },
      { ...rawOf(second), left: first.width + gap, top: top(second) },
    ]),
  );
}

async function fade(sharp: SharpFunction, mark: Pixels, percent: number): Promise<Pixels> {
  if (percent === 100) return mark;
  return pixelsOf(pipelineOf(sharp, mark).linear([1, 1, 1, percent / 100], [0, 0, 0, 0]));
}

interface Composition {
  readonly mark: Pixels;
  readonly tile?: boolean;
  readonly place?: { readonly left: number; readonly top: number };
}

// What lies outside of the image is cut off: sharp refuses a larger overlay.
async function compose(
  sharp: SharpFunction,
  image: Pixels,
  { mark, tile = false, place = { left: 0, top: 0 } }: Composition,
): Promise<Pixels> {
  const from = { left: Math.max(0, -place.left), top: Math.max(0, -place.top) };
  const at = { left: Math.max(0, place.left), top: Math.max(0, place.top) };
  const width = Math.min(mark.width - from.left, image.width - at.left);
  const height = Math.min(mark.height - from.top, image.height - at.top);
  if (width <= 0 || height <= 0) return image;
  const seen = await pixelsOf(pipelineOf(sharp, mark).extract({ ...from, width, height }));
  return pixelsOf(pipelineOf(sharp, image).composite([{ ...rawOf(seen), ...at, tile }]));
}

function rawOf({ data, width, height }: Pixels): {
  readonly input: Buffer;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 4 };
} {
  return { input: data, raw: { width, height, channels: 4 } };
}

function blank(sharp: SharpFunction, { width, height }: Size): ReturnType<typeof pipelineOf> {
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  return sharp({ create: { width, height, channels: 4, background } });
}
