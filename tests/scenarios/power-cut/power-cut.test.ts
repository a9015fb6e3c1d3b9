// A sample of the power cuts, with its controls. `npm run faults -- power 20000` makes many more.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { backupMarker } from "../../../packages/server/src/maintenance/backup/backup-store.ts";
import {
  checkpointFileName,
  withOtherBootId,
} from "../../../packages/store/src/embedded/checkpoint-file.ts";
import { cutToy, cutWithout, dependedOn, toys } from "./controls.ts";
import { cutPower } from "./cut.ts";
import { Disk, DiskFolder } from "./disk.ts";
import { ImageMaker, LinkCache } from "./image.ts";
import { readJournal } from "./journal.ts";
import { type Circumstance, folders, record, type Recording } from "./record.ts";
import { look } from "./look.ts";
import { Truth } from "./truth.ts";
import { scratchFolder } from "./recorder.ts";

// Some hundred images are made and served; machines are shared.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const seed = 20_261_128;
let root = "";

beforeAll(() => {
  root = mkdtempSync(join(scratchFolder, "ossicle-power-cut-"));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("a toy program", () => {
  test.each(toys)("of kind %s loses acknowledged files: %s", (kind, loses) => {
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

  test("is recorded completely: a replay of the journal rebuilds the folder byte for byte", () => {
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
    expect(report.kept).toBeGreaterThan(0);
  });

  test("is reported when it loses a retention or a hold", async () => {
    const truth = new Truth(readJournal(recording.journal));
    const found = await look(join(recording.root, folders.store), "store");
    const end = Number.POSITIVE_INFINITY;
    expect(truth.judge(end, found)).toEqual([]);
    expect(truth.judge(end, { ...found, kept: {} })).toHaveLength(truth.keptVersions);
  });

  test.each(Object.keys(dependedOn))("depends on its syncs %s", async (name) => {
    const scratch = join(root, "without");
    const mistakes = await cutWithout(recording, name, { images: 60, seed, scratch });
    expect(mistakes).not.toEqual([]);
  });
});

test.each<[Circumstance, number, number]>([
  ["log", 400, 90],
  ["kills", 500, 90],
  ["upkeep", 300, 120],
  ["large", 60, 60],
])("a store loses nothing in the circumstance %s", async (circumstance, steps, images) => {
  const into = join(root, circumstance);
  const recorded = await record({ into, circumstance, seed, steps });
  const report = await cutPower({ recorded, images, seed, scratch: join(root, "images") });
  expect(report.mistakes).toEqual([]);
  const atLeast = circumstance === "kills" ? steps / 8 : steps / 2;
  expect(report.acknowledged).toBeGreaterThan(atLeast);
  if (circumstance !== "large") expect(report.kept * report.expired).toBeGreaterThan(0);
  if (circumstance === "upkeep") expect(markersAhead(recorded)).toEqual([]);
});

// The names in the backup's folder that are not durable when a marker is renamed into place. There
// must be none: otherwise a power cut could keep the marker and lose the backup.
function markersAhead(recorded: Recording): readonly string[] {
  const disk = new Disk(recorded.root);
  const ahead: string[] = [];
  let markers = 0;
  for (const one of readJournal(recorded.journal)) {
    if (one.kind === "R" && !one.isEnd && one.target.endsWith(`/${backupMarker}`)) {
      markers += 1;
      const folder = disk.top.current.get(folders.backup);
      const pending = folder instanceof DiskFolder ? folder.pending : [];
      for (const { name, node } of pending) {
        if (node !== undefined && !name.endsWith(".new")) ahead.push(name);
      }
    }
    disk.feed(one);
  }
  expect(markers).toBeGreaterThan(0);
  return ahead;
}

// Images name another start of the machine in their checkpoints.
function contentOf(file: string): string {
  const content = readFileSync(file);
  const isCheckpoint = file.endsWith(`/${checkpointFileName}`);
  return (isCheckpoint ? withOtherBootId(content) : content).toString("base64");
}

// Every file but the lock, which is written through a mapping.
function bytesBelow(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name !== "lock.mdb")
    .map((one) => join(one.parentPath, one.name))
    .toSorted();
  return new Map(files.map((file) => [file.slice(folder.length), contentOf(file)]));
}
