// What the kill runs share: when to kill, an end without warning, and chance that a seed repeats.
import { type ChildProcess, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/**
 * How long a store under load may take to answer anything, in milliseconds: the machines are
 * shared.
 */
const patienceMs = 60_000;

/** Most answers that are waited for before a store is killed; a few more may come until it is. */
const maxAnswers = 90;

/**
 * Waits for a moment to kill at: after a random number of answers, so that slow machines do as much
 * as fast ones, and between two of them.
 */
export async function momentToKill(random: () => number, answers: () => number): Promise<void> {
  const until = answers() + 1 + random() * maxAnswers;
  const deadline = performance.now() + patienceMs;
  while (answers() < until) {
    if (performance.now() > deadline) throw new Error("the store under load answers nothing");
    await pause(2);
  }
  await pause(random() * 20);
}

/** Kills a process and its children at once. */
export function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return; // it never began
  for (const one of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // it was gone already
    }
  }
}

function childrenOf(pid: number): number[] {
  const list = ["-o", "pid=", "--ppid", String(pid)];
  const { stdout, error } = spawnSync("ps", list, { encoding: "utf8" });
  if (error !== undefined) throw error;
  return stdout
    .split("\n")
    .map(Number)
    .filter((one) => one > 0);
}

/**
 * Chance from 0 to 1 that a seed repeats, for each lane its own: who works at the same time draws
 * from lanes of their own.
 */
export function seededRandom(seed: number, lane = 0): () => number {
  let state = seed + Math.imul(lane, 0x9e37_79b1);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
