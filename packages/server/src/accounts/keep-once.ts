// A secret file of the data folder that is made once: of two processes one wins, and a crash or a full disk leaves no half of it.
import { link, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "@ossicle/store";

/** Reads a file; makes it of `content` when there is none, readable by its owner only. */
export async function keepOnce(
  file: string,
  content: string,
): Promise<{ readonly text: string; readonly made: boolean }> {
  const draft = `${file}.${process.pid}`;
  let made = true;
  try {
    const handle = await open(draft, "w", 0o600);
    await handle.writeFile(content).finally(async () => {
      await handle.sync();
      await handle.close();
    });
    await link(draft, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    made = false;
  } finally {
    await rm(draft, { force: true });
  }
  return { text: await readFile(file, "utf8"), made };
}
