// Finds a process that has an LMDB environment open: LMDB holds a lock on its lock file.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockFileName } from "../lmdb/lock-file.ts";

/**
 * Returns the id of a process that has the environment open. Returns undefined when the kernel
 * lists no lock, does not show the list, or names another device than `stat`, as btrfs does, and
 * when the process is outside this pid namespace.
 */
export function findLockHolder(folder: string): number | undefined {
  const file = statSync(join(folder, lockFileName), { bigint: true, throwIfNoEntry: false });
  if (file === undefined) return undefined;
  const { dev, ino } = file;
  // The numbers of a device, as glibc packs them into one (sys/sysmacros.h).
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  const [majorHex, minorHex] = [major, minor].map((part) => part.toString(16).padStart(2, "0"));
  const held = new RegExp(` (\\d+) ${majorHex}:${minorHex}:${ino} `);
  const id = held.exec(listedLocks())?.[1];
  return id === undefined ? undefined : Number(id);
}

function listedLocks(): string {
  try {
    return readFileSync("/proc/locks", "utf8");
  } catch {
    return ""; // not Linux, or not permitted
  }
}
