// Descriptors of LMDB's lock files. LMDB protects its environment by locks of the process on that
// file, and POSIX drops all of them as soon as the process closes any descriptor of the file. So
// each file has one descriptor in a process, which is closed with the last index that uses it.
import { closeSync, constants, openSync, statSync } from "node:fs";
import { join } from "node:path";

/** LMDB's lock file, in the environment's folder. */
export const lockFileName = "lock.mdb";

interface Shared {
  readonly file: number;
  users: number;
}

const opened = new Map<string, Shared>();

/** A descriptor of a lock file. */
export interface LockFile {
  readonly file: number;
  /** Call it after LMDB has closed the environment. */
  readonly close: () => void;
}

/** Opens the lock file of an environment that LMDB has open. */
export function openLockFile(folder: string): LockFile {
  const path = join(folder, lockFileName);
  const { dev, ino } = statSync(path, { bigint: true });
  const id = `${dev}:${ino}`;
  const shared = opened.get(id) ?? { file: openSync(path, constants.O_RDONLY), users: 0 };
  shared.users += 1;
  opened.set(id, shared);
  const close = (): void => {
    shared.users -= 1;
    if (shared.users > 0) return;
    opened.delete(id);
    closeSync(shared.file);
  };
  return { file: shared.file, close };
}
