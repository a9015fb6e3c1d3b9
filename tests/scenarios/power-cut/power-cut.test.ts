// A sample of the power cuts, with its controls. `npm run faults -- power 20000` makes many more.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cutToy, cutWithout, dependedOn, toys } from "./controls.ts";
import { cutPower } from "./cut.ts";
import { Disk } from "./disk.ts";
import { ImageMaker, LinkCache } from "./image.ts";
import { readJournal } from "./journal.ts";
import { type Circumstance, record, type Recording } from "./record.ts";
import { scratchFolder } from "./recorder.ts";

const seed = 20_261_128;
let root = "";

beforeAll(() => {
  root = mkdtempSync(join(scratchFolder, "ossicle-power-cut-"));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("toys", () => {
  test.each(toys)("that sync %s: %s", (kind, loses) => {
    expect(cutToy(kind, join(root, `toy-${kind}`)) > 0).toBe(loses);
  });
});

describe("a store of two workers", () => {
  let recording: Recording;

  beforeAll(async () => {
    recording = await record({
      into: join(root, "workers"),
      circumstance: "workers",
      seed,
      steps: 400,
    });
  });

  test("is recorded wholly: the journal makes the folder anew, byte by byte", () => {
    const disk = new Disk(recording.root);
    for (const one of readJournal(recording.journal)) disk.feed(one);
    const to = join(root, "replayed");
    const everything = new ImageMaker(() => 0.13, new LinkCache(join(root, "links")));
    expect(everything.mode).toBe("all");
    everything.build(disk.top, to);
    const live = join(root, "live");
    cpSync(recording.root, live, { recursive: true });
    expect(bytesBelow(to)).toEqual(bytesBelow(live));
  });

  test("loses nothing in any image", async () => {
    const report = await cutPower({
      recorded: recording,
      images: 120,
      seed,
      scratch: join(root, "images"),
    });
    expect(report.mistakes).toEqual([]);
    expect(report.images).toBe(120);
    expect(report.served).toBeGreaterThan(1);
    expect(report.acknowledged).toBeGreaterThan(300);
  });

  test.each(Object.keys(dependedOn))("depends on its syncs %s", async (name) => {
    const scratch = join(root, "without");
    const mistakes = await cutWithout(recording, name, { images: 60, seed, scratch });
    expect(mistakes).not.toEqual([]);
  });
});

test.each<[Circumstance, number, number]>([
  ["upkeep", 300, 120],
  ["large", 60, 60],
])("under %s a store loses nothing", async (circumstance, steps, images) => {
  const into = join(root, circumstance);
  const recorded = await record({ into, circumstance, seed, steps });
  const report = await cutPower({ recorded, images, seed, scratch: join(root, "images") });
  expect(report.mistakes).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(steps / 2);
});

// Every file but the lock, which is written through a mapping.
function bytesBelow(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name !== "lock.mdb")
    .map((one) => join(one.parentPath, one.name))
    .toSorted();
  return new Map(
    files.map((file) => [file.slice(folder.length), readFileSync(file).toString("base64")]),
  );
}
