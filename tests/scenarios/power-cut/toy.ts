// A program for the controls: it writes files and acknowledges each, with or without what makes a
// file durable. `toy.ts KIND FOLDER JOURNAL`.
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
import { Marks } from "./journal.ts";

/**
 * Ways of writing a file. The first four lose what they acknowledge: nothing is synced; the folder
 * is not; the file is not; the file is, but written to afterwards. The others keep it: a sync of
 * each; a file that is synchronous; a draft that is renamed when it is whole.
 */
export type ToyKind =
  | "nothing"
  | "no-folder"
  | "no-file"
  | "too-early"
  | "synced"
  | "synchronous"
  | "renamed";

/** What a toy tells: that a file of so many bytes is durable. */
export interface ToyMark {
  readonly name: string;
  readonly bytes: number;
}

const files = 40;
const { O_WRONLY, O_CREAT, O_EXCL, O_DSYNC } = constants;

const [kind, folder, journal] = process.argv.slice(2) as [ToyKind, string, string];
const marks = new Marks<ToyMark>(journal);
mkdirSync(join(folder, "toy"));
sync(folder);
for (let number = 0; number < files; number += 1) {
  const name = String(number);
  const bytes = 3_000 + 700 * number;
  write(join(folder, "toy", name), Buffer.alloc(bytes, `${name}:`));
  if (kind !== "nothing" && kind !== "no-folder") sync(join(folder, "toy"));
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
  if (kind === "no-folder" || kind === "synced" || kind === "renamed") fsyncSync(file);
  closeSync(file);
  if (draft !== path) renameSync(draft, path);
}

function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}
