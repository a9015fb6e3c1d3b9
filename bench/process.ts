// Starts and stops the programs that are measured, and runs commands to their end.
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The project's folder. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));

/** How long a program may take to start, and to stop before it is killed, in milliseconds. */
const startPatienceMs = 30_000;
const stopPatienceMs = 3_000;

/** The programs that are running. */
const launched = new Set<Launched>();

/**
 * Runs `work` with a new folder. Afterwards, even after a failure, it stops the programs that were
 * started meanwhile and removes the folder.
 */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const before = new Set(launched);
  process.once("exit", remove);
  try {
    return await work(folder);
  } finally {
    for (const one of launched) if (!before.has(one)) await one.stop();
    process.off("exit", remove);
    remove();
  }
}

/** A program that was started. */
interface Launched {
  readonly child: ChildProcess;
  /** Stops the program, if it is still running. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program. It is killed when this process exits, so that a failed run leaves no program
 * behind.
 */
export function launch(
  command: string,
  args: readonly string[],
  { env = {}, pipes = false }: { env?: Readonly<Record<string, string>>; pipes?: boolean } = {},
): Launched {
  const child: ChildProcess = spawn(command, [...args], {
    cwd: root,
    stdio: ["ignore", pipes ? "pipe" : "ignore", "inherit"],
    env: { ...process.env, ...env },
  });
  const kill = (): void => void child.kill("SIGKILL");
  // Also resolves when the program cannot be started. The wait for its URL reports that error.
  const exited = once(child, "exit").catch(() => undefined);
  process.once("exit", kill);
  const program: Launched = {
    child,
    stop: async () => {
      child.kill("SIGTERM");
      const timer = setTimeout(kill, stopPatienceMs);
      await exited;
      clearTimeout(timer);
    },
  };
  launched.add(program);
  void exited.then(() => {
    launched.delete(program);
    process.off("exit", kill);
  });
  return program;
}

/** A program that serves. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  /** What it has printed. */
  readonly printed: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program of Node, this one or that of another path, and waits until it prints the URL
 * that it serves.
 */
export async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program: string = process.execPath,
): Promise<Running> {
  const { child, stop } = launch(program, args, { env, pipes: true });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (how: string): void => reject(new Error(`${args.join(" ")} ${how}: ${text}`));
    const timer = setTimeout(() => fail("prints no URL"), startPatienceMs);
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /(https?:\/\/[\d.]+:\d+)/.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once("error", reject);
    child.once("exit", () => fail("ended"));
  });
  return { url, pid: child.pid ?? 0, printed: () => text, stop };
}

/** Waits until a URL answers 200. Throws on timeout, or when its program exits before. */
export async function untilHealthy(url: string, program?: Launched): Promise<void> {
  const deadline = performance.now() + startPatienceMs;
  for (;;) {
    if (program !== undefined && !launched.has(program))
      throw new Error(`the program that serves ${url} exited`);
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => undefined, // it does not listen yet
    );
    if (status === 200) return;
    if (performance.now() > deadline) throw new Error(`${url} answers ${status ?? "nothing"}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

/** Runs a command to its end and returns what it printed. */
export function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", cwd: root });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
  return stdout + stderr;
}

/** Runs a command beside other work, and returns what it printed. Throws when it fails. */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, args, { cwd: root });
  return stdout + stderr;
}

/** Whether a command is installed. */
export function has(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
}

/** The kernel counts processor time in hundredths of a second. */
const tickMicros = 10_000;

/**
 * Processor time, user and system, in microseconds, from the text of a `stat` file in Linux's
 * `/proc`.
 */
export function processorMicros(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMicros;
}

/** The median of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A body of so many bytes, with the same content every time. */
export function bodyOf(size: number): Buffer {
  return Buffer.alloc(size, "ossicle benchmark body, not compressible by much ");
}

/** Collects this process's garbage now, so that it does not disturb the next measurement. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
