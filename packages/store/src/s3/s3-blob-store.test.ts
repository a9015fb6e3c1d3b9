// What the S3 adapter does when a store fails: over a store in memory that fails on demand.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlobDamagedError, type BlobRef, mintRef } from "../blob-store.ts";
import { blobContract } from "../contract/blob-contract.ts";
import { type S3StandIn, startS3StandIn } from "../contract/s3-stand-in.ts";
import { StoreUnavailableError } from "../store-unavailable-error.ts";
import { openS3BlobStore, type S3BlobStore } from "./s3-blob-store.ts";

blobContract("S3BlobStore over a store in memory", async () => {
  const standIn = await startS3StandIn();
  const store = await openS3BlobStore(standIn.address);
  const dispose = async (): Promise<void> => {
    await store.close();
    await standIn.stop();
  };
  return { store, dispose };
});

describe("S3BlobStore", () => {
  let standIn: S3StandIn;
  let store: S3BlobStore;
  beforeEach(async () => {
    standIn = await startS3StandIn();
    store = await openS3BlobStore(standIn.address);
  });
  afterEach(async () => {
    await store.close();
    await standIn.stop();
  });

  const large = Buffer.alloc(17_000_000, "large body ");

  async function write(ref: BlobRef, body: Buffer): Promise<void> {
    const writer = await store.create(ref);
    try {
      for (let at = 0; at < body.length; at += 1_000_000)
        await writer.write(body.subarray(at, at + 1_000_000));
      await writer.finish();
    } catch (cause) {
      await writer.abort().catch(() => undefined); // the store may not answer
      throw cause;
    }
  }

  async function readAll(ref: BlobRef, length: number, offset = 0): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await store.read(ref, { offset, length }))
      chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  test("an endpoint that refuses connections is replaced by another", async () => {
    standIn.trouble = ({ port, response, serve }) => {
      if (port === standIn.ports[0]) response.socket?.destroy();
      else serve();
    };
    const ref = mintRef();
    await write(ref, large);
    expect((await readAll(ref, large.length)).equals(large)).toBe(true);
  });

  test("an endpoint that answers 503 is tried again", async () => {
    let refusals = 0;
    standIn.trouble = ({ response, serve }) => {
      refusals += 1;
      if (refusals % 3 === 0) serve();
      else response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
    };
    const ref = mintRef();
    await write(ref, large);
    expect((await readAll(ref, large.length)).equals(large)).toBe(true);
  });

  test("a store that never answers ends in StoreUnavailableError", async () => {
    await store.close();
    store = await openS3BlobStore(standIn.address, { tryForMs: 200 });
    standIn.trouble = ({ response }) => response.socket?.destroy();
    await expect(write(mintRef(), Buffer.from("x"))).rejects.toThrow(StoreUnavailableError);
    await expect(store.read(mintRef(), { offset: 0, length: 1 })).rejects.toThrow(
      StoreUnavailableError,
    );
  });

  test("a refused key is an error that tells the store's code", async () => {
    standIn.trouble = ({ response }) =>
      response.writeHead(403).end("<Error><Code>InvalidAccessKeyId</Code></Error>");
    await expect(openS3BlobStore(standIn.address)).rejects.toThrow(
      "the S3 store refused GET of the bucket: 403 InvalidAccessKeyId",
    );
  });

  test.each([
    ["is cut", "POST", "uploads", 200],
    ["is no XML", "POST", "uploads", 200],
    ["is cut", "GET", "list-type", 403],
  ])("an answer that %s is asked for again: %s with %s", async (how, method, parameter, status) => {
    let broken = 0;
    standIn.trouble = ({ method: asked, query, response, serve }) => {
      if (asked !== method || !query.has(parameter) || broken > 0) return serve();
      broken += 1;
      response.writeHead(status, { "content-length": 1_000 });
      if (how === "is no XML") response.end("<html>".padEnd(1_000));
      else response.write("<E", () => response.socket?.destroy());
    };
    const ref = mintRef();
    await write(ref, large);
    for await (const { sizeBytes } of store.scan()) expect(sizeBytes).toBe(large.length);
    standIn.trouble = ({ response }) => {
      response.writeHead(404, { "content-length": 1_000 });
      response.write("<E", () => response.socket?.destroy());
    };
    const impatient = await openImpatient();
    await expect(impatient.read(ref, { offset: 0, length: 1 })).rejects.toThrow(
      StoreUnavailableError,
    );
    await impatient.close();
  });

  // A store whose failing requests end soon.
  async function openImpatient(): Promise<S3BlobStore> {
    const { trouble } = standIn;
    standIn.trouble = ({ serve }) => {
      serve();
    };
    const opened = await openS3BlobStore(standIn.address, { tryForMs: 200 });
    standIn.trouble = trouble;
    return opened;
  }

  test("an answer of a proxy is not taken for the store's", async () => {
    standIn.trouble = ({ response }) => {
      response.setHeader("content-type", "text/html").end("<html><body>Sign in</body></html>");
    };
    const impatient = await openImpatient();
    for (const body of [Buffer.from("small"), large]) {
      const writer = await impatient.create(mintRef());
      const written = (async () => {
        await writer.write(body);
        await writer.finish();
      })();
      await expect(written).rejects.toThrow("is it an S3 store?");
      await writer.abort().catch(() => undefined); // nothing is there
    }
    await expect(impatient.holdsBlobs()).rejects.toThrow("is it an S3 store?");
    await impatient.close();
  });

  test("a listing that repeats its page ends with an error", async () => {
    standIn.trouble = ({ query, response, serve }) => {
      if (!query.has("list-type")) return serve();
      const token = "<NextContinuationToken>same</NextContinuationToken>";
      response.end(`<ListBucketResult>${token}</ListBucketResult>`);
    };
    await expect(store.holdsBlobs()).rejects.toThrow("has no end");
  });

  test("an upload that was begun twice, because an answer was lost, leaves none", async () => {
    let losses = 0;
    standIn.trouble = ({ method, query, response, serve }) => {
      if (method !== "POST" || !query.has("uploads") || losses > 0) return serve();
      losses += 1;
      const { socket } = response;
      response.end = () => response; // the answer is lost
      serve();
      socket?.destroy();
    };
    await write(mintRef(), large);
    expect([losses, standIn.uploads.size]).toEqual([1, 0]);
  });

  test("a completion that the store carries out after the removal stays recorded", async () => {
    const held: (() => void)[] = [];
    standIn.trouble = ({ method, query, response, serve }) => {
      if (method !== "POST" || !query.has("uploadId")) return serve();
      held.push(serve);
      response.socket?.destroy();
    };
    const impatient = await openImpatient();
    const ref = mintRef();
    const writer = await impatient.create(ref);
    for (let at = 0; at < large.length; at += 1_000_000)
      await writer.write(large.subarray(at, at + 1_000_000));
    await expect(writer.finish()).rejects.toThrow(StoreUnavailableError);
    await expect(writer.abort()).rejects.toThrow("may still store");
    await impatient.close();
  });

  test("a blob that the store may still store after its removal stays recorded", async () => {
    const held: (() => void)[] = [];
    standIn.trouble = ({ method, response, serve }) => {
      if (method !== "PUT") return serve();
      held.push(serve); // the store carries the request out after its client has gone
      response.socket?.destroy();
    };
    const impatient = await openImpatient();
    const ref = mintRef();
    const writer = await impatient.create(ref);
    await writer.write(Buffer.from("late"));
    await expect(writer.finish()).rejects.toThrow(StoreUnavailableError);
    await expect(writer.abort()).rejects.toThrow("may still store");
    await expect(impatient.remove([ref])).rejects.toThrow("may still store");
    for (const serve of held) serve();
    expect(standIn.objects.size).toBe(1);
    // The sweeper runs later, in a process that has not written the blob, or after ten minutes.
    standIn.trouble = ({ serve }) => {
      serve();
    };
    await store.remove([ref]);
    expect(standIn.objects.size).toBe(0);
    await impatient.close();
  });

  test("an abandoned upload does not wait for a store that hangs", async () => {
    const writer = await store.create(mintRef());
    standIn.trouble = ({ method, query, serve }) => {
      if (method === "POST" && query.has("uploads")) serve(); // everything else is never answered
    };
    for (let pieces = 0; pieces < 10; pieces += 1) await writer.write(Buffer.alloc(1_000_000));
    const began = performance.now();
    await expect(writer.abort()).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - began).toBeLessThan(9_000); // far below the time of an answer
  });

  test("opening a store does not look through a bucket", async () => {
    for (let foreign = 0; foreign < 3_000; foreign += 1) {
      standIn.objects.set(`other/${foreign}`, Buffer.alloc(1));
    }
    let requests = 0;
    standIn.trouble = ({ serve }) => {
      requests += 1;
      serve();
    };
    const opened = await openS3BlobStore(standIn.address);
    expect(requests).toBe(1);
    expect(await opened.holdsBlobs()).toBe(false);
    expect(requests).toBe(4);
    await opened.close();
  });

  test("a read whose connection ends goes on where it stopped", async () => {
    const ref = mintRef();
    await write(ref, large);
    let cuts = 0;
    standIn.trouble = ({ method, response, serve }) => {
      if (method === "GET" && cuts < 5) {
        cuts += 1;
        setTimeout(() => response.socket?.destroy(), 2);
      }
      serve();
    };
    expect((await readAll(ref, large.length)).equals(large)).toBe(true);
  });

  test("a damaged block is read again, and never returned", async () => {
    const ref = mintRef();
    const body = Buffer.alloc(100_000, "body");
    await write(ref, body);
    const [key, object] = [...standIn.objects][0] ?? ["", Buffer.alloc(0)];
    const damaged = Buffer.from(object);
    damaged[50_000] = (damaged[50_000] ?? 0) ^ 1;
    let reads = 0;
    standIn.trouble = ({ serve }) => {
      reads += 1;
      standIn.objects.set(key, reads === 1 ? damaged : object);
      serve();
    };
    expect((await readAll(ref, body.length)).equals(body)).toBe(true);
    expect(reads).toBe(2);

    standIn.trouble = ({ serve }) => {
      standIn.objects.set(key, damaged);
      serve();
    };
    await expect(readAll(ref, body.length)).rejects.toThrow(BlobDamagedError);
    await expect(readAll(ref, 1, 50_100)).rejects.toThrow("is damaged in bytes 49152 to 65535");
    expect(await readAll(ref, 49_152)).toEqual(body.subarray(0, 49_152));
  });

  test("another blob's bytes are not returned", async () => {
    const [one, other] = [mintRef(), mintRef()];
    await write(one, Buffer.from("one"));
    await write(other, Buffer.from("two"));
    const [key = "", otherKey = ""] = standIn.objects.keys();
    standIn.objects.set(key, standIn.objects.get(otherKey) ?? Buffer.alloc(0));
    await expect(readAll(one, 3)).rejects.toThrow(BlobDamagedError);
  });

  test("an upload whose completion was answered into a lost connection succeeds", async () => {
    let losses = 0;
    standIn.trouble = ({ method, query, response, serve }) => {
      if (method !== "POST" || !query.has("uploadId") || losses > 0) return serve();
      losses += 1;
      const socket = response.socket;
      response.end = () => response; // the answer is lost
      serve();
      socket?.destroy();
    };
    const ref = mintRef();
    await write(ref, large);
    expect(losses).toBe(1);
    expect((await readAll(ref, large.length)).equals(large)).toBe(true);
  });

  test("a listing that still shows an abandoned upload does not repeat for ever", async () => {
    let listings = 0;
    const ref = mintRef();
    const key = Buffer.from(ref).toString("hex");
    standIn.trouble = ({ method, query, response, serve }) => {
      if (method !== "GET" || !query.has("uploads")) return serve();
      listings += 1;
      const upload = `<Upload><Key>${key}</Key><UploadId>gone</UploadId></Upload>`;
      const truncated = "<IsTruncated>true</IsTruncated>";
      response.end(
        `<ListMultipartUploadsResult>${truncated}${upload}</ListMultipartUploadsResult>`,
      );
    };
    await store.remove([ref]);
    expect(listings).toBe(2);
  });

  test("removing a blob whose upload was interrupted abandons the upload", async () => {
    const ref = mintRef();
    const writer = await store.create(ref);
    for (let pieces = 0; pieces < 10; pieces += 1) await writer.write(Buffer.alloc(1_000_000));
    await expect.poll(() => standIn.uploads.size).toBe(1); // and the writer's process is killed
    await store.remove([ref]);
    expect(standIn.uploads.size).toBe(0);
    await writer.abort();
  });

  test("a prefix separates the stores of one bucket", async () => {
    const other = await openS3BlobStore(`${standIn.address}&prefix=staging/eu`);
    const ref = mintRef();
    await (await other.create(ref)).finish();
    expect([...standIn.objects.keys()]).toEqual([`staging/eu/${Buffer.from(ref).toString("hex")}`]);
    expect(await store.holdsBlobs()).toBe(false);
    await other.close();
  });
});
