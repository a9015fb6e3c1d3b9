// One of the workers, seen from the primary: a process, and those that replace it.
import cluster, { type Worker } from "node:cluster";
import type { Logger } from "pino";
import {
  adminPortVariable,
  backgroundVariable,
  portVariable,
  type Question,
  type Told,
  type WorkerMessage,
} from "./worker-messages.ts";
import { allocatorDefaults } from "./worker-memory.ts";

/** The first worker could not serve. The message is empty where the worker has printed why. */
export class WorkerEndedError extends Error {
  override readonly name: string = "WorkerEndedError";
}

/**
 * Pause before a worker that exited is replaced, in milliseconds. It doubles after each replacement
 * that exits before {@link stableMs}.
 */
const firstRestartPauseMs = 500;

/**
 * Longest such pause, in milliseconds. It bounds how long a store is down after a disk recovers.
 */
const maxRestartPauseMs = 5_000;

/**
 * When a worker exits after this time, in milliseconds, its exit counts as a new failure, and the
 * pause is the shortest again.
 */
const stableMs = 60_000;

/** How long the primary waits for a worker's answer, in milliseconds. */
const answerTimeoutMs = 2_000;

/** The same for a callback, which has five URLs at most and five seconds for each. */
const tryTimeoutMs = 30_000;

/** The end of a worker that has printed why it cannot serve. */
const refusedReason = "exit code 1";

interface SlotOptions {
  readonly port: number;
  readonly adminPort: number | undefined;
  readonly name: string;
  readonly background: boolean;
  readonly log: Logger;
}

/** One of the workers, and those that replace it. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  #worker: Worker | undefined;
  /** Whether the worker has reported that it serves. */
  #serves = false;
  /** Why the last worker ended, or is about to. */
  #reason: string | undefined;
  #pauseMs = firstRestartPauseMs;
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  #asked = 0;
  /** Callers that wait for an answer, by the number of their question. */
  readonly #waiting = new Map<number, (told: WorkerMessage | undefined) => void>();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /**
   * Forks a worker. Throws WorkerEndedError when it ends before it serves; then nothing replaces
   * it.
   */
  startFirst(): Promise<Told<"ready">> {
    return new Promise((resolve, reject) => {
      this.#fork(resolve, (reason) => {
        const hasPrinted = reason === refusedReason;
        reject(new WorkerEndedError(hasPrinted ? "" : `the worker process ended (${reason})`));
      });
    });
  }

  /** Forks a worker, and another one whenever it ends. */
  start(): void {
    this.#fork(
      () => undefined,
      () => this.#restartLater(),
    );
  }

  #fork(onReady: (ready: Told<"ready">) => void, onEarlyEnd: (reason: string) => void): void {
    const { port, adminPort, background, log, name } = this.#options;
    const worker = cluster.fork({
      ...allocatorDefaults(process.env),
      [backgroundVariable]: background ? "1" : "0",
      [portVariable]: String(port),
      ...(adminPort === undefined ? {} : { [adminPortVariable]: String(adminPort) }),
    });
    const startedMs = performance.now();
    let hasServed = false;
    this.#worker = worker;
    worker.on("error", (cause) => log.error({ err: cause, name }, "a worker's channel failed"));
    worker.on("message", (message: WorkerMessage & { readonly number?: number }) => {
      if (message.number !== undefined) this.#finish(message.number, message);
      if (message.kind === "failed") {
        this.#serves = false;
        this.#reason = message.problem;
      }
      if (message.kind !== "ready") return;
      hasServed = true;
      this.#serves = true;
      this.#reason = undefined;
      onReady(message);
    });
    worker.once("exit", (code, signal) => {
      this.#worker = undefined;
      this.#serves = false;
      this.#reason ??= signal ?? `exit code ${code}`;
      if (this.#closing) return;
      if (performance.now() - startedMs > stableMs) this.#pauseMs = firstRestartPauseMs;
      if (hasServed) this.#restartLater();
      else onEarlyEnd(this.#reason);
    });
  }

  #restartLater(): void {
    if (this.#closing) return;
    const { log, name } = this.#options;
    const pauseMs = this.#pauseMs;
    log.error({ name, reason: this.#reason, pauseMs }, "a worker ended; another one starts");
    this.#pauseMs = Math.min(pauseMs * 2, maxRestartPauseMs);
    this.#timer = setTimeout(() => {
      if (!this.#closing) this.start();
    }, pauseMs);
  }

  get serves(): boolean {
    return this.#worker !== undefined && this.#serves;
  }

  /** The id of the process that serves; undefined while none does. */
  get servingProcess(): number | undefined {
    return this.serves ? this.#worker?.process.pid : undefined;
  }

  /** Asks the worker; undefined when it does not serve, or does not answer in time. */
  ask<Kind extends Question["kind"]>(
    question: Question & { readonly kind: Kind },
  ): Promise<Told<Kind> | undefined> {
    const worker = this.#worker;
    if (worker === undefined || !this.serves) return Promise.resolve(undefined);
    const number = (this.#asked += 1);
    return new Promise((resolve) => {
      const limitMs = question.kind === "try" ? tryTimeoutMs : answerTimeoutMs;
      const timer = setTimeout(() => this.#finish(number), limitMs);
      this.#waiting.set(number, (told) => {
        clearTimeout(timer);
        resolve(told as Told<Kind> | undefined); // the answer to this question
      });
      // Without a living worker, the timer ends the wait.
      worker.send({ ...question, number }, () => undefined);
    });
  }

  #finish(number: number, told?: WorkerMessage): void {
    const resolve = this.#waiting.get(number);
    this.#waiting.delete(number);
    resolve?.(told);
  }

  /** What is wrong with the worker; undefined while it serves. */
  async problem(): Promise<string | undefined> {
    const { name } = this.#options;
    const answer = await this.ask({ kind: "health" });
    if (answer !== undefined && answer.problem === undefined) return undefined;
    const why =
      answer?.problem ?? this.#reason ?? (this.#serves ? "it does not answer" : "it is starting");
    return `${name} does not serve: ${why}`;
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined || worker.isDead()) return;
    await new Promise<void>((resolve) => {
      worker.once("exit", () => resolve());
      worker.process.kill("SIGTERM");
    });
  }
}
