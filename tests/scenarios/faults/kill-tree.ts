// Shared by the kill runs: the moment to kill, SIGKILL for a process and its children, and random
// numbers that a seed repeats.
import { type ChildProcess, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Longest time for a store under load to give the chosen number of answers, in milliseconds. It is
 * long because the machines are shared.
 */
const patienceMs = 60_000;

/** Most answers to wait for before a store is killed. A few more may arrive before the kill. */
const maxAnswers = 90;

/**
 * Waits for the moment to kill: a random number of answers, so that slow machines do as much work
 * as fast ones, and then a random pause, so that the kill falls between two answers.
 */
export async function momentToKill(random: () => number, answers: () => number): Promise<void> {
  const until = answers() + 1 + random() * maxAnswers;
  const deadline = performance.now() + patienceMs;
  while (answers() < until) {
    if (performance.now() > deadline) throw new Error("the store under load answers too slowly");
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
 * Random numbers from 0 to 1 that a seed repeats. Each lane has its own sequence, so that
 * concurrent writers with a lane each draw the same numbers in every run.
 */
export function seededRandom(seed: number, lane = 0): () => number {
  let state = seed + Math.imul(lane, 0x9e37_79b1);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
