// Stores each blob as one immutable file, in one of 256 folders. A finished blob is synced, and so
// is its folder, which holds its name.
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, opendir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  BlobMissingError,
  type BlobRef,
  type BlobSlice,
  type BlobStore,
  type BlobWriter,
  type ChunkLoan,
  type LendChunk,
} from "../blob-store.ts";
import { errorCode } from "../error-facts.ts";
import { FolderSync } from "./folder-sync.ts";

/** Bytes of one read: large enough to keep the disk busy, small enough to start soon. */
const readChunkBytes = 262_144;

/**
 * Bytes after which written data is synced while more arrives, so that the last sync of a huge blob
 * is bounded. The value is large, because a sync beside writes is expensive: one every 32 MiB made
 * a 256 MiB blob four times slower (measured).
 */
const defaultSyncEveryBytes = 536_870_912;

/**
 * What follows the first bytes of a blob bypasses the page cache, where it comes in large aligned
 * pieces: copying into the page cache takes a third of an upload's processor time (decision 20).
 * The beginning is cached, because applications often read a new object at once.
 */
const cachedBytes = 8_388_608;

/** Smallest piece that bypasses the page cache, in bytes. */
const directPieceBytes = 1_048_576;

/** Alignment of memory, position and length that direct writes need: a page, or a disk's block. */
const directAlignment = 4_096;

/** Settings for tests and tools. */
export interface FileBlobStoreOptions {
  /** Whether the folder stays unchanged. Default false. */
  readonly readOnly?: boolean;
  /** Bytes of a blob after which they are synced while more arrive. Default 512 MiB. */
  readonly syncEveryBytes?: number | undefined;
}

/** Opens the store in a folder. Makes its missing shards (256 in all), unless `readOnly` is set. */
export async function openFileBlobStore(
  folder: string,
  { readOnly = false, syncEveryBytes = defaultSyncEveryBytes }: FileBlobStoreOptions = {},
): Promise<BlobStore> {
  if (readOnly) return new FileBlobStore(folder, new FolderSync(), syncEveryBytes);
  await mkdir(folder, { recursive: true });
  const present = new Set(await readdir(folder));
  const folders = new FolderSync();
  for (let shard = 0; shard < 256; shard += 1) {
    const name = shard.toString(16).padStart(2, "0");
    if (!present.has(name)) await mkdir(join(folder, name), { recursive: true });
  }
  // Sync in any case: an earlier start may have crashed between making the folders and the sync.
  await folders.sync(folder);
  await folders.sync(dirname(folder));
  return new FileBlobStore(folder, folders, syncEveryBytes);
}

class FileBlobStore implements BlobStore {
  readonly #folder: string;
  readonly #folders: FolderSync;
  readonly #syncEveryBytes: number;

  constructor(folder: string, folders: FolderSync, syncEveryBytes: number) {
    this.#folder = folder;
    this.#folders = folders;
    this.#syncEveryBytes = syncEveryBytes;
  }

  readonly create: BlobStore["create"] = async (ref) => {
    const path = this.#path(ref);
    const handle = await open(path, "wx", 0o600);
    const syncFolder = (): Promise<void> => this.#folders.sync(this.#shard(ref));
    return new FileBlobWriter({ handle, path, syncFolder, syncEveryBytes: this.#syncEveryBytes });
  };

  readonly read: BlobStore["read"] = async (ref, slice, lend) => {
    let handle: FileHandle;
    try {
      handle = await open(this.#path(ref), "r");
    } catch (cause) {
      if (errorCode(cause) !== "ENOENT") throw cause;
      throw new BlobMissingError(`blob ${hex(ref)} is not there`, { cause });
    }
    return readSlice(handle, slice, lend);
  };

  // The caller removes the blobs' records afterwards. Without the sync of their folders a power cut
  // would bring the files back, and no record would name them.
  readonly remove: BlobStore["remove"] = async (refs) => {
    await Promise.all(refs.map((ref) => rm(this.#path(ref), { force: true })));
    const shards = new Set(refs.map((ref) => this.#shard(ref)));
    await Promise.all([...shards].map((shard) => this.#folders.sync(shard)));
  };

  readonly scan: BlobStore["scan"] = () => scanFolder(this.#folder);

  #shard(ref: BlobRef): string {
    return join(this.#folder, hex(ref).slice(-2));
  }

  #path(ref: BlobRef): string {
    return join(this.#shard(ref), hex(ref));
  }
}

interface WrittenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly syncFolder: () => Promise<void>;
  readonly syncEveryBytes: number;
}

class FileBlobWriter implements BlobWriter {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #syncFolder: () => Promise<void>;
  readonly #syncEveryBytes: number;
  #position = 0;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  // The system reports a failed write-back once per open file: a later sync may succeed with bytes
  // lost.
  #syncFailure: unknown;
  /** The file, opened for direct writes; null where the file system refuses them. */
  #direct: FileHandle | null | undefined;

  constructor({ handle, path, syncFolder, syncEveryBytes }: WrittenFile) {
    this.#handle = handle;
    this.#path = path;
    this.#syncFolder = syncFolder;
    this.#syncEveryBytes = syncEveryBytes;
  }

  readonly write: BlobWriter["write"] = async (chunk) => {
    let done = await this.#writeDirectly(chunk);
    while (done < chunk.length) {
      const { bytesWritten } = await this.#handle.write(
        chunk,
        done,
        chunk.length - done,
        this.#position + done,
      );
      done += bytesWritten;
    }
    this.#position += done;
    this.#unsynced += done;
    if (this.#unsynced >= this.#syncEveryBytes && this.#syncing === undefined) this.#startSync();
  };

  // Writes past the page cache. Returns how many bytes it has written: none where the chunk is not
  // aligned, or the file system has no direct writes.
  async #writeDirectly(chunk: Uint8Array): Promise<number> {
    const isAligned = [chunk.byteOffset, chunk.length, this.#position].every(
      (bytes) => bytes % directAlignment === 0,
    );
    // Only the memory of pieces begins at a page. It is shared between threads.
    const isPiece = chunk.buffer instanceof SharedArrayBuffer && chunk.length >= directPieceBytes;
    const isCached = this.#position < cachedBytes;
    if (isCached || !isAligned || !isPiece || this.#direct === null) return 0;
    try {
      this.#direct ??= await open(this.#path, constants.O_WRONLY | constants.O_DIRECT);
      const { bytesWritten } = await this.#direct.write(chunk, 0, chunk.length, this.#position);
      return bytesWritten;
    } catch (cause) {
      if (!["EINVAL", "EOPNOTSUPP"].includes(errorCode(cause) ?? "")) throw cause;
      await this.#direct?.close();
      this.#direct = null;
      return 0;
    }
  }

  #startSync(): void {
    this.#unsynced = 0;
    this.#syncing = this.#handle
      .datasync()
      .catch((cause: unknown) => {
        this.#syncFailure = cause;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  readonly finish: BlobWriter["finish"] = async () => {
    await this.#syncing;
    if (this.#syncFailure !== undefined) throw this.#syncFailure;
    await this.#handle.sync();
    await this.#close();
    await this.#syncFolder();
  };

  async #close(): Promise<void> {
    await this.#direct?.close();
    this.#direct = null;
    await this.#handle.close();
  }

  readonly abort: BlobWriter["abort"] = async () => {
    await this.#syncing;
    await this.#close().catch(() => undefined); // a failed finish may have closed it
    await rm(this.#path, { force: true });
    await this.#syncFolder();
  };
}

/** A chunk that has been read, or is being read. */
interface ReadChunk {
  readonly bytes: Promise<Uint8Array>;
  readonly giveBack: () => void;
}

// This is not a generator: `return()` on a generator that never started would not close the file.
// While the caller sends a chunk, the next one is read.
function readSlice(
  handle: FileHandle,
  slice: BlobSlice,
  lend: LendChunk | undefined,
): AsyncIterableIterator<Uint8Array> {
  let position = slice.offset;
  const end = slice.offset + slice.length;
  let current: ReadChunk | undefined;
  let ahead: ReadChunk | undefined;
  let closing: Promise<void> | undefined;
  const read = (): ReadChunk => {
    const wanted = Math.min(readChunkBytes, end - position);
    const loan: ChunkLoan | undefined = lend?.(wanted);
    const buffer = loan?.buffer ?? Buffer.allocUnsafeSlow(wanted);
    const work = async (): Promise<Uint8Array> => {
      const length = Math.min(buffer.length, wanted);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead === 0) throw new BlobMissingError("a blob is shorter than its record says");
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    };
    return { bytes: work(), giveBack: () => loan?.end() };
  };
  const close = (): Promise<void> => {
    closing ??= (async () => {
      const open = [current, ahead].filter((chunk) => chunk !== undefined);
      [current, ahead] = [undefined, undefined];
      await Promise.allSettled(open.map((chunk) => chunk.bytes));
      for (const chunk of open) chunk.giveBack();
      await handle.close();
    })();
    return closing;
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    // The caller is done with a chunk when it calls next() or return(). The memory may then be used
    // for other bytes.
    next: async () => {
      current?.giveBack();
      current = undefined;
      if (closing !== undefined || (ahead === undefined && position >= end)) {
        await close();
        return { done: true, value: undefined };
      }
      current = ahead ?? read();
      ahead = undefined;
      try {
        const value = await current.bytes;
        // A short chunk was lent because memory is scarce: then nothing is read ahead.
        if (position < end && value.length === readChunkBytes && closing === undefined) {
          ahead = read();
          ahead.bytes.catch(() => undefined); // the next call reports it
        }
        return { done: false, value };
      } catch (cause) {
        await close();
        throw cause;
      }
    },
    return: async () => {
      await close();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

async function* scanFolder(folder: string): AsyncGenerator<{ ref: BlobRef; sizeBytes: number }> {
  const shards = await opendir(folder).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return []; // read-only, and the folder is missing
    throw cause;
  });
  for await (const shard of shards) {
    if (!shard.isDirectory()) continue;
    for await (const file of await opendir(join(folder, shard.name))) {
      if (!/^[0-9a-f]{32}$/.test(file.name)) continue;
      const { size } = await stat(join(folder, shard.name, file.name));
      yield { ref: Uint8Array.from(Buffer.from(file.name, "hex")), sizeBytes: size };
    }
  }
}

function hex(ref: BlobRef): string {
  return Buffer.from(ref.buffer, ref.byteOffset, ref.byteLength).toString("hex");
}
