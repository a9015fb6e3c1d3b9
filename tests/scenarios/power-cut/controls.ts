// The controls of the power cuts. The checker must report toy programs that omit a sync, and must
// not report those that do not. It must also report a store when one kind of sync is removed from
// its recording.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seededRandom } from "../faults/kill-tree.ts";
import { cutPower } from "./cut.ts";
import { Disk } from "./disk.ts";
import { ImageMaker, LinkCache } from "./image.ts";
import { type JournalRecord, markOf, readJournal } from "./journal.ts";
import { prepareRecording, type Recorded, recorderEnv } from "./recorder.ts";
import type { ToyKind, ToyMark } from "./toy.ts";

/** Toys, and whether they lose what they acknowledge. */
export const toys: readonly (readonly [ToyKind, boolean])[] = [
  ["nothing", true],
  ["no-folder", true],
  ["no-file", true],
  ["too-early", true],
  ["synced", false],
  ["synchronous", false],
  ["renamed", false],
  ["remade", false],
];

/**
 * Runs a toy program, and cuts its power after every record. Returns how many images have lost an
 * acknowledged file.
 */
export function cutToy(kind: ToyKind, into: string): number {
  const recorded = prepareRecording(into);
  const program = fileURLToPath(new URL("toy.ts", import.meta.url));
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--conditions=@ossicle/source",
      "--import",
      "tsx",
      program,
      kind,
      recorded.root,
      recorded.journal,
    ],
    { env: { ...process.env, ...recorderEnv(recorded) }, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the toy ended with ${status}: ${stderr}`);
  const disk = new Disk(recorded.root);
  const links = new LinkCache(join(into, "links"));
  const acknowledged: ToyMark[] = [];
  let lossy = 0;
  for (const record of readJournal(recorded.journal)) {
    if (record.kind === "N") acknowledged.push(markOf<ToyMark>(record));
    disk.feed(record);
    const image = join(into, "image");
    new ImageMaker(seededRandom(record.index), links).build(disk.top, image);
    if (!acknowledged.every((mark) => isThere(image, mark))) lossy += 1;
    rmSync(image, { recursive: true });
  }
  return lossy;
}

function isThere(image: string, { name, bytes }: ToyMark): boolean {
  try {
    return readFileSync(join(image, "toy", name)).equals(Buffer.alloc(bytes, `${name}:`));
  } catch {
    return false;
  }
}

const isSync = ({ kind }: JournalRecord): boolean => kind === "S";

/** Kinds of syncs of a store. Acknowledged objects depend on each kind. */
export const dependedOn: Readonly<Record<string, (record: JournalRecord) => boolean>> = {
  "of blobs": (record) => isSync(record) && /\/blobs\/..\/\w+$/.test(record.path),
  "of folders of blobs": (record) => isSync(record) && /\/blobs\/..$/.test(record.path),
  "of the log": (record) => isSync(record) && /\/segments\/\d+\.log$/.test(record.path),
  "of the log's folder": (record) => isSync(record) && record.path.endsWith("/segments"),
  "of the database": (record) => isSync(record) && record.path.endsWith("/data.mdb"),
  "of the checkpoint": (record) => isSync(record) && record.path.endsWith("/checkpoint"),
};

/**
 * Cuts the power of a recorded store as if it had never made some of its syncs. Returns the
 * mistakes found.
 */
export async function cutWithout(
  recorded: Recorded,
  name: keyof typeof dependedOn,
  { images, seed, scratch }: { images: number; seed: number; scratch: string },
): Promise<readonly string[]> {
  const withoutSync = dependedOn[name];
  if (withoutSync === undefined) throw new Error(`unknown kind of syncs: ${name}`);
  const report = await cutPower({ recorded, images, seed, scratch, withoutSync });
  return report.mistakes;
}
