// A folder's files as one value, so that a fixture can hold them.
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The files of a folder: bytes in base64, by their paths. */
export type Folder = Readonly<Record<string, string>>;

/** Reads all files below a folder. */
export async function readFolder(folder: string): Promise<Folder> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) found[name] = (await readFile(path)).toString("base64");
  }
  return found;
}

/** Writes the files into a folder. */
export async function writeFolder(folder: string, files: Folder): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), Buffer.from(bytes, "base64"));
  }
}
