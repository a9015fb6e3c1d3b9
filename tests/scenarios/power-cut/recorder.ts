// Compiles the recorder, and makes a process load it. That needs gcc, and no privileges.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("recorder.c", import.meta.url));
const cache = fileURLToPath(new URL("../../../.cache/power-cut/", import.meta.url));

/** Compiles the library that records a process, and returns its path. Throws if that fails. */
export function compileRecorder(): string {
  const digest = createHash("sha256").update(readFileSync(source)).digest("hex");
  const library = join(cache, `recorder-${digest.slice(0, 16)}.so`);
  mkdirSync(cache, { recursive: true });
  if (existsSync(library)) return library;
  const draft = `${library}.${process.pid}`;
  const options = ["-O2", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-o", draft];
  const { status, stderr, error } = spawnSync("gcc", [...options, source, "-ldl"]);
  if (status !== 0) throw new Error(`the recorder cannot be compiled: ${error ?? String(stderr)}`);
  renameSync(draft, library); // others may be compiling it too
  return library;
}

/** What is recorded, and where. */
export interface Recorded {
  /** The folder whose changes are recorded. */
  readonly root: string;
  readonly journal: string;
  /** The control page of injected errors. */
  readonly faults: string;
}

/** The environment that makes a process and its children record. */
export function recorderEnv({ root, journal, faults }: Recorded): Record<string, string> {
  return {
    LD_PRELOAD: compileRecorder(),
    RECORDER_FOLDER: root,
    RECORDER_JOURNAL: journal,
    RECORDER_FAULTS: faults,
    // A sync of a RAM disk takes no time, so no other change would fall inside it.
    RECORDER_SYNC_PAUSE_US: "300",
    UV_USE_IO_URING: "0", // the recorder does not see writes through io_uring
  };
}

/** Makes empty folders and files to record into, below a folder. */
export function prepareRecording(folder: string): Recorded {
  const recorded = {
    root: join(folder, "root"),
    journal: join(folder, "journal"),
    faults: join(folder, "faults"),
  };
  mkdirSync(recorded.root, { recursive: true });
  writeFileSync(recorded.faults, Buffer.alloc(4_096));
  return recorded;
}

/** Where images are built: a RAM disk where there is one. */
export const scratchFolder: string = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
