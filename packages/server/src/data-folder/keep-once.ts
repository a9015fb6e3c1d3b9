// A secret file of the data folder that is made once. Of two processes that make it, one wins; a
// crash or a full disk leaves no partial file.
import { randomUUID } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, syncFolder } from "@ossicle/store";

/** Reads a file; makes it of `content` when there is none, readable by its owner only. */
export async function keepOnce(
  file: string,
  content: string,
): Promise<{ readonly text: string; readonly made: boolean }> {
  const kept = await readFile(file, "utf8").catch(ignore("ENOENT"));
  if (kept !== undefined) return { text: kept, made: false };
  // The content is written beside the file, which is linked when the content is complete. The name
  // of a draft is never used again: after a crash it may be another name of the file itself.
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    await handle.writeFile(content).finally(async () => {
      await handle.sync();
      await handle.close();
    });
    const linked = await link(draft, file).then(() => true, ignore("EEXIST"));
    await syncFolder(dirname(file));
    return { text: await readFile(file, "utf8"), made: linked === true };
  } finally {
    await rm(draft, { force: true });
  }
}

function ignore(code: string): (cause: unknown) => undefined {
  return (cause) => {
    if (errorCode(cause) === code) return undefined;
    throw cause;
  };
}
