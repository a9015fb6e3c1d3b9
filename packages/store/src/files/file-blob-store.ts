// Stores each blob as one immutable file, in one of 256 folders. A finished blob is synced, and so
// is its folder, which holds its name.
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

  constructor({ handle, path, syncFolder, syncEveryBytes }: WrittenFile) {
    this.#handle = handle;
    this.#path = path;
    this.#syncFolder = syncFolder;
    this.#syncEveryBytes = syncEveryBytes;
  }

  readonly write: BlobWriter["write"] = async (chunk) => {
    let done = 0;
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
    await this.#handle.close();
    await this.#syncFolder();
  };

  readonly abort: BlobWriter["abort"] = async () => {
    await this.#syncing;
    await this.#handle.close().catch(() => undefined); // a failed finish may have closed it
    await rm(this.#path, { force: true });
    await this.#syncFolder();
  };
}

// This is not a generator: `return()` on a generator that never started would not close the file.
function readSlice(
  handle: FileHandle,
  slice: BlobSlice,
  lend: LendChunk | undefined,
): AsyncIterableIterator<Uint8Array> {
  let position = slice.offset;
  let loan: ChunkLoan | undefined;
  const end = slice.offset + slice.length;
  let closing: Promise<void> | undefined;
  // The caller is done with a chunk when it calls next() or return(). The memory may then be used
  // for other bytes.
  const giveBack = (): void => {
    loan?.end();
    loan = undefined;
  };
  const close = (): Promise<void> => {
    giveBack();
    return (closing ??= handle.close());
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      giveBack();
      if (position >= end || closing !== undefined) {
        await close();
        return { done: true, value: undefined };
      }
      const wanted = Math.min(readChunkBytes, end - position);
      loan = lend?.(wanted);
      const buffer = loan?.buffer ?? Buffer.allocUnsafeSlow(wanted);
      try {
        const length = Math.min(buffer.length, wanted);
        const { bytesRead } = await handle.read(buffer, 0, length, position);
        if (bytesRead === 0) throw new BlobMissingError("a blob is shorter than its record says");
        position += bytesRead;
        return { done: false, value: buffer.subarray(0, bytesRead) };
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
