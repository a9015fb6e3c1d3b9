// The pool under load: it never exceeds its number of pieces, and a stalled client holds no piece
// that another upload needs.
import { afterEach, describe, expect, test, vi } from "vitest";
import { BodyPieces } from "../objects/bytes/body-pieces.ts";
import type { StreamHash } from "../objects/bytes/hashing.ts";
import { pieceBytes, PiecePool } from "./piece-pool.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a pool never exceeds its size, and the longest waiter gets the next free piece", async () => {
  const pool = new PiecePool(2);
  const [one] = [await pool.take(), await pool.take()];
  const order: string[] = [];
  const waiters = ["first", "second"].map(async (name) => {
    const piece = await pool.take();
    order.push(name);
    pool.give(piece);
  });
  expect([pool.made, pool.inUse, pool.waiting]).toEqual([2, 2, 2]);
  pool.give(one);
  await Promise.all(waiters);
  expect(order).toEqual(["first", "second"]);
  expect([pool.made, pool.inUse, pool.waiting]).toEqual([2, 1, 0]);
});

test("an upload that waits too long for a piece fails with 503 and Retry-After", async () => {
  vi.useFakeTimers();
  const pool = new PiecePool(1);
  await pool.take();
  const late = Promise.resolve(pool.take()).catch((cause: unknown) => cause);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await late).toMatchObject({
    code: "ServiceUnavailable",
    headers: { "Retry-After": "5" },
  });
  expect(pool.waiting).toBe(0);
});

/** A blob and a hash that keep what they were given. */
function sinks(pool: PiecePool): {
  readonly pieces: BodyPieces;
  readonly written: () => Buffer;
  readonly fail: (cause: Error) => void;
} {
  const written: Buffer[] = [];
  let failure: Error | undefined;
  const hash: StreamHash = {
    update: () => Promise.resolve(),
    digest: () => Promise.resolve({ md5: Buffer.alloc(16), crc64: "0" }),
    drop: () => undefined,
  };
  const writer = {
    write: (chunk: Uint8Array) => {
      if (failure !== undefined) return Promise.reject(failure);
      written.push(Buffer.from(chunk));
      return Promise.resolve();
    },
    finish: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
  return {
    pieces: new BodyPieces({ writer, hash, pool }),
    written: () => Buffer.concat(written),
    fail: (cause) => {
      failure = cause;
    },
  };
}

describe("an upload", () => {
  test("that waits for its client passes its piece to another, and loses no byte", async () => {
    const pool = new PiecePool(1);
    const slow = sinks(pool);
    await slow.pieces.push(Buffer.from("be"));
    let arrive: (chunk: Buffer) => void = () => undefined;
    const waiting = slow.pieces.waitFor(
      new Promise<Buffer>((resolve) => {
        arrive = resolve;
      }),
    );
    const quick = sinks(pool);
    const body = Buffer.alloc(2 * pieceBytes + 5, "q");
    await quick.pieces.push(body);
    await quick.pieces.end();
    expect(quick.written().equals(body)).toBe(true);
    arrive(Buffer.from("gun"));
    await slow.pieces.push(await waiting);
    await slow.pieces.end();
    expect(slow.written().toString()).toBe("begun");
    expect([pool.made, pool.inUse]).toEqual([1, 0]);
  });

  test("that begins to wait for its client gives up a piece that another needs", async () => {
    const pool = new PiecePool(1);
    const slow = sinks(pool);
    await slow.pieces.push(Buffer.from("x"));
    const other = Promise.resolve(pool.take());
    expect(pool.waiting).toBe(1);
    const never = slow.pieces.waitFor(new Promise<never>(() => undefined));
    pool.give(await other);
    expect(pool.inUse).toBe(0);
    void never;
  });

  test("whose disk fails ends within a few pieces, long before its body ends", async () => {
    const pool = new PiecePool(4);
    const { pieces, fail } = sinks(pool);
    fail(new Error("the disk is gone"));
    let taken = 0;
    const upload = async (): Promise<void> => {
      for (; taken < 100; taken += 1) await pieces.push(Buffer.alloc(pieceBytes));
    };
    await expect(upload()).rejects.toThrow("the disk is gone");
    expect(taken).toBeLessThan(6);
    await pieces.settle();
    expect(pool.inUse).toBe(0);
  });

  test("whose disk fails reports it, and gives every piece back", async () => {
    const pool = new PiecePool(4);
    const { pieces, fail } = sinks(pool);
    fail(new Error("the disk is gone"));
    await pieces.push(Buffer.alloc(pieceBytes + 1));
    await expect(pieces.end()).rejects.toThrow("the disk is gone");
    await pieces.settle();
    expect(pool.inUse).toBe(0);
  });
});
