// Records of the log: what is read is what was written, and nothing else is taken for a record.
import fc from "fast-check";
import { expect, test } from "vitest";
import { deleteBytes, type LogEnd, putBytes, RecordBuilder } from "./log-record.ts";
import { recordEnd, recordLength, writesOf } from "./log-record.ts";

const start: LogEnd = { position: 1_000, segment: 900, checksum: 7 };
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
const anyWrite = fc.oneof(
  fc.record({ key: anyBytes, value: anyBytes, payload: fc.option(anyBytes, { nil: undefined }) }),
  fc.record({ key: anyBytes }),
);

function recordOf(writes: readonly (typeof anyWrite extends fc.Arbitrary<infer T> ? T : never)[]): {
  readonly bytes: Buffer;
  readonly end: LogEnd;
} {
  const builder = new RecordBuilder();
  builder.begin(start, 1_000_000);
  for (const write of writes) {
    if ("value" in write) {
      const { key, value, payload } = write;
      builder.put(5, { key, value, ...(payload === undefined ? {} : { payload }) });
    } else builder.delete(write.key);
  }
  const { bytes, end } = builder.finish();
  return { bytes: Buffer.from(bytes), end };
}

test("a record reads back as the writes that it was built from", () => {
  fc.assert(
    fc.property(fc.array(anyWrite, { maxLength: 20 }), (writes) => {
      const { bytes, end } = recordOf(writes);
      expect(recordLength(bytes, start)).toBe(bytes.length);
      expect(recordEnd(bytes, start.segment)).toEqual(end);
      const read = [...writesOf(bytes, start.segment)];
      expect(read).toHaveLength(writes.length);
      for (const [at, write] of read.entries()) {
        const wrote = writes[at];
        expect(Buffer.from(write.key)).toEqual(Buffer.from(wrote?.key ?? []));
        if (write.kind === "delete") continue;
        expect(write.version).toBe(5);
        expect(wrote).toMatchObject({ value: new Uint8Array(write.value) });
        const place = write.payloadPosition - start.position;
        const payload = bytes.subarray(place, place + (write.payload?.length ?? 0));
        expect(payload).toEqual(Buffer.from(write.payload ?? []));
      }
    }),
  );
});

test("a record takes its header and the bytes that its writes are said to take", () => {
  const [key, value, payload] = [Buffer.from("k"), Buffer.from("value"), Buffer.from("body")];
  const { bytes } = recordOf([{ key, value, payload }, { key }]);
  const put = putBytes({ key: 1, value: 5, payload: 4 });
  expect(bytes).toHaveLength(24 + put + deleteBytes(1));
});

test("a record with a changed byte does not continue the log", () => {
  const { bytes } = recordOf([
    { key: Buffer.from("k"), value: Buffer.from("v"), payload: undefined },
  ]);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const length = recordLength(changed, start);
    const isWhole = length === changed.length && recordEnd(changed, start.segment) !== undefined;
    expect(isWhole).toBe(false);
  }
});

test("a record of another place or of another chain does not continue the log", () => {
  const { bytes } = recordOf([]);
  expect(recordLength(bytes, { ...start, position: 1_001 })).toBeUndefined();
  expect(recordLength(bytes, { ...start, checksum: 8 })).toBeUndefined();
  expect(recordLength(bytes.subarray(0, 10), start)).toBeUndefined();
});
