// Sizes and places: whatever the parameters are, a part lies inside of its image.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actionRules, maxSide } from "./action-rules.ts";
import { type Box, cropBox, resizing, type Size, sliceBox } from "./geometry.ts";
import { parseActions } from "./parse-process.ts";

const side = fc.integer({ min: 1, max: 30_000 });
const source = fc.record({ width: side, height: side });
const wanted = fc.option(fc.integer({ min: 1, max: maxSide }).map(String), { nil: undefined });
const places = ["nw", "north", "ne", "west", "center", "east", "sw", "south", "se"] as const;

/** Leaves out the parameters that are not given. */
const given = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

function isInside({ left, top, width, height }: Box, whole: Size): boolean {
  const isPlaced = Math.min(left, top) >= 0 && Math.min(width, height) >= 1;
  return isPlaced && left + width <= whole.width && top + height <= whole.height;
}

const resize = fc.record({
  m: fc.constantFrom(undefined, "lfit", "mfit", "fill", "pad", "fixed"),
  w: wanted,
  h: wanted,
  l: wanted,
  s: wanted,
  p: fc.option(fc.integer({ min: 1, max: 1_000 }).map(String), { nil: undefined }),
  limit: fc.constantFrom(undefined, "0", "1"),
});

describe("a resize", () => {
  test("has whole sides, and cuts or pads what fits", () => {
    fc.assert(
      fc.property(source, resize, (size, parameters) => {
        const plan = resizing(size, given(parameters));
        if (plan === undefined) return;
        const { to, cut, pad } = plan;
        for (const { width, height } of [to, cut, pad].filter((one) => one !== undefined)) {
          expect(Number.isInteger(width) && Number.isInteger(height)).toBe(true);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(1);
        }
        if (cut !== undefined) expect(isInside({ left: 0, top: 0, ...cut }, to)).toBe(true);
        if (pad !== undefined) expect(isInside({ left: 0, top: 0, ...to }, pad)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("enlarges nothing without limit_0", () => {
    fc.assert(
      fc.property(source, resize, (size, parameters) => {
        const plan = resizing(size, given({ ...parameters, limit: undefined }));
        if (plan === undefined) return;
        const { width, height } = plan.cut ?? plan.pad ?? plan.to;
        expect(width <= size.width && height <= size.height).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a crop lies inside of the image, or begins outside", () => {
  const number = fc.option(fc.integer({ min: 0, max: maxSide }).map(String), { nil: undefined });
  const g = fc.constantFrom(undefined, ...places);
  const crop = fc.record({ w: number, h: number, x: number, y: number, g });
  fc.assert(
    fc.property(source, crop, (size, parameters) => {
      const box = cropBox(size, given(parameters));
      expect(box === undefined || isInside(box, size)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("the slices of an image cover it without gaps", () => {
  const small = fc.record({
    width: fc.integer({ min: 1, max: 500 }),
    height: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(small, fc.integer({ min: 20, max: 600 }), (size, x) => {
      let covered = 0;
      for (let i = 0; covered < size.width; i += 1) {
        const box = sliceBox(size, { x: String(x), i: String(i) });
        if (box === undefined) throw new Error("a slice is missing");
        expect(isInside(box, size)).toBe(true);
        expect(box.left).toBe(covered);
        covered += box.width;
      }
      expect(covered).toBe(size.width);
    }),
  );
});

test("any process is read, or refused with InvalidArgument and an EC", () => {
  const value = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.integer({ min: -100_000, max: 100_000 }).map(String),
  );
  const parameter = fc
    .tuple(fc.constantFrom("w", "h", "m", "g", "text", "r", "q", "constructor"), value)
    .map(([name, text]) => `${name}_${text}`);
  const name = fc.oneof(
    fc.constantFrom(...Object.keys(actionRules), "__proto__", "toString"),
    fc.string({ maxLength: 5 }),
  );
  const action = fc
    .tuple(name, fc.array(fc.oneof(parameter, value), { maxLength: 4 }))
    .map(([first, rest]) => [first, ...rest].join(","));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 5 }), (actions) => {
      try {
        for (const { name: found } of parseActions(actions.join("/"))) {
          expect(Object.keys(actionRules)).toContain(found);
        }
      } catch (cause) {
        expect(cause).toMatchObject({
          code: "InvalidArgument",
          ec: expect.stringMatching(/^0040-00000\d{3}$/) as unknown,
        });
      }
    }),
    { numRuns: 5_000 },
  );
});
