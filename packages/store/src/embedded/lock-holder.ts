// Finds a process that has an LMDB environment open: LMDB holds a lock on its lock file.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../error-facts.ts";

/** LMDB's lock file, in the environment's folder. */
export const lockFileName = "lock.mdb";

/**
 * The id of a process that has the environment open; undefined where the kernel lists none, or
 * lists none of the process's container.
 */
export function findLockHolder(folder: string): number | undefined {
  try {
    const { dev, ino } = statSync(join(folder, lockFileName), { bigint: true });
    // The numbers of a device, as glibc packs them into one (sys/sysmacros.h).
    const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
    const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
    const [majorHex, minorHex] = [major, minor].map((part) => part.toString(16).padStart(2, "0"));
    const held = new RegExp(` (\\d+) ${majorHex}:${minorHex}:${ino} `);
    const id = held.exec(readFileSync("/proc/locks", "utf8"))?.[1];
    return id === undefined ? undefined : Number(id);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined; // no lock file, or not Linux
    throw cause;
  }
}
