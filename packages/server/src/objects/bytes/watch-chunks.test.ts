// Watched bodies: every chunk arrives, and an error ends both sides.
import { expect, test } from "vitest";
import { watchChunks } from "./watch-chunks.ts";

const chunk = (text: string): Uint8Array => Buffer.from(text);

async function* source(ended: string[], failure?: Error): AsyncGenerator<Uint8Array> {
  try {
    yield chunk("a");
    yield chunk("b");
    if (failure !== undefined) throw failure;
  } finally {
    ended.push("source");
  }
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const one of chunks) text += Buffer.from(one).toString();
  return text;
}

test("the watcher sees every chunk and then the end, and the reader gets every chunk", async () => {
  const ended: string[] = [];
  const watched = watchChunks(source(ended), {
    onChunk: (one) => ended.push(Buffer.from(one).toString()),
    onEnd: () => void ended.push("end"),
  });
  expect(await all(watched)).toBe("ab");
  expect(ended).toEqual(["a", "b", "source", "end"]);
});

test("an error that a watcher throws ends the source", async () => {
  const ended: string[] = [];
  const refuse = () => {
    throw new RangeError("too long");
  };
  await expect(all(watchChunks(source(ended), { onChunk: refuse }))).rejects.toThrow("too long");
  await expect(all(watchChunks(source(ended), { onEnd: refuse }))).rejects.toThrow("too long");
  expect(ended).toEqual(["source", "source"]);
});

test("a watcher can replace an error of the source", async () => {
  const broken = watchChunks(source([], new Error("broken")), {
    onError: (cause) => new Error("told", { cause }),
  });
  await expect(all(broken)).rejects.toThrow("told");
});

test("a reader that stops early ends the source", async () => {
  const ended: string[] = [];
  for await (const _ of watchChunks(source(ended), {})) break;
  expect(ended).toEqual(["source"]);
});
