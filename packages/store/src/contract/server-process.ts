// Servers that tests start as processes of their own, and kill.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A server's process, which can be killed and started again. */
export interface ServerProcess {
  readonly pid: () => number | undefined;
  /** Ends the process at once. */
  readonly kill: () => Promise<void>;
  /** Starts the process again. */
  readonly start: () => void;
  /** The end of what it has written. */
  readonly output: () => string;
}

const running = new Set<ChildProcess>();

process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a program that stays in the foreground. Its output goes to a file. */
export function startProcess(
  command: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>> = {},
): ServerProcess {
  const [program = "", ...args] = command;
  const start = (): ChildProcess => {
    const log = openSync(logFile, "a");
    const child = spawn(program, args, {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...env },
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };
  let child = start();
  return {
    pid: () => child.pid,
    start: () => {
      child = start();
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    output: () => readFileSync(logFile, "utf8").slice(-2_000),
  };
}

/** Waits until something is true. Throws with a description after `mostMs` milliseconds. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean>,
  mostMs = 60_000,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < mostMs; waitedMs += 100) {
    if (await isTrue().catch(() => false)) return;
    await pause(100);
  }
  throw new Error(`waited in vain for ${what}`);
}
