// `ossicle serve` as a user runs it: the built command line in a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The built command line. */
export const program: string = fileURLToPath(
  new URL("../../packages/cli/dist/bundle/ossicle.js", import.meta.url),
);

/** The access key of served stores. */
export const servedCredentials = { accessKeyId: "ak", accessKeySecret: "sk-of-scenarios" } as const;

/** A served store. */
export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Resolves with exit code or signal. */
  readonly exited: Promise<string>;
}

/** How a store is served. */
export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts the store, with its arguments. */
  readonly launcher?: readonly string[];
  /** Default: the tests' own Node. */
  readonly node?: string;
  /** What Node runs instead of the built command line, with its arguments. */
  readonly program?: readonly string[];
}

/** Serves a folder and waits until requests are taken. */
export async function serveFolder(
  data: string,
  args: readonly string[] = [],
  options: ServeOptions = {},
): Promise<Served> {
  const { env = {}, launcher = [], node = process.execPath } = options;
  const { program: served = [program, "serve"] } = options;
  const command = [...launcher, node, ...served];
  const child = spawn(
    command[0] ?? "",
    [...command.slice(1), "--data", data, "--port", "0", ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        ...env,
        OSS_ACCESS_KEY_ID: servedCredentials.accessKeyId,
        OSS_ACCESS_KEY_SECRET: servedCredentials.accessKeySecret,
      },
    },
  );
  endWithTests(child);
  let text = "";
  const exited = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  const url = await new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /serves OSS at (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    exited.catch(reject); // the program is missing
    // The last output may arrive after the exit.
    void Promise.all([exited, once(child, "close")]).then(([how]) =>
      reject(new Error(`the server ended (${how}): ${text}`)),
    );
  });
  return { url, child, output: () => text, exited };
}

// A test that times out does not stop its programs, so stop them when the tests' process exits.
function endWithTests(child: ChildProcess): void {
  const stop = (): void => void child.kill("SIGTERM");
  process.once("exit", stop);
  child.once("exit", () => process.off("exit", stop));
}

/** What a command printed and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A command that runs. */
export interface Running {
  readonly output: () => string;
  readonly interrupt: () => void;
  readonly ended: Promise<Ran>;
}

/** Starts a command of the built command line, or of another commit's. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  built: string = program,
): Running {
  const child = spawn(process.execPath, [built, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...env,
      OSS_ACCESS_KEY_ID: servedCredentials.accessKeyId,
      OSS_ACCESS_KEY_SECRET: servedCredentials.accessKeySecret,
    },
  });
  endWithTests(child);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return {
    output: () => output,
    interrupt: () => void child.kill("SIGINT"),
    ended: once(child, "close").then(([code]) => ({
      code: code as number | null,
      output,
      errors,
    })),
  };
}

/** Runs a command of the built command line to its end. */
export function runCommand(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  built?: string,
): Promise<Ran> {
  return startCommand(args, env, built).ended;
}
