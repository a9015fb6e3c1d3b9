// Makes calls on a loaded store's files fail, lets them succeed again, and reconciles: nothing
// acknowledged is lost, and service returns by itself.
import { openSync, writeSync, readFileSync, closeSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient } from "@ossicle/client";
import { askAdmin } from "../ask-admin.ts";
import { serveFolder, servedCredentials } from "../serve.ts";
import { readJournal } from "./journal.ts";
import { load } from "./load.ts";
import { look } from "./look.ts";
import { programs } from "./record.ts";
import { prepareRecording, recorderEnv } from "./recorder.ts";
import { Truth } from "./truth.ts";

/** Calls that can fail: bits of the control page in recorder.c. */
const calls = {
  write: 1,
  sync: 2,
  create: 4,
  unlink: 16,
  "folder sync": 64,
  "synchronous write": 128,
} as const;

/** What fails, and how. */
export interface DiskFault {
  readonly call: keyof typeof calls;
  /** Part of the file's path. */
  readonly path: string;
  readonly error: "EIO" | "ENOSPC";
  /** Whether the bytes reach the page cache although the call fails. */
  readonly isAfterTheFact?: boolean;
}

/** The result of a fault. */
export interface FaultReport {
  /** Calls that failed. */
  readonly hits: number;
  readonly acknowledged: number;
  /**
   * Time from the end of the fault until every kind of request succeeds, in milliseconds. Infinity
   * if that takes too long.
   */
  readonly backAfterMs: number;
  readonly mistakes: readonly string[];
}

/** How long the disk fails at least, in milliseconds. It fails until a call has failed. */
const failingMs = 1_500;

/** Longest wait for a call that fails, in milliseconds. A slow machine makes few files. */
const mostFailingMs = 30_000;

/** Longest time until a store serves again, in milliseconds. */
const mostBackMs = 10_000;

/** Runs a fault against a loaded store. */
export async function failDisk(fault: DiskFault, into: string, seed: number): Promise<FaultReport> {
  const recorded = prepareRecording(into);
  const data = join(recorded.root, "store");
  const env = recorderEnv(recorded);
  const served = isOfBusyLog(fault)
    ? await serveFolder(data, [], { env, program: programs.log })
    : fault.call === "unlink"
      ? await serveFolder(data, [], { env, program: programs.upkeep }) // the sweeper removes files
      : await serveFolder(data, ["--workers", "2", "--log-level", "silent"], { env });
  const state = { steps: 0, isOver: false };
  const goesOn = (steps: number): boolean => {
    state.steps = steps;
    return !state.isOver;
  };
  const { journal } = recorded;
  const work = load({ journal, endpoint: served.url, seed, goesOn, isLarge: false });
  while (state.steps < 60) await pause(5);
  const control = new FaultControl(recorded.faults);
  control.begin(fault);
  await pause(failingMs);
  for (let ms = failingMs; control.hits === 0 && ms < mostFailingMs; ms += 50) await pause(50);
  const hits = control.end();
  const backAfterMs = await untilServed(served.url);
  const stepsThen = state.steps;
  while (state.steps < stepsThen + 30) await pause(5);
  state.isOver = true;
  await work;
  served.child.kill("SIGTERM");
  await served.exited;
  const truth = new Truth(readJournal(journal));
  const mistakes = truth.judge(Infinity, await look(data, "store"));
  return { hits, acknowledged: truth.acknowledged, backAfterMs, mistakes };
}

// Whether a fault hits only a store that takes checkpoints and makes files of the log all the time.
function isOfBusyLog({ call, path }: DiskFault): boolean {
  if (path === "/data.mdb") return call === "sync";
  return path === "/checkpoint" || (path.startsWith("/segments") && !/^(write|sync)$/.test(call));
}

/**
 * Replays a failed delivery over the admin listener: once while the database's disk fails, and once
 * after it works again. Returns both statuses.
 */
export async function replayOnFailingDisk(into: string): Promise<readonly [number, number]> {
  const recorded = prepareRecording(into);
  const data = join(recorded.root, "store");
  const args = ["--admin-port", "0", "--callback-targets", "public,private"];
  const served = await serveFolder(data, [...args, "--log-level", "silent"], {
    env: recorderEnv(recorded),
  });
  const client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await client.putBucket({ bucket: "plain" });
  const callback = { url: "http://127.0.0.1:9/none", body: "o=${object}" };
  await client.putObject({ bucket: "plain", key: "k", body: "x", callback }).catch(() => undefined);
  const admin = /deliveries at (\S+)/.exec(served.output())?.[1] ?? "";
  const failed = async (): Promise<string | undefined> => {
    const answer = await askAdmin(new URL("/deliveries?state=failed", admin));
    const { deliveries } = (await answer.json()) as { deliveries: readonly { id: string }[] };
    return deliveries[0]?.id;
  };
  const id = await untilKnown(failed);
  const replay = async (): Promise<number> =>
    (await askAdmin(new URL(`/deliveries/${id}/replay`, admin), "POST")).status;
  const control = new FaultControl(recorded.faults);
  control.begin({ call: "write", path: "/segments/", error: "EIO" });
  const meanwhile = await replay();
  await pause(failingMs);
  control.end();
  await untilServed(served.url);
  const then = await replay();
  served.child.kill("SIGTERM");
  await served.exited;
  return [meanwhile, then];
}

async function untilKnown(find: () => Promise<string | undefined>): Promise<string> {
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    await pause(50);
  }
}

async function untilServed(endpoint: string): Promise<number> {
  const began = performance.now();
  const client = createClient({
    endpoint,
    region: "cn-hangzhou",
    credentials: servedCredentials,
    attempts: 1,
  });
  // Several requests in a row must succeed, because either worker may serve each one.
  for (let inARow = 0; inARow < 8;) {
    if (performance.now() - began > mostBackMs) return Infinity;
    if (await isServed(client)) inARow += 1;
    else {
      inARow = 0;
      await pause(50);
    }
  }
  return performance.now() - began;
}

async function isServed(client: Client): Promise<boolean> {
  const target = { bucket: "plain", key: "again" };
  try {
    await client.putObject({ ...target, body: new Uint8Array(50_000) });
    await client.putObject({ ...target, body: new Uint8Array(50) });
    await client.getObject(target).then(({ bytes }) => bytes());
    await client.deleteObject(target);
    return true;
  } catch {
    return false;
  }
}

/**
 * The control page that recorder.c maps: on, error, calls, how many to spare, how many to fail,
 * after the fact, hits, part of a path.
 */
class FaultControl {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  begin({ call, path, error, isAfterTheFact = false }: DiskFault): void {
    const page = Buffer.alloc(28 + 128);
    page.writeInt32LE(constants.errno[error], 4);
    page.writeUInt32LE(calls[call], 8);
    page.writeInt32LE(2 ** 30, 16);
    page.writeUInt32LE(isAfterTheFact ? 1 : 0, 20);
    page.write(path, 28);
    this.#write(page);
    this.#write(Buffer.from([1]));
  }

  /** Returns how many calls have failed. */
  end(): number {
    this.#write(Buffer.from([0]));
    return this.hits;
  }

  /** How many calls have failed. */
  get hits(): number {
    return readFileSync(this.#path).readUInt32LE(24);
  }

  #write(bytes: Buffer): void {
    const file = openSync(this.#path, "r+");
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  }
}
