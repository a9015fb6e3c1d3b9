// Uploads that go on while the person moves between pages: several files at a time, large ones in
// parts that can be paused and resumed.
import { abortMultipartUpload } from "@ossicle/protocol";
import {
  call,
  CallbackFailedError,
  type Connection,
  type MultipartCheckpoint,
  multipartUpload,
  OssError,
  putObject,
} from "@ossicle/client";
import { isNetworkFailure } from "../parts/explain.ts";

/** Where an upload is. `offline`: it waits for the network, and goes on by itself. */
export type UploadState =
  | "waiting"
  | "running"
  | "paused"
  | "offline"
  | "done"
  | "failed"
  | "cancelled";

/** A file and the object that it becomes. */
export interface UploadRequest {
  readonly bucket: string;
  readonly key: string;
  readonly file: File;
}

/** An upload of the queue. */
export interface Upload extends UploadRequest {
  readonly id: number;
  readonly state: UploadState;
  /** Bytes sent so far. */
  readonly sent: number;
  /** Why it failed; or, when it is done, why its callback did. */
  readonly problem: unknown;
}

/** Files under way at a time. */
const maxRunning = 3;

/** Parts of a file under way at a time. */
const parallelParts = 3;

/** Files above this size, in bytes, are sent in parts: those can be resumed. */
const partsAboveBytes = 8_388_608;

/** Pauses before an upload is tried again without a network, in milliseconds: doubling. */
const firstRetryMs = 1_000;
const maxRetryMs = 30_000;

/** After so many tries in a row without a byte, an upload fails: the file may be unreadable. */
const maxTries = 20;

/** How often listeners are called at most, in milliseconds. */
const tellMs = 100;

type Entry = { -readonly [Name in keyof Upload]: Upload[Name] } & {
  checkpoint?: MultipartCheckpoint;
  running?: AbortController;
  tries: number;
  timer?: ReturnType<typeof setTimeout>;
};

/** The queue. */
export class UploadQueue {
  readonly #connection: Connection;
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<() => void>();
  /** Ids of those that wait, in order. */
  readonly #waiting = new Set<number>();
  readonly #online = (): void => this.#goOn();
  #running = 0;
  #added = 0;
  #isTelling = false;
  #isClosed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    addEventListener("online", this.#online);
  }

  /** Every upload, in the order in which they were added. */
  get all(): readonly Upload[] {
    return [...this.#entries.values()];
  }

  /** Calls the listener after changes, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds files. */
  add(requests: readonly UploadRequest[]): void {
    for (const { bucket, key, file } of requests) {
      const id = (this.#added += 1);
      const begin = { state: "waiting", sent: 0, problem: undefined, tries: 0 } as const;
      this.#entries.set(id, { id, bucket, key, file, ...begin });
      this.#waiting.add(id);
    }
    this.#next();
  }

  /** Stops an upload; its parts stay. */
  pause(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || isOver(entry) || isEnding(entry)) return;
    this.#stop(entry, "paused");
    this.#next();
  }

  /** Goes on with an upload that is paused, or has failed. */
  resume(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !["paused", "failed", "offline"].includes(entry.state)) return;
    if (hasLostParts(entry.problem)) delete entry.checkpoint;
    entry.tries = 0;
    this.#wait(entry);
    this.#next();
  }

  /** Ends an upload, and removes its parts from the store. */
  cancel(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || isOver(entry)) return;
    this.#stop(entry, "cancelled");
    this.#discard(entry);
    this.#next();
  }

  /** Ends every upload. */
  cancelAll(): void {
    for (const id of this.#entries.keys()) this.cancel(id);
  }

  /** Removes uploads that are over from the list, and what the store has of those that failed. */
  clear(): void {
    for (const entry of this.#entries.values()) {
      if (!isOver(entry)) continue;
      if (entry.state === "failed") this.#discard(entry);
      this.#entries.delete(entry.id);
    }
    this.#tell();
  }

  /** Ends every upload, and starts no others: the person signs out. */
  close(): void {
    this.#isClosed = true;
    removeEventListener("online", this.#online);
    this.cancelAll();
    this.clear();
  }

  #wait(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.state = "waiting";
    entry.problem = undefined;
    this.#waiting.add(entry.id);
  }

  #stop(entry: Entry, state: UploadState): void {
    clearTimeout(entry.timer);
    this.#waiting.delete(entry.id);
    entry.state = state;
    // An upload in parts that has just begun is aborted when its id is known.
    if (!hasParts(entry) || entry.checkpoint !== undefined) entry.running?.abort();
    this.#tell();
  }

  #discard({ checkpoint }: Entry): void {
    if (checkpoint === undefined) return;
    const { bucket, key, uploadId } = checkpoint;
    call(this.#connection, abortMultipartUpload, { bucket, key, uploadId }).catch(() => undefined);
  }

  #goOn(): void {
    for (const entry of this.#entries.values()) if (entry.state === "offline") this.#wait(entry);
    this.#next();
  }

  #next(): void {
    this.#tell();
    while (!this.#isClosed && this.#running < maxRunning) {
      // One that was stopped begins again when its last run has ended.
      const isIdle = (one: number): boolean => this.#entries.get(one)?.running === undefined;
      const id = firstOf(this.#waiting, isIdle);
      const entry = id === undefined ? undefined : this.#entries.get(id);
      if (id === undefined || entry === undefined) return;
      this.#waiting.delete(id);
      this.#running += 1;
      void this.#run(entry).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #run(entry: Entry): Promise<void> {
    const controller = new AbortController();
    entry.running = controller;
    entry.state = "running";
    try {
      await this.#send(entry, controller.signal);
      end(entry, "done");
    } catch (cause) {
      if (controller.signal.aborted) {
        // A part may have been begun between the end of the upload and its cancellation.
        if (isCancelled(entry)) this.#discard(entry);
      } else if (cause instanceof CallbackFailedError) {
        end(entry, "done", cause);
      } else if (
        isNetworkFailure(cause) &&
        entry.tries < maxTries &&
        (await isReadable(entry.file))
      ) {
        this.#retryLater(entry);
      } else {
        end(entry, "failed", cause);
      }
    } finally {
      delete entry.running;
    }
  }

  async #send(entry: Entry, signal: AbortSignal): Promise<void> {
    const { bucket, key, file, checkpoint } = entry;
    const onProgress = (sent: number): void => {
      entry.sent = Math.min(sent, file.size);
      entry.tries = 0;
      this.#tell();
    };
    const object = { bucket, key, body: file, ...(file.type && { contentType: file.type }) };
    if (!hasParts(entry)) {
      await putObject(this.#connection, object, { signal, onProgress });
      return;
    }
    await multipartUpload(
      this.#connection,
      {
        ...object,
        parallel: parallelParts,
        ...(checkpoint && { checkpoint }),
        onCheckpoint: (reached) => {
          entry.checkpoint = reached;
          if (!isRunning(entry)) entry.running?.abort();
        },
      },
      { signal, onProgress },
    );
  }

  #retryLater(entry: Entry): void {
    entry.tries += 1;
    entry.state = "offline";
    const pauseMs = Math.min(maxRetryMs, firstRetryMs * 2 ** (entry.tries - 1));
    entry.timer = setTimeout(() => {
      if (entry.state !== "offline") return;
      this.#wait(entry);
      this.#next();
    }, pauseMs);
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setTimeout(() => {
      this.#isTelling = false;
      for (const listener of this.#listeners) listener();
    }, tellMs);
  }
}

function firstOf(ids: ReadonlySet<number>, fits: (id: number) => boolean): number | undefined {
  for (const id of ids) if (fits(id)) return id;
  return undefined;
}

function end(entry: Entry, state: "done" | "failed", problem?: unknown): void {
  entry.state = state;
  entry.problem = problem;
  if (state === "done") entry.sent = entry.file.size;
}

/** Whether the store has removed the parts of an upload. */
function hasLostParts(problem: unknown): boolean {
  return problem instanceof OssError && problem.code === "NoSuchUpload";
}

function hasParts({ file }: Upload): boolean {
  return file.size > partsAboveBytes;
}

/** Whether every byte was sent, so that the upload is being completed. */
function isEnding(upload: Upload): boolean {
  return hasParts(upload) && upload.sent >= upload.file.size;
}

/** Whether a file can still be read: one that has changed on the disk cannot. */
async function isReadable(file: File): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}

function isRunning({ state }: Upload): boolean {
  return state === "running";
}

function isCancelled({ state }: Upload): boolean {
  return state === "cancelled";
}

function isOver({ state }: Upload): boolean {
  return state === "done" || state === "cancelled" || state === "failed";
}
