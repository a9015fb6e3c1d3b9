// The frames of SelectObject's answers, as they arrive: in pieces, with errors, or cut off.
import { selectFrames } from "@ossicle/protocol";
import { expect, test } from "vitest";
import { createClient } from "./client.ts";

const query = {
  bucket: "b",
  key: "k",
  process: "csv/select",
  expression: "select * from ossobject",
} as const;

function frame(type: number, payload: Uint8Array, length = payload.length): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(0x01_00_00_00 + type, 0);
  header.writeUInt32BE(length, 4);
  return Buffer.concat([header, payload, Buffer.alloc(4)]);
}

function rows(text: string): Buffer {
  return frame(selectFrames.data, Buffer.concat([Buffer.alloc(8), Buffer.from(text)]));
}

function end(status: number, text = ""): Buffer {
  const payload = Buffer.alloc(20);
  payload.writeUInt32BE(status, 16);
  return frame(selectFrames.end, Buffer.concat([payload, Buffer.from(text)]));
}

const headers = {
  ETag: '"E"',
  "Last-Modified": "Sun, 22 Nov 2026 09:00:00 GMT",
  "x-oss-object-type": "Normal",
  "x-oss-select-output-raw": "false",
  "x-oss-hash-crc64ecma": "1",
};

// A client whose answer arrives in pieces of some bytes.
function clientOf(answer: Uint8Array, pieceBytes: number) {
  const pieces = Array.from({ length: Math.ceil(answer.length / pieceBytes) }, (_, at) =>
    answer.slice(at * pieceBytes, (at + 1) * pieceBytes),
  );
  const body = new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return createClient({
    endpoint: "https://oss-cn-hangzhou.aliyuncs.com",
    region: "oss-cn-hangzhou",
    credentials: { accessKeyId: "ak", accessKeySecret: "sk" },
    fetch: () => Promise.resolve(new Response(body, { status: 206, headers })),
  });
}

test.each([1, 7, 100_000])(
  "rows come out of frames that arrive %i bytes at a time",
  async (size) => {
    const pause = frame(selectFrames.continuous, Buffer.alloc(8));
    const long = "x".repeat(5_000);
    const answer = Buffer.concat([rows("a,1\n"), pause, rows(`${long}\n`), rows("b\n"), end(200)]);
    const { text } = await clientOf(answer, size).selectObject(query);
    expect(await text()).toBe(`a,1\n${long}\nb\n`);
  },
);

test("an error after rows is thrown while they are read", async () => {
  const answer = Buffer.concat([rows("a\n"), end(400, "InvalidCsvLine.The line is invalid.")]);
  const { text } = await clientOf(answer, 50).selectObject(query);
  const failure = { code: "InvalidCsvLine", status: 400, message: "The line is invalid." };
  await expect(text()).rejects.toMatchObject(failure);
});

test("an answer that is cut off is no result", async () => {
  const { text } = await clientOf(rows("a\n"), 50).selectObject(query);
  await expect(text()).rejects.toThrow("cut off");
});

test("a frame that is too long is refused before it has arrived", async () => {
  const answer = frame(selectFrames.data, Buffer.alloc(8), 0x7f_ff_ff_ff);
  const { text } = await clientOf(answer, 50).selectObject(query);
  await expect(text()).rejects.toThrow("too long");
});

test("counts are read from the last frame", async () => {
  const payload = Buffer.alloc(37);
  payload.writeUInt32BE(200, 16);
  payload.writeUInt32BE(2, 20);
  payload.writeBigUInt64BE(1_000n, 24);
  payload.writeUInt32BE(3, 32);
  const target = { bucket: "b", key: "k", process: "csv/meta" } as const;
  const client = clientOf(frame(selectFrames.csvMetaEnd, payload), 9);
  const counts = { rows: 1_000, columns: 3, splits: 2 };
  expect(await client.createSelectObjectMeta(target)).toMatchObject(counts);
  const none = clientOf(rows("a\n"), 50);
  await expect(none.createSelectObjectMeta(target)).rejects.toThrow("no counts");
});
