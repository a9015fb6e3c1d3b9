// The actions of image processing: which parameters each takes, and in which ranges.

/** What a parameter may be. */
export interface ParameterRule {
  /** The last digits of its EC, `0040-00000nnn`. */
  readonly ec: string;
  readonly range?: readonly [min: number, max: number];
  readonly values?: readonly string[];
  readonly pattern?: RegExp;
  /** Whether the only value of an action may be missing. */
  readonly isOptional?: true;
}

/** The parameters of an action. */
export interface ActionRule {
  /** The only value, which has no name. */
  readonly single?: ParameterRule;
  readonly named?: Readonly<Record<string, ParameterRule>>;
  /** The EC without any parameter. */
  readonly bareEc?: string;
  /** The parameter without which the action has no meaning. */
  readonly needs?: string;
}

const places = ["nw", "north", "ne", "west", "center", "east", "sw", "south", "se"] as const;

/** The nine places of a crop or a watermark. */
export type Gravity = (typeof places)[number];

/** Longest side of a result (image processing limits). */
export const maxSide = 16_384;

const side = (ec: string): ParameterRule => ({ ec, range: [1, maxSide] });
const gravity: ParameterRule = { ec: "227", values: places };
/** Base64 of a text or a key. */
const base64: RegExp = /^[A-Za-z0-9+/_-]{1,2048}={0,2}$/;
const color: RegExp = /^[0-9A-Fa-f]{6}$/;

/** Each action by its name. */
export const actionRules: Readonly<Record<string, ActionRule>> = {
  resize: {
    bareEc: "322",
    named: {
      m: { ec: "311", values: ["lfit", "mfit", "fill", "pad", "fixed"] },
      w: side("312"),
      h: side("315"),
      s: side("313"),
      l: side("314"),
      p: { ec: "316", range: [1, 1_000] },
      limit: { ec: "319", values: ["0", "1"] },
      // Of the main image's width; only for the image of a watermark.
      P: { ec: "317", range: [1, 100] },
      color: { ec: "318", pattern: color },
    },
  },
  crop: {
    named: {
      w: { ec: "225", range: [0, maxSide] },
      h: { ec: "226", range: [0, maxSide] },
      x: { ec: "227", range: [0, maxSide] },
      y: { ec: "228", range: [0, maxSide] },
      g: gravity,
    },
  },
  indexcrop: {
    named: {
      x: { ec: "230", range: [1, maxSide] },
      y: { ec: "224", range: [1, maxSide] },
      i: { ec: "229", range: [0, maxSide] },
    },
  },
  circle: { bareEc: "233", needs: "r", named: { r: { ec: "233", range: [1, 4_096] } } },
  "rounded-corners": { bareEc: "237", needs: "r", named: { r: { ec: "237", range: [1, 4_096] } } },
  quality: {
    bareEc: "307",
    named: { q: { ec: "309", range: [1, 100] }, Q: { ec: "308", range: [1, 100] } },
  },
  blur: {
    bareEc: "238",
    named: { r: { ec: "241", range: [1, 50] }, s: { ec: "242", range: [1, 50] } },
  },
  watermark: {
    bareEc: "278",
    named: {
      text: { ec: "258", pattern: base64 },
      image: { ec: "265", pattern: base64 },
      type: { ec: "257", pattern: base64 },
      color: { ec: "257", pattern: color },
      size: { ec: "256", range: [1, 1_000] },
      shadow: { ec: "260", range: [0, 100] },
      rotate: { ec: "261", range: [0, 360] },
      fill: { ec: "274", values: ["0", "1"] },
      t: { ec: "263", range: [0, 100] },
      g: gravity,
      x: { ec: "266", range: [0, 4_096] },
      y: { ec: "267", range: [0, 4_096] },
      voffset: { ec: "268", range: [-1_000, 1_000] },
      order: { ec: "269", values: ["0", "1"] },
      interval: { ec: "270", range: [0, 1_000] },
      align: { ec: "271", values: ["0", "1", "2"] },
      P: { ec: "265", range: [1, 100] },
    },
  },
  rotate: { single: { ec: "217", range: [0, 360] } },
  "auto-orient": { single: { ec: "215", values: ["0", "1"] } },
  format: { single: { ec: "206", values: ["jpg", "png", "webp", "gif", "tiff", "avif"] } },
  bright: { single: { ec: "246", range: [-100, 100] } },
  contrast: { single: { ec: "248", range: [-100, 100] } },
  sharpen: { single: { ec: "280", range: [50, 399] } },
  interlace: { single: { ec: "282", values: ["0", "1"] } },
  info: { single: { ec: "203", isOptional: true, pattern: /^$/ } },
  "average-hue": { single: { ec: "203", isOptional: true, pattern: /^$/ } },
};
