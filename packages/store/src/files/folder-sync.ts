// Syncs folders, so that the names in them survive a power cut. Callers that come while a sync runs
// share the next one.
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
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

/**
 * Makes a folder for its owner alone, and those above it that are missing. Their names are on disk
 * afterwards, also when an earlier attempt made them and did not get as far as the sync.
 */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  const top = dirname(first ?? folder);
  if (first === undefined) {
    // The parent folder may belong to another user and not be readable; then its owner has made
    // this one.
    await syncFolder(top).catch((cause: unknown) => {
      if (!["EACCES", "EPERM"].includes(errorCode(cause) ?? "")) throw cause;
    });
    return;
  }
  for (let at = dirname(folder); ; at = dirname(at)) {
    await syncFolder(at);
    if (at === top || at === dirname(at)) break;
  }
}
