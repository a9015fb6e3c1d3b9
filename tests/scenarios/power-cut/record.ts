// Records a store under load: from its first start on, and in different circumstances.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { program, serveFolder, servedCredentials } from "../serve.ts";
import { Marks } from "./journal.ts";
import { load } from "./load.ts";
import { prepareRecording, type Recorded, recorderEnv } from "./recorder.ts";
import type { StoreMark } from "./truth.ts";

/**
 * The circumstances of a recording. `workers` has two workers. `log` has two workers whose log
 * has small files and many checkpoints, so that compaction works all the time. In `kills`,
 * these workers are killed from time to time. `upkeep` has a sweeper that runs all the time, and
 * backups beside the load. `large` has bodies over 32 MiB, which are synced while they are written.
 */
export const circumstances = ["workers", "log", "kills", "upkeep", "large"] as const;
export type Circumstance = (typeof circumstances)[number];

/** A recording. */
export interface Recording extends Recorded {
  readonly circumstance: Circumstance;
  /** Answers that were errors. */
  readonly errors: number;
}

/** Names in the recorded folder. */
export const folders = { store: "store", backup: "backup" } as const;

/** What to record. */
export interface RecordPlan {
  /** Where to record into: an empty folder, best on a RAM disk. */
  readonly into: string;
  readonly circumstance: Circumstance;
  readonly seed: number;
  readonly steps: number;
}

/** Records a store. Throws when a worker ends that is not killed. */
export async function record({ into, circumstance, seed, steps }: RecordPlan): Promise<Recording> {
  const recorded = prepareRecording(into);
  const env = recorderEnv(recorded);
  const data = join(recorded.root, folders.store);
  const served =
    circumstance === "workers"
      ? await serveFolder(data, ["--workers", "2"], { env })
      : await serveFolder(data, [], { env, program: programs[circumstance] });
  const state = { isOver: false };
  const backups = circumstance === "upkeep" ? backUpAgain(recorded, state) : Promise.resolve();
  const { journal } = recorded;
  const isLarge = circumstance === "large";
  const errors = await load({
    journal,
    endpoint: served.url,
    seed,
    goesOn: (taken) => taken < steps,
    isLarge,
  });
  state.isOver = true;
  await backups;
  served.child.kill("SIGTERM");
  await served.exited;
  if (circumstance !== "kills" && served.output().includes("a worker ended")) {
    throw new Error(`a worker ended that was not killed: ${served.output()}`);
  }
  return { ...recorded, circumstance, errors };
}

const recordedProgram: readonly string[] = [
  "--conditions=@ossicle/source",
  "--import",
  "tsx",
  fileURLToPath(new URL("serve-recorded.ts", import.meta.url)),
];

const smallLog = ["--segment", "80000", "--checkpoint", "30000"];

/**
 * Programs that Node runs to serve a store: with a small log, with a sweeper that runs all the
 * time, and with syncs of a blob while it is written.
 */
export const programs: Readonly<Record<Exclude<Circumstance, "workers">, readonly string[]>> = {
  log: [...recordedProgram, ...smallLog, "--workers", "2"],
  kills: [...recordedProgram, ...smallLog, "--workers", "2", "--kill-after", "1500"],
  upkeep: [...recordedProgram, ...smallLog, "--sweeps"],
  large: [...recordedProgram, "--sync-every", "8000000"],
};

async function backUpAgain(recorded: Recorded, state: { readonly isOver: boolean }): Promise<void> {
  const marks = new Marks<StoreMark>(recorded.journal);
  const target = join(recorded.root, folders.backup);
  const args = ["backup", target, "--data", join(recorded.root, folders.store)];
  while (!state.isOver) {
    await pause(200);
    marks.write({ backup: "begins" });
    const env = {
      ...process.env,
      ...recorderEnv(recorded),
      OSS_ACCESS_KEY_ID: servedCredentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: servedCredentials.accessKeySecret,
    };
    const stdio = ["ignore", "ignore", "pipe"] as const;
    const child = spawn(process.execPath, [program, ...args], { stdio: [...stdio], env });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`a backup beside the load ended with ${code}: ${errors}`);
    const { metadata } = JSON.parse(readFileSync(join(target, "backup.json"), "utf8")) as {
      readonly metadata: string;
    };
    marks.write({ backup: "done", folder: metadata });
  }
}
