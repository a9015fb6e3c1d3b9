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
  const plan = plannedSize(source, mode, parameters);
  if (plan === undefined) return undefined;
  // Without limit_0 nothing is enlarged (resize documentation).
  const { width, height } = plan.cut ?? plan.pad ?? plan.to;
  const isLarger = width > source.width || height > source.height;
  return isLarger && limit === "1" ? undefined : plan;
}

function plannedSize(source: Size, mode: string, parameters: Parameters): Resizing | undefined {
  const wanted = wantedSize(source, parameters);
  const { p } = parameters;
  if (wanted === undefined) {
    return p === undefined ? undefined : { to: scaled(source, { num: Number(p), den: 100 }) };
  }
  const across = (width: number): Fraction => ({ num: width, den: source.width });
  const down = (height: number): Fraction => ({ num: height, den: source.height });
  const isProportional = mode === "lfit" || mode === "mfit";
  if (isProportional) {
    const scales = [
      ...(wanted.width === undefined ? [] : [across(wanted.width)]),
      ...(wanted.height === undefined ? [] : [down(wanted.height)]),
    ];
    return { to: scaled(source, scales.reduce(mode === "mfit" ? larger : smaller)) };
  }
  const { width = wanted.height ?? 1, height = wanted.width ?? 1 } = wanted;
  const box = { width, height };
  if (mode === "fixed") return { to: box };
  if (mode === "fill") return { to: scaled(source, larger(across(width), down(height))), cut: box };
  return { to: scaled(source, smaller(across(width), down(height))), pad: box };
}

/** A scale. Fractions of whole numbers are exact, so that halves are rounded up. */
interface Fraction {
  readonly num: number;
  readonly den: number;
}

function larger(one: Fraction, other: Fraction): Fraction {
  return one.num * other.den >= other.num * one.den ? one : other;
}

function smaller(one: Fraction, other: Fraction): Fraction {
  return one.num * other.den <= other.num * one.den ? one : other;
}

function scaled({ width, height }: Size, { num, den }: Fraction): Size {
  const side = (pixels: number): number =>
    Math.max(1, Math.floor((2 * pixels * num + den) / (2 * den)));
  return { width: side(width), height: side(height) };
}

// Width and height take precedence over the sides, and the sides over the percentage.
function wantedSize(
  source: Size,
  { w, h, l, s }: Parameters,
): { readonly width: number | undefined; readonly height: number | undefined } | undefined {
  if (w !== undefined || h !== undefined) return { width: numberOf(w), height: numberOf(h) };
  if (l === undefined && s === undefined) return undefined;
  const [long, short] = [numberOf(l), numberOf(s)];
  const isWide = source.width >= source.height;
  return isWide ? { width: long, height: short } : { width: short, height: long };
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
