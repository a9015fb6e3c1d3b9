// What every blob adapter must do, run unchanged over each of them.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlobMissingError, type BlobStore, type LendChunk, mintRef } from "../blob-store.ts";

/** Opens an empty store and says how to dispose of it. */
export type OpenBlobStore = () => Promise<{
  readonly store: BlobStore;
  readonly dispose: () => Promise<void>;
}>;

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const out: Uint8Array[] = [];
  for await (const chunk of chunks) out.push(Buffer.from(chunk));
  return Buffer.concat(out);
}

/** Declares the suite. */
export function blobContract(name: string, open: OpenBlobStore): void {
  describe(`${name} keeps the blob contract`, () => {
    let store: BlobStore;
    let dispose: () => Promise<void>;
    beforeEach(async () => {
      ({ store, dispose } = await open());
    });
    afterEach(() => dispose());

    test("a blob written in several chunks is read back, whole and in slices", async () => {
      const ref = mintRef();
      const body = Buffer.alloc(700_001, "0123456789");
      const writer = await store.create(ref);
      for (let at = 0; at < body.length; at += 65_537)
        await writer.write(body.subarray(at, at + 65_537));
      await writer.finish();
      const whole = await collect(await store.read(ref, { offset: 0, length: body.length }));
      expect(whole.equals(body)).toBe(true);
      const slice = await collect(await store.read(ref, { offset: 300_000, length: 5 }));
      expect(slice.toString()).toBe(body.toString("latin1", 300_000, 300_005));
    });

    test("a reader may change the chunks", async () => {
      const ref = mintRef();
      const body = Buffer.alloc(300_000, "0123456789");
      const writer = await store.create(ref);
      await writer.write(body);
      await writer.finish();
      const slice = { offset: 5, length: body.length - 5 };
      for await (const chunk of await store.read(ref, slice)) chunk.fill(0);
      const again = await collect(await store.read(ref, slice));
      expect(again.equals(body.subarray(5))).toBe(true);
    });

    test("a large blob is read back, whole and in slices", async () => {
      const ref = mintRef();
      // Longer than two parts of an upload to an S3 store, and no multiple of anything.
      const body = Buffer.alloc(20_000_003);
      for (let at = 0; at + 4 <= body.length; at += 4)
        body.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
      const writer = await store.create(ref);
      for (let at = 0; at < body.length; at += 1_048_576)
        await writer.write(body.subarray(at, at + 1_048_576));
      await writer.finish();
      const whole = await collect(await store.read(ref, { offset: 0, length: body.length }));
      expect(whole.equals(body)).toBe(true);
      for (const [offset, length] of [
        [0, 1],
        [8_388_600, 20],
        [16_383, 2],
        [12_345_678, 300_000],
        [20_000_002, 1],
      ] as const) {
        const slice = await collect(await store.read(ref, { offset, length }));
        expect(slice.equals(body.subarray(offset, offset + length))).toBe(true);
      }
    });

    test("a slice beyond the end of a blob is an error", async () => {
      const ref = mintRef();
      const writer = await store.create(ref);
      await writer.write(Buffer.from("short"));
      await writer.finish();
      const read = async (): Promise<Buffer> =>
        collect(await store.read(ref, { offset: 3, length: 3 }));
      await expect(read()).rejects.toThrow(BlobMissingError);
      const readAll = async (): Promise<Buffer> =>
        collect(await store.read(ref, { offset: 5, length: 40_000 }));
      await expect(readAll()).rejects.toThrow(BlobMissingError);
    });

    test("a large blob that is removed while it is written leaves nothing", async () => {
      const ref = mintRef();
      const writer = await store.create(ref);
      const piece = Buffer.alloc(1_048_576, 1);
      for (let pieces = 0; pieces < 10; pieces += 1) await writer.write(piece);
      await store.remove([ref]);
      await writer.abort();
      await expect(store.read(ref, { offset: 0, length: 1 })).rejects.toThrow(BlobMissingError);
      for await (const found of store.scan()) throw new Error(`left: ${found.sizeBytes} bytes`);
    });

    test("a read that is ended while a chunk is fetched gives its memory back once", async () => {
      const ref = mintRef();
      const writer = await store.create(ref);
      await writer.write(Buffer.alloc(600_000, 1));
      await writer.finish();
      const loans: { readonly buffer: Buffer; ends: number }[] = [];
      const lend: LendChunk = (bytes) => {
        const loan = { buffer: Buffer.alloc(bytes), ends: 0 };
        loans.push(loan);
        const end = (): void => {
          loan.ends += 1;
          loan.buffer.fill(0); // another reader has it now
        };
        return { buffer: loan.buffer, end };
      };
      const chunks = (await store.read(ref, { offset: 0, length: 600_000 }, lend))[
        Symbol.asyncIterator
      ]();
      const next = chunks.next();
      await chunks.return?.();
      await next;
      await chunks.next();
      expect(loans.map(({ ends }) => ends)).toEqual(loans.map(() => 1));
      expect(loans.every(({ buffer }) => buffer.every((byte) => byte === 0))).toBe(true);
    });

    test("an empty blob can be stored and read", async () => {
      const ref = mintRef();
      await (await store.create(ref)).finish();
      expect(await collect(await store.read(ref, { offset: 0, length: 0 }))).toHaveLength(0);
    });

    test("reading a missing blob fails before the first chunk", async () => {
      await expect(store.read(mintRef(), { offset: 0, length: 1 })).rejects.toThrow(
        BlobMissingError,
      );
    });

    test("an aborted blob cannot be read", async () => {
      const ref = mintRef();
      const writer = await store.create(ref);
      await writer.write(Buffer.from("x"));
      await writer.abort();
      await expect(store.read(ref, { offset: 0, length: 1 })).rejects.toThrow(BlobMissingError);
    });

    test("remove deletes exactly the named blobs, and may be repeated", async () => {
      const refs = [mintRef(), mintRef(), mintRef()] as const;
      for (const ref of refs) {
        const writer = await store.create(ref);
        await writer.write(Buffer.from("x"));
        await writer.finish();
      }
      await store.remove([refs[0], refs[1]]);
      await store.remove([refs[0]]);
      const left: string[] = [];
      for await (const { ref, sizeBytes } of store.scan()) {
        left.push(`${Buffer.from(ref).toString("hex")}:${sizeBytes}`);
      }
      expect(left).toEqual([`${Buffer.from(refs[2]).toString("hex")}:1`]);
    });
  });
}
