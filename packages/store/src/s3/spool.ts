// A temporary file for the part of a blob that is about to be sent. It lets a part be sent again to
// another endpoint, and lets slow uploaders hold disk instead of memory or connections. The file
// has no name and is never synced, so its bytes rarely reach the disk.
import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";

/** Bytes of one read of the file. */
const readBytes = 262_144;

/** A temporary file. */
export class Spool {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes a file in the system's folder for temporary files. */
  static async open(): Promise<Spool> {
    const path = join(tmpdir(), `ossicle-spool-${randomUUID()}`);
    const file = await open(path, "wx+", 0o600);
    await rm(path);
    return new Spool(file);
  }

  /** Writes pieces one after another, from a position on. */
  async write(pieces: readonly Uint8Array[], position: number): Promise<void> {
    let left = [...pieces];
    let at = position;
    while (left.length > 0) {
      const { bytesWritten } = await this.#file.writev(left, at);
      at += bytesWritten;
      left = withoutFirst(left, bytesWritten);
    }
  }

  /** Reads part of the file. */
  read(position: number, lengthBytes: number): Readable {
    return Readable.from(this.#chunks(position, position + lengthBytes), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end;) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, end - at));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new Error("a temporary file has become shorter");
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Closes the file, and frees its space. */
  close(): Promise<void> {
    return this.#file.close();
  }
}

function withoutFirst(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const left: Uint8Array[] = [];
  for (const piece of pieces) {
    if (skip < piece.length) left.push(piece.subarray(skip));
    skip = Math.max(0, skip - piece.length);
  }
  return left;
}
