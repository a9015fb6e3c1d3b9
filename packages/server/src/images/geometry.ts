// Sizes and places of image processing, without pixels: whole numbers in, whole numbers out.
import type { Gravity } from "./action-rules.ts";

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of an image. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

type Parameters = Readonly<Record<string, string>>;

/** How an image is resized: to a size, then cut or padded to another one. */
export interface Resizing {
  readonly to: Size;
  readonly cut?: Size;
  readonly pad?: Size;
}

/** Computes a resize; undefined where the image keeps its size. */
export function resizing(source: Size, parameters: Parameters): Resizing | undefined {
  const { m: mode = "lfit", limit = "1" } = parameters;
  const wanted = wantedSize(source, parameters);
  if (wanted === undefined) return undefined;
  const { width = wanted.height ?? 1, height = wanted.width ?? 1 } = wanted;
  const isProportional = mode === "lfit" || mode === "mfit";
  const scales = [wanted.width, wanted.height].map((side, at) =>
    side === undefined ? undefined : side / (at === 0 ? source.width : source.height),
  );
  const known = scales.filter((scale) => scale !== undefined);
  const scale = mode === "mfit" || mode === "fill" ? Math.max(...known) : Math.min(...known);
  const fitted = scaled(source, isProportional ? scale : scaleOf(mode, { width, height }, source));
  const to = mode === "fixed" ? { width, height } : fitted;
  // Without limit_0 nothing is enlarged (resize documentation).
  const target = isProportional ? to : { width, height };
  const isLarger = target.width > source.width || target.height > source.height;
  if (isLarger && limit === "1") return undefined;
  if (mode === "fill") return { to, cut: { width, height } };
  if (mode === "pad") return { to, pad: { width, height } };
  return { to };
}

function scaleOf(mode: string, box: Size, source: Size): number {
  const scales = [box.width / source.width, box.height / source.height];
  return mode === "fill" ? Math.max(...scales) : Math.min(...scales);
}

function scaled({ width, height }: Size, scale: number): Size {
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}

// Width and height take precedence over the sides, and the sides over the percentage.
function wantedSize(
  source: Size,
  { w, h, l, s, p }: Parameters,
): { readonly width: number | undefined; readonly height: number | undefined } | undefined {
  if (w !== undefined || h !== undefined) return { width: numberOf(w), height: numberOf(h) };
  if (l !== undefined || s !== undefined) {
    const [long, short] = [numberOf(l), numberOf(s)];
    const isWide = source.width >= source.height;
    return isWide ? { width: long, height: short } : { width: short, height: long };
  }
  if (p === undefined) return undefined;
  const size = scaled(source, Number(p) / 100);
  return size;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The part that a crop keeps; undefined where it begins outside of the image. */
export function cropBox(
  source: Size,
  { w = "0", h = "0", x = "0", y = "0", g = "nw" }: Parameters,
): Box | undefined {
  const width = Number(w) || source.width;
  const height = Number(h) || source.height;
  // A place has been checked by the rules.
  const place = origin(source, { width, height }, g as Gravity);
  const left = place.left + Number(x);
  const top = place.top + Number(y);
  if (left >= source.width || top >= source.height) return undefined;
  const from = { left: Math.max(0, left), top: Math.max(0, top) };
  const right = Math.min(source.width, left + width);
  const bottom = Math.min(source.height, top + height);
  return { ...from, width: right - from.left, height: bottom - from.top };
}

/** Where a box of a size lies in an image. */
export function origin(
  source: Size,
  { width, height }: Size,
  place: Gravity,
): { readonly left: number; readonly top: number } {
  const across = {
    left: 0,
    middle: Math.floor((source.width - width) / 2),
    right: source.width - width,
  };
  const down = {
    top: 0,
    middle: Math.floor((source.height - height) / 2),
    bottom: source.height - height,
  };
  const columns: Readonly<Record<Gravity, keyof typeof across>> = {
    nw: "left",
    west: "left",
    sw: "left",
    north: "middle",
    center: "middle",
    south: "middle",
    ne: "right",
    east: "right",
    se: "right",
  };
  const rows: Readonly<Record<Gravity, keyof typeof down>> = {
    nw: "top",
    north: "top",
    ne: "top",
    west: "middle",
    center: "middle",
    east: "middle",
    sw: "bottom",
    south: "bottom",
    se: "bottom",
  };
  return { left: across[columns[place]], top: down[rows[place]] };
}

/** The slice that indexcrop keeps; undefined for a slice behind the last one. */
export function sliceBox(source: Size, { x, y, i = "0" }: Parameters): Box | undefined {
  const isDown = y !== undefined || x === undefined;
  const length = Number(y ?? x ?? 0) || (isDown ? source.height : source.width);
  const from = Number(i) * length;
  const whole = isDown ? source.height : source.width;
  if (from >= whole) return undefined;
  const rest = Math.min(length, whole - from);
  return isDown
    ? { left: 0, top: from, width: source.width, height: rest }
    : { left: from, top: 0, width: rest, height: source.height };
}

/** Where a watermark lies: its distance from the edges of its place. */
export function watermarkPlace(
  source: Size,
  mark: Size,
  { g = "se", x = "10", y = "10", voffset = "0" }: Parameters,
): { readonly left: number; readonly top: number } {
  const place = g as Gravity; // checked by the rules
  const { left, top } = origin(source, mark, place);
  const isLeft = place === "nw" || place === "west" || place === "sw";
  const isRight = place === "ne" || place === "east" || place === "se";
  const dx = isLeft ? Number(x) : isRight ? -Number(x) : 0;
  const isMiddle = place === "west" || place === "center" || place === "east";
  const dy = isMiddle ? Number(voffset) : place.startsWith("n") ? Number(y) : -Number(y);
  return { left: left + dx, top: top + dy };
}
