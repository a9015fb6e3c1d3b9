// Starts a PostgreSQL server for tests, in a folder of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../../scripts/free-port.ts";
import { errorCode } from "../error-facts.ts";
import { makeDatabase } from "./make-database.ts";

/** Where Debian installs PostgreSQL, by version. */
const debianFolder = "/usr/lib/postgresql";

/** The folder with the programs of the newest PostgreSQL; undefined when none is installed. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(debianFolder)) return undefined;
  const versions = readdirSync(debianFolder).map(Number);
  return join(debianFolder, String(Math.max(...versions)), "bin");
}

/** A server that runs. */
export interface PostgresServer {
  readonly port: number;
  /** Makes an empty database, and returns its address. */
  readonly makeDatabase: () => Promise<string>;
  /** Kills every process of the server. */
  readonly kill: () => Promise<void>;
  /** Starts the server again, on its port. */
  readonly start: () => Promise<void>;
  /** Starts the server again as a replica, which only serves reads. */
  readonly becomeReplica: () => Promise<void>;
  /** Stops the server, and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** How a server is started. */
export interface PostgresOptions {
  /** PostgreSQL's settings, such as `max_connections=200`. */
  readonly settings?: readonly string[];
  /** The folder with its programs. Default: Debian's. */
  readonly programs?: string | undefined;
  /** The folder below which it keeps its data. Default: the system's for temporary files. */
  readonly parent?: string;
}

/** Starts a server. */
export async function startPostgres({
  settings = [],
  programs = postgresPrograms(),
  parent = tmpdir(),
}: PostgresOptions = {}): Promise<PostgresServer> {
  if (programs === undefined) throw new Error("this machine lacks PostgreSQL");
  const folder = mkdtempSync(join(parent, "ossicle-postgres-"));
  chmodSync(folder, 0o777); // the server may run as another user
  const data = join(folder, "data");
  const initdb = [join(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust"];
  must([...initdb, "-E", "UTF8", "--locale=C", "--no-sync"]);
  const port = await freePort();
  const own = [
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${folder}`,
    "dynamic_shared_memory_type=mmap", // files in the folder, which a kill leaves behind
    ...settings,
  ];
  const server = [join(programs, "postgres"), "-D", data, "-p", String(port)];
  const start = (): Promise<ChildProcess> =>
    startServer([...server, ...own.flatMap((setting) => ["-c", setting])]);
  let child = await start();
  let databases = 0;
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // A process that the server forks meanwhile would survive, and keep the shared memory, so that
    // the next server could not start. A stopped server forks none.
    signalProcess(Number(child.pid), "SIGSTOP");
    await stateIs(Number(child.pid), "T");
    const all = [Number(child.pid), ...childrenOf(child)];
    for (const pid of all) signalProcess(pid, "SIGKILL");
    await ended;
    await Promise.all(all.map((pid) => stateIs(pid, "Z")));
  };
  return {
    port,
    kill,
    makeDatabase: () => {
      databases += 1;
      return makeDatabase(`postgres://postgres@127.0.0.1:${port}`, `test${databases}`);
    },
    start: async () => {
      child = await start();
    },
    becomeReplica: async () => {
      await kill();
      writeFileSync(join(data, "standby.signal"), "", { mode: 0o644 });
      child = await start();
    },
    stop: async () => {
      const ended = once(child, "exit");
      // The server ends at once, and frees its shared memory.
      if (child.kill("SIGQUIT")) await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

// The server's processes have groups of their own, so they are found by their parent.
function childrenOf({ pid }: ChildProcess): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return listed.trim().split(" ").filter(Boolean).map(Number);
}

// Waits until a process is in a state (proc_pid_stat(5)), or is gone.
async function stateIs(pid: number, wanted: "T" | "Z"): Promise<void> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 5) {
    const state = stateOf(pid);
    if (state === undefined || state === wanted) return;
    await pause(5);
  }
  throw new Error(`the process ${pid} is not in the state ${wanted}`);
}

function stateOf(pid: number): string | undefined {
  try {
    // The name before the state is in parentheses, and may contain others.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.[0];
  } catch {
    return undefined; // it is gone
  }
}

function signalProcess(pid: number, signal: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (errorCode(cause) !== "ESRCH") throw cause; // it has ended
  }
}

/**
 * A command as a user that may run servers of databases: they refuse to run as root. Debian's
 * packages make the user `postgres`. Without them it is the unprivileged user of every Linux.
 */
export function asServerUser(command: readonly string[]): readonly string[] {
  if (userInfo().uid !== 0) return command;
  const user = existsSync(debianFolder) ? "postgres" : "nobody";
  const { stdout } = spawnSync("id", ["-g", user], { encoding: "utf8" });
  return ["setpriv", `--reuid=${user}`, `--regid=${stdout.trim()}`, "--clear-groups", ...command];
}

function must(command: readonly string[]): void {
  const [program = "", ...args] = asServerUser(command);
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8", cwd: tmpdir() });
  if (status !== 0) throw new Error(`${command[0]} failed: ${stderr}`);
}

/** Longest wait for a server's start, which may replay its log, in milliseconds. */
const startTimeoutMs = 60_000;

async function startServer(command: readonly string[]): Promise<ChildProcess> {
  const [program = "", ...args] = asServerUser(command);
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: tmpdir(),
  });
  // The end of what it says: clients that connect too early can fill pages before it is ready.
  let said = "";
  let isReady = false;
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + String(chunk)).slice(-10_000);
    isReady ||= /ready to accept (?:read-only )?connections/.test(said);
  });
  const stopWithTests = (): void => void child.kill("SIGKILL");
  process.once("exit", stopWithTests);
  child.once("exit", () => process.off("exit", stopWithTests));
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 20) {
    if (isReady) return child;
    if (child.exitCode !== null || child.signalCode !== null) break;
    await pause(20);
  }
  child.kill("SIGKILL");
  throw new Error(`PostgreSQL did not start: ${said}`);
}
