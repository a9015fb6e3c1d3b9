// Prints the lines of commands: results to stdout, failures to stderr.

/** Prints a line of the command's result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints why the command failed, and makes its exit code 1. */
export function fail(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
