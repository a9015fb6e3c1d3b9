// Runs commands for the other scripts and adds up what they report.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));

/** The result of a suite. */
export interface Tally {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why something was skipped. */
  readonly note?: string;
  /** What failed, each with its reason. */
  readonly failures?: readonly string[];
}

/** Runs a command and passes its output on. Resolves with its exit code. */
export function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs a command as one check that passes or fails. */
export async function check(
  suite: string,
  command: string,
  args: readonly string[],
): Promise<Tally> {
  process.stdout.write(`\n── ${suite}\n`);
  const code = await run(command, args);
  return { suite, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** Prints the table and the closing line; returns the exit code. */
export function report(tallies: readonly Tally[]): number {
  const sum = (field: "passed" | "failed" | "skipped"): number =>
    tallies.reduce((total, tally) => total + tally[field], 0);
  const width = Math.max(...tallies.map(({ suite }) => suite.length));
  process.stdout.write("\n");
  for (const failure of tallies.flatMap(({ failures = [] }) => failures)) {
    process.stdout.write(`FAILED ${failure}\n\n`);
  }
  for (const { suite, passed, failed, skipped, note } of tallies) {
    const line = `${suite.padEnd(width)}  ${passed} passed, ${failed} failed, ${skipped} skipped`;
    process.stdout.write(`${line}${note === undefined ? "" : `  (${note})`}\n`);
  }
  process.stdout.write(
    `\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`,
  );
  return sum("failed") === 0 ? 0 : 1;
}
