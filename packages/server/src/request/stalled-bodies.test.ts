// Clients that stall in the middle of a body: the server keeps none of the chunks in memory that it
// has processed.
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { ingest } from "../objects/bytes/ingest.ts";
import { watchChunks } from "../objects/bytes/watch-chunks.ts";
import { readForm } from "./form/read-form.ts";
import { modelPipeline } from "../testing/model-pipeline.ts";
import { slowed } from "./traffic-limit.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const chunkBytes = 50_000;
const formHead =
  `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b\r\nContent-Disposition: ` +
  `form-data; name="file"\r\n\r\n`;

/** A body that stalls after three chunks. */
class StallingBody implements AsyncIterable<Uint8Array> {
  readonly lengthBytes = 10_000_000;
  readonly chunks = this;
  readonly #given: WeakRef<ArrayBufferLike>[] = [];
  readonly #head: string;
  #hasStalled = false;
  #goOn: (value: unknown) => void = () => undefined;

  constructor(head = "") {
    this.#head = head;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 3; at += 1) yield this.#chunk(at === 0 ? this.#head : "");
    this.#hasStalled = true;
    await new Promise((resolve) => {
      this.#goOn = resolve; // keeps the waiting reader in memory, as a socket would
    });
  }

  // A function of its own, so that no variable of the generator refers to the chunk.
  #chunk(head: string): Uint8Array {
    const chunk = Buffer.alloc(chunkBytes, "x");
    chunk.write(head);
    this.#given.push(new WeakRef(chunk.buffer));
    return chunk;
  }

  /** How many chunks are still in memory when the client has stalled. */
  async kept(): Promise<number> {
    while (!this.#hasStalled) await turn();
    for (let at = 0; at < 3; at += 1) {
      await turn();
      collectGarbage();
    }
    const kept = this.#given.filter((chunk) => chunk.deref() !== undefined).length;
    this.#goOn(undefined);
    return kept;
  }
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const source = chunks[Symbol.asyncIterator]();
  const next = async (): Promise<boolean> => (await source.next()).done !== true;
  while (await next());
}

test("an upload whose client stalls keeps none of its chunks", async () => {
  const { services } = await modelPipeline();
  const body = new StallingBody();
  const upload = ingest(services, body);
  expect(await body.kept()).toBe(0);
  await expect(upload).rejects.toMatchObject({ code: "IncompleteBody" });
});

test("a form whose client stalls keeps none of its file's chunks", async () => {
  const { services } = await modelPipeline();
  const body = new StallingBody(formHead);
  const message = {
    method: "POST",
    target: "/bucket",
    clientIp: "127.0.0.1",
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body,
  };
  const form = readForm(message, services.memory).then(({ file }) => drain(file));
  expect(await body.kept()).toBe(0);
  await expect(form).rejects.toMatchObject({ code: "MalformedPOSTRequest" });
});

test("a watched body whose client stalls keeps none of its chunks", async () => {
  const body = new StallingBody();
  let seen = 0;
  const whole = drain(watchChunks(body, { onChunk: ({ length }) => (seen += length) }));
  expect(await body.kept()).toBe(0);
  await whole;
  expect(seen).toBe(3 * chunkBytes);
});

test("a body under a traffic limit whose client stalls keeps none of its chunks", async () => {
  const body = new StallingBody();
  const message = { method: "PUT", target: "/b/k", headers: {}, clientIp: "127.0.0.1", body };
  const slow = slowed(message, 1e9, { delayMs: 0 });
  const whole = drain(slow.body.chunks);
  expect(await body.kept()).toBe(0);
  await whole;
});
