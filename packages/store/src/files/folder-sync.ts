// Syncs folders, so that the names in them survive a power cut. Calls that arrive during a sync
// share the next one.
import { closeSync, fsyncSync, openSync } from "node:fs";
import { mkdir, open, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "../error-facts.ts";

/** Shares directory syncs between writers. */
export class FolderSync {
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();

  /** Resolves after a sync of the folder that began after the call. */
  readonly sync = (folder: string): Promise<void> => {
    const waiting = this.#waiting.get(folder);
    if (waiting !== undefined) return waiting;
    const running = this.#running.get(folder);
    const next = (running ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#run(folder));
    this.#waiting.set(folder, next);
    return next;
  };

  async #run(folder: string): Promise<void> {
    this.#waiting.delete(folder);
    const work = syncFolder(folder);
    this.#running.set(folder, work);
    try {
      await work;
    } finally {
      if (this.#running.get(folder) === work) this.#running.delete(folder);
    }
  }
}

/** Syncs a folder: the names in it are on disk afterwards. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As {@link syncFolder}, and blocks until it is done. */
export function syncFolderNow(folder: string): void {
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

// Makes a folder and its missing parents, and returns the uppermost that it made. It does without
// Node's option `recursive`, which was seen not to return on a file system that allows no folders.
async function makeMissing(path: string): Promise<string | undefined> {
  const made = await makeOne(path).catch(async (cause: unknown) => {
    if (errorCode(cause) !== "ENOENT" || dirname(path) === path) throw cause;
    const above = await makeMissing(dirname(path));
    await makeOne(path);
    return above ?? path;
  });
  return made;
}

async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (cause) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder) return undefined;
    throw cause;
  }
}

/** Errors of syncing a folder that another user made, or whose file system cannot sync folders. */
const notOurs: ReadonlySet<string | undefined> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "EINVAL",
  "ENOTSUP",
  "ENOSYS",
]);

/**
 * Makes a folder and its missing parents, for their owner alone. Their names are on disk
 * afterwards. It syncs every folder above, because an earlier attempt may have made some of them
 * and ended before the sync. A folder above that this user cannot sync was made by another user.
 */
export async function makeFolder(folder: string): Promise<void> {
  const wanted = resolve(folder);
  const first = await makeMissing(wanted);
  const path = await realpath(wanted);
  const above = first === undefined ? undefined : dirname(await realpath(first));
  let isNew = first !== undefined;
  for (let at = dirname(path); ; at = dirname(at)) {
    await syncFolder(at).catch((cause: unknown) => {
      if (isNew || !notOurs.has(errorCode(cause))) throw cause;
    });
    if (at === above) isNew = false;
    if (at === dirname(at)) break;
  }
}
