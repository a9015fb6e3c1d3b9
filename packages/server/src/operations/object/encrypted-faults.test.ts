// Encryption beside failures and other writers: no bytes of another upload are changed, no write is
// undone, and nothing stays open.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { BlobStore } from "@ossicle/store";
import { verifyStore } from "../../maintenance/verify/verify-store.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, post, remove, pipeline } = modelBucket();

const aes = { "x-oss-server-side-encryption": "AES256" };
const sm4 = { "x-oss-server-side-encryption": "SM4" };
const kms = { "x-oss-server-side-encryption": "KMS" };
const ofItself = { "x-oss-copy-source": "/bucket/k" };

/** Replaces methods of the blob store. */
function change(changes: Partial<BlobStore>): void {
  Object.assign(pipeline().services.blobs, changes);
}

async function findings(): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const onFinding = (finding: unknown): void => void found.push(finding);
  await verifyStore(pipeline().services, { readsBytes: true, onFinding });
  return found;
}

test("an upload whose write fails does not change the bytes of another one", async () => {
  const { services } = pipeline();
  const create = services.blobs.create;
  const body = Buffer.alloc(6_000_000, "b");
  const md5 = createHash("md5").update(body).digest("base64");
  await put("/warm", Buffer.alloc(3_000_000), sm4); // starts the threads
  for (let round = 0; round < 6; round += 1) {
    let isFirst = true;
    change({
      create: async (ref) => {
        const writer = await create(ref);
        const fails = isFirst;
        isFirst = false;
        const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
        return {
          ...writer,
          write: (chunk) =>
            fails
              ? Promise.reject(new Error("the disk is full"))
              : pause().then(() => writer.write(chunk)),
        };
      },
    });
    const failing = put("/fails", Buffer.alloc(6_000_000, "a"), sm4).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, round));
    const { headers } = await put("/other", body);
    await failing;
    expect(headers["content-md5"]).toBe(md5);
    expect(
      createHash("md5")
        .update((await get("/other")).bytes)
        .digest("base64"),
    ).toBe(md5);
  }
  await expect.poll(() => services.memory.pieces.inUse).toBe(0);
}, 60_000);

test.each([40_000, 10])(
  "an appendable object of %i bytes survives its encryption",
  async (size) => {
    const first = "a".repeat(size);
    await post("/k?append&position=0", first);
    await put("/k", "", { ...ofItself, ...aes });
    const answer = await head("/k");
    expect(answer.headers).toMatchObject({ ...aes, "x-oss-object-type": "Normal" });
    expect((await post(`/k?append&position=${size}`, "b")).code).toBe("ObjectNotAppendable");
    expect((await get("/k")).body).toBe(first);
    expect(await findings()).toEqual([]);
  },
);

test("a copy onto itself keeps encryption, unless it names another one", async () => {
  await post("/k?append&position=0", "a".repeat(40_000), kms);
  await put("/k", "", { ...ofItself, "x-oss-meta-a": "b" });
  const { headers } = await head("/k");
  expect(headers).toMatchObject({ ...kms, "x-oss-object-type": "Appendable", "x-oss-meta-a": "b" });
  expect((await post("/k?append&position=40000", "b")).status).toBe(200);
  expect((await get("/k")).body).toBe(`${"a".repeat(40_000)}b`);
  expect(await findings()).toEqual([]);
});

test.each([
  ["a PUT", () => put("/k", "new"), "new"],
  ["an append", () => post("/k?append&position=50000", "new"), `${"o".repeat(50_000)}new`],
  ["a deletion", () => remove("/k"), undefined],
])("%s during a copy onto itself is not undone", async (_what, act, left) => {
  await post("/k?append&position=0", "o".repeat(50_000));
  const { create } = pipeline().services.blobs;
  let isDone = false;
  change({
    create: async (ref) => {
      if (!isDone) {
        isDone = true;
        expect((await act()).status).toBeLessThan(300);
      }
      return create(ref);
    },
  });
  const copied = await put("/k", "", { ...ofItself, ...aes });
  expect(copied.status).toBe(left === undefined ? 404 : 200);
  const read = await get("/k");
  expect(left === undefined ? read.code : read.body).toBe(left ?? "NoSuchKey");
});

test("a copy that fails closes its source", async () => {
  await put("/k", Buffer.alloc(3_000_000, "k"));
  const { read, create } = pipeline().services.blobs;
  let open = 0;
  change({
    read: async (...wanted) => {
      const chunks = (await read(...wanted))[Symbol.asyncIterator]();
      open += 1;
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => chunks.next(),
          return: async () => {
            open -= 1;
            await chunks.return?.();
            return { done: true, value: undefined };
          },
        }),
      };
    },
    create: async (ref) => ({
      ...(await create(ref)),
      write: () => Promise.reject(new Error("the disk is full")),
    }),
  });
  await put("/copy", "", { ...ofItself, ...aes }).catch(() => undefined);
  expect(open).toBe(0);
});

test("strangers cannot read objects under keys of KMS", async () => {
  await put("/k", "x", kms);
  await put("/own", "x", aes);
  await put("?acl", "", { "x-oss-acl": "public-read" });
  const ask = (key: string) =>
    pipeline().ask({ method: "GET", path: `/bucket/${key}`, anonymous: true });
  expect(await ask("k")).toMatchObject({ status: 403, code: "AccessDenied" });
  expect((await ask("own")).body).toBe("x");
});

test("strangers cannot copy objects under keys of KMS", async () => {
  await put("/k", "x", kms);
  await put("?acl", "", { "x-oss-acl": "public-read-write" });
  const ask = (path: string, headers: Readonly<Record<string, string>>, method = "PUT") =>
    pipeline().ask({ method, path: `/bucket/${path}`, headers, anonymous: true });
  const source = { "x-oss-copy-source": "/bucket/k" };
  expect(await ask("copy", source)).toMatchObject({ status: 403, code: "AccessDenied" });
  const started = await ask("parts?uploads", {}, "POST");
  const id = /<UploadId>(\w+)/.exec(started.body)?.[1] ?? "";
  const part = await ask(`parts?partNumber=1&uploadId=${id}`, source);
  expect(part).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("the store's own key cannot be named as a key of KMS", async () => {
  const named = { ...kms, "x-oss-server-side-encryption-key-id": "store" };
  expect(await put("/k", "x", named)).toMatchObject({ status: 404, code: "KeyNotFound" });
});
