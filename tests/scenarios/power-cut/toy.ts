// A program for the controls. `toy.ts KIND FOLDER JOURNAL` writes files and acknowledges each, with
// or without the syncs that make a file durable.
import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@ossicle/store";
import { Marks } from "./journal.ts";

/**
 * Ways of writing a file. The first four lose files that they acknowledge: `nothing` syncs neither
 * the file nor its folder, `no-folder` only the file, `no-file` only the folder, and `too-early`
 * syncs the file before its last write. The others lose none: `synced` syncs the file and its
 * folder, `synchronous` opens the file with O_DSYNC, `renamed` renames a draft after it is synced,
 * and `remade` calls `makeFolder` after an attempt that made the folders and synced none.
 */
export type ToyKind =
  | "nothing"
  | "no-folder"
  | "no-file"
  | "too-early"
  | "synced"
  | "synchronous"
  | "renamed"
  | "remade";

/** A toy program's acknowledgement: the file has this many bytes, and is durable. */
export interface ToyMark {
  readonly name: string;
  readonly bytes: number;
}

const files = 40;
const syncsFiles: ReadonlySet<ToyKind> = new Set(["no-folder", "synced", "renamed", "remade"]);
const { O_WRONLY, O_CREAT, O_EXCL, O_DSYNC } = constants;

const [kind, folder, journal] = process.argv.slice(2) as [ToyKind, string, string];
const marks = new Marks<ToyMark>(journal);
mkdirSync(join(folder, "toy"));
sync(folder);
const below = kind === "remade" ? join("made", "before") : "";
if (below !== "") {
  mkdirSync(join(folder, "toy", below), { recursive: true });
  await makeFolder(join(folder, "toy", below));
}
for (let number = 0; number < files; number += 1) {
  const name = join(below, String(number));
  const bytes = 3_000 + 700 * number;
  write(join(folder, "toy", name), Buffer.alloc(bytes, `${name}:`));
  if (kind !== "nothing" && kind !== "no-folder") sync(join(folder, "toy", below));
  marks.write({ name, bytes });
}

function write(path: string, content: Buffer): void {
  const draft = kind === "renamed" ? `${path}.draft` : path;
  const flags = O_WRONLY | O_CREAT | O_EXCL | (kind === "synchronous" ? O_DSYNC : 0);
  const file = openSync(draft, flags, 0o600);
  const half = content.length >> 1;
  writeSync(file, content, 0, half);
  if (kind === "too-early") fsyncSync(file);
  writeSync(file, content, half);
  if (syncsFiles.has(kind)) fsyncSync(file);
  closeSync(file);
  if (draft !== path) renameSync(draft, path);
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}
