// What the kill runs share: an end without warning, and chance that a seed repeats.
import { spawnSync } from "node:child_process";

/** Kills a process and its children at once. */
export function killTree(pid: number): void {
  const children = childrenOf(pid);
  for (const one of [pid, ...children]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // it was gone already
    }
  }
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map(Number)
    .filter((one) => one > 0);
}

/** Chance from 0 to 1 that a seed repeats. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
