// PutBucketInventory: what is refused, and the lists that are made.
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Inventories } from "../../maintenance/inventory/inventories.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { openSlice } from "../../objects/bytes/read-object.ts";
import { modelBucket } from "../../testing/model-bucket.ts";
import { inventoryDocument } from "../../testing/model-documents.ts";

const { ask, get, keepVersions, pipeline, put, remove } = modelBucket();
const dayMs = 86_400_000;
const add = (id: string, options = {}) =>
  put(`?inventory&inventoryId=${id}`, inventoryDocument(id, options));
const fields = (...names: readonly string[]): string =>
  `<OptionalFields>${names.map((name) => `<Field>${name}</Field>`).join("")}</OptionalFields>`;
const make = (): Promise<number> => new Inventories(pipeline().services).run();

interface Manifest {
  readonly fileSchema: string;
  readonly files: readonly { readonly key: string; readonly size: number }[];
}

/** The keys of the lists' objects. */
async function keysOf(prefix: string): Promise<readonly string[]> {
  const { body } = await get(`?prefix=${encodeURIComponent(prefix)}`);
  return [...body.matchAll(/<Key>([^<]+)</g)].map(([, key = ""]) => key);
}

/** The newest manifest, and the lines of its file. */
async function newest(): Promise<{ manifest: Manifest; lines: readonly string[] }> {
  const path = (await keysOf("lists/")).findLast((key) => key.endsWith("manifest.json"));
  const manifest = JSON.parse((await get(`/${path}`)).body) as Manifest;
  const { services } = pipeline();
  const { head } = await lookUp(services, "bucket", manifest.files[0]?.key);
  if (head === undefined) throw new Error("the list is not there");
  const bytes = await openSlice(services, head, { offset: 0, length: head.record.size });
  const chunks: Uint8Array[] = [];
  if (bytes instanceof Uint8Array) chunks.push(bytes);
  else for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  const text = gunzipSync(Buffer.concat(chunks)).toString();
  return { manifest, lines: text.split("\n").filter((line) => line !== "") };
}

test("makes a list at once, and then every day", async () => {
  await put("/in/a b", "hello", { "x-oss-tagging": "k=v" });
  await put("/in/b", "x", { "x-oss-storage-class": "Archive" });
  await put("/out", "x");
  expect((await add("all", { more: fields("ETag", "Size", "TaggingCount") })).status).toBe(200);
  expect(await make()).toBe(1);
  const { manifest, lines } = await newest();
  expect(manifest).toMatchObject({
    creationTimestamp: "1795348800",
    destinationBucket: "bucket",
    fileFormat: "CSV",
    fileSchema: "Bucket, Key, Size, ETag, TaggingCount",
    sourceBucket: "bucket",
  });
  expect(lines).toEqual(['"bucket","in/a%20b","5","5D41402ABC4B2A76B9719D911017C592","1"']);
  expect(await keysOf("lists/bucket/all/2026-11-22T12-00Z/")).toEqual([
    "lists/bucket/all/2026-11-22T12-00Z/manifest.checksum",
    "lists/bucket/all/2026-11-22T12-00Z/manifest.json",
  ]);
  expect(await make()).toBe(0);
  pipeline().clock.ms += dayMs;
  await put("/in/c", "x");
  expect(await make()).toBe(2);
});

test("lists all versions of a bucket that has them", async () => {
  await keepVersions();
  await put("/in/a", "one");
  await put("/in/a", "two");
  await put("/in/b", "x");
  await remove("/in/b");
  await add("all", { more: fields("Size") });
  expect(await make()).toBe(4);
  const { manifest, lines } = await newest();
  expect(manifest.fileSchema).toBe("Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size");
  expect(lines.map((line) => line.replace(/"[\w-]{64}",/, ""))).toEqual([
    '"bucket","in/a","True","False","3"',
    '"bucket","in/a","False","False","3"',
    '"bucket","in/b","True","True","0"',
    '"bucket","in/b","False","False","1"',
  ]);
});

test("makes a long list, and none without a matching object", async () => {
  await add("none");
  expect(await make()).toBe(0);
  expect(await keysOf("lists/")).toEqual([]);
  for (let at = 0; at < 1_200; at += 1) await put(`/in/${String(at).padStart(5, "0")}`, "x");
  pipeline().clock.ms += dayMs;
  expect(await make()).toBe(1_200);
  expect((await newest()).lines).toHaveLength(1_200);
});

test("is abandoned at shutdown, and made by the next worker at once", async () => {
  for (let at = 0; at < 1_100; at += 1) await put(`/in/${at}`, "");
  await add("all", { more: "" });
  const { services } = pipeline();
  const stopping = new Inventories(services);
  const run = stopping.run();
  await stopping.close();
  expect(await run).toBe(0);
  expect(await keysOf("lists/")).toEqual([]);
  expect(await make()).toBe(1_100);
});

test("keeps its lease where many records are read and few are listed", async () => {
  await put("/in/0", "x");
  for (let at = 0; at < 3_000; at += 1) await put(`/in/1${at}`, "");
  const LowerSizeBound = "<LowerSizeBound>1</LowerSizeBound></Filter>";
  await put(
    "?inventory&inventoryId=all",
    inventoryDocument("all").replace("</Filter>", LowerSizeBound),
  );
  const { services, clock, metadata } = pipeline();
  // Every read takes two minutes; a lease has five.
  let reads = 0;
  const others: number[] = [];
  const slow: typeof metadata = Object.create(metadata, {
    scan: {
      value: async (scan: Parameters<typeof metadata.scan>[0]) => {
        clock.ms += 120_000;
        reads += 1;
        if (reads > 1) others.push(await make());
        return metadata.scan(scan);
      },
    },
  });
  expect(await new Inventories({ ...services, metadata: slow }).run()).toBe(1);
  expect(others).toEqual([0, 0, 0, 0, 0]);
});

test("ends with its inventory, and waits for a destination that is gone", async () => {
  await ask({ method: "PUT", path: "/lists-here" });
  await put("/in/a", "x");
  await add("all", { destination: "acs:oss:::lists-here" });
  await ask({ method: "DELETE", path: "/lists-here" });
  expect(await make()).toBe(0);
  await ask({ method: "PUT", path: "/lists-here" });
  pipeline().clock.ms += 300_000;
  expect(await make()).toBe(1);
  await remove("?inventory&inventoryId=all");
  pipeline().clock.ms += dayMs;
  expect(await make()).toBe(0);
  const { services } = pipeline();
  const { bucket } = await lookUp(services, "bucket");
  expect(bucket && (await readConfig(services, bucket, "inventory/all"))).toBeUndefined();
});

test("refuses an id that the bucket has", async () => {
  await add("all");
  expect(await add("all")).toMatchObject({ status: 409, code: "InventoryAlreadyExist" });
});

test.each([
  ["another id in the URL", "other", inventoryDocument("all"), "InvalidArgument"],
  [
    "an id that is too long",
    "x".repeat(193),
    inventoryDocument("x".repeat(193)),
    "InvalidArgument",
  ],
  [
    "a destination in another form",
    "all",
    inventoryDocument("all", { destination: "bucket" }),
    "InvalidArgument",
  ],
  [
    "a destination that is not there",
    "all",
    inventoryDocument("all", { destination: "acs:oss:::missing" }),
    "InvalidArgument",
  ],
  [
    "an unknown field",
    "all",
    inventoryDocument("all", { more: fields("StartTime") }),
    "InvalidArgument",
  ],
  ["another format", "all", inventoryDocument("all").replace("CSV", "ORC"), "InvalidArgument"],
  [
    "an unknown storage class",
    "all",
    inventoryDocument("all").replace("Standard,IA", "Warm"),
    "InvalidArgument",
  ],
  [
    "no schedule",
    "all",
    inventoryDocument("all").replace(/<Schedule>.*<\/Schedule>/, ""),
    "MalformedXML",
  ],
])("refuses %s", async (_what, id, body, code) => {
  expect(await put(`?inventory&inventoryId=${id}`, body)).toMatchObject({ status: 400, code });
});

test("stores the encryption of lists", async () => {
  const encryption = "<Encryption><SSE-KMS><KeyId>123</KeyId></SSE-KMS></Encryption>";
  const body = inventoryDocument("all").replace("</Prefix></OSS", `</Prefix>${encryption}</OSS`);
  expect((await put("?inventory&inventoryId=all", body)).status).toBe(200);
  expect((await get("?inventory&inventoryId=all")).body).toContain(encryption);
});

test("refuses lists of changes by name", async () => {
  const more = "<IncrementalInventory><IsEnabled>true</IsEnabled></IncrementalInventory>";
  const answer = await put("?inventory&inventoryId=all", inventoryDocument("all", { more }));
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
});
