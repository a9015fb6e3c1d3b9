// Ciphers of chunks: what is encrypted can be decrypted, and any change is found.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlobDamagedError } from "@ossicle/store";
import { chunkBytes, chunkCipher, sealedChunkBytes, sealedLength } from "./chunk-cipher.ts";
import { Encryption } from "./encryption.ts";

const key = Buffer.alloc(32, 3);
const name = Buffer.alloc(16, 5);

describe.each(["AES256", "SM4"] as const)("%s", (cipher) => {
  const encryption = new Encryption({ key: "k", cipher }, key);

  test("decrypts what it has encrypted, and finds every changed bit", () => {
    const chunks = fc.uint8Array({ minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(chunks, fc.nat(2 ** 40), fc.nat(), (chunk, index, bit) => {
        const one = chunkCipher(cipher, key, name);
        const sealed = Buffer.concat(one.seal(chunk, index));
        expect(sealed.length).toBe(chunk.length + 16);
        expect(Buffer.compare(one.open(sealed, index), chunk)).toBe(0);
        expect(() => one.open(sealed, index + 1)).toThrow(BlobDamagedError);
        const at = bit % (sealed.length * 8);
        sealed[at >> 3] = (sealed[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(() => one.open(sealed, index)).toThrow(BlobDamagedError);
      }),
    );
  });

  test("encrypts the same bytes under two names differently", () => {
    const sealed = [name, Buffer.alloc(16, 6)].map((one) =>
      Buffer.concat(chunkCipher(cipher, key, one).seal(Buffer.alloc(64), 0)),
    );
    expect(sealed[0]?.equals(sealed[1] ?? Buffer.alloc(0))).toBe(false);
    expect(encryption.sealPayload(Buffer.from("x"))).not.toEqual(
      encryption.sealPayload(Buffer.from("x")),
    );
  });

  test.each([1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 200_001])(
    "reads any slice of a blob of %i bytes, in chunks of any length",
    async (size) => {
      const body = Buffer.alloc(size, "0123456789abcdefg");
      const piece = Buffer.alloc(sealedChunkBytes * Math.ceil(size / chunkBytes));
      piece.set(body);
      await encryption.sealer(name, size).seal(piece, size, 0);
      const sealed = piece.subarray(0, sealedLength(size));
      const reads = [10_000, 65_536, 70_000, 262_144].flatMap((length) =>
        [
          [0, size],
          [0, 1],
          [size - 1, 1],
          [Math.floor(size / 3), Math.ceil(size / 3)],
        ].map(([offset = 0, count = 0]) => ({ length, offset, count })),
      );
      for (const { length, offset, count } of reads) {
        const part = { ref: name, offset, length: count, blobLength: size };
        const slice = encryption.sliceOf(part);
        const bytes = sealed.subarray(slice.offset, slice.offset + slice.length);
        const found: Uint8Array[] = [];
        for await (const chunk of encryption.open(inChunks(bytes, length), part)) {
          found.push(Buffer.from(chunk));
        }
        const wanted = body.subarray(offset, offset + count);
        expect(Buffer.concat(found).equals(wanted), `${offset} ${count} by ${length}`).toBe(true);
      }
    },
  );

  test("a payload that was cut is found", () => {
    const payload = encryption.sealPayload(Buffer.from("hello"));
    expect(Buffer.from(encryption.openPayload(payload)).toString()).toBe("hello");
    for (let length = 0; length < payload.length; length += 1) {
      expect(() => encryption.openPayload(payload.subarray(0, length))).toThrow(BlobDamagedError);
    }
  });
});

async function* inChunks(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += length) {
    yield Buffer.from(bytes.subarray(at, at + length));
  }
}
