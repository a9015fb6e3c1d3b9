// Compares listing 1,000 of 1,000,000 keys with LMDB's own read of the same records.
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { signHeaders } from "@ossicle/protocol";
import { mintVersion, openLmdbMetadataStore } from "@ossicle/store";
import { bucket, credentials } from "./load.ts";
import { inFolder, median } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

/** Pages that are read from each before the measured ones, so that the code is compiled. */
const warmUpPages = 200;

/** Pages a second. */
interface ListFigures {
  readonly keys: number;
  readonly ossicle: number;
  readonly adapter: number;
}

/** Measures forty pages of a million keys. */
export async function benchList(report: Report): Promise<ListFigures> {
  const figures = await inFolder((folder) => measure(join(folder, "data"), 1_000_000, 40));
  const { keys, ossicle, adapter } = figures;
  report.say(
    `- list 1,000 of ${keys} keys: ${ossicle.toFixed(0)} pages/s, LMDB alone ${adapter.toFixed(0)}`,
  );
  report.ratio("listing beside LMDB's own read", ossicle / adapter, 0.2);
  return figures;
}

// Fills a bucket through the adapter with the records that PutObject would write. Then measures
// both.
async function measure(data: string, keys: number, pages: number): Promise<ListFigures> {
  const first = await startOssicle(data);
  const client = createClient({ endpoint: first.url, region: "cn-hangzhou", credentials });
  await client.putObject({ bucket, key: "sample", body: "x".repeat(100) });
  await first.stop();
  const range = await fill(data, keys);
  const adapter = await adapterPages(data, { ...range, pages });
  const store = await startOssicle(data);
  const times: number[] = [];
  for (let page = -warmUpPages; page < pages; page += 1) {
    const at = Math.floor((Math.abs(page) / pages) * keys) % (keys - 1_000);
    const marker = `k/${String(at).padStart(9, "0")}`;
    const startedAt = performance.now();
    const found = await rawList(store.url, marker);
    if (page >= 0) times.push(performance.now() - startedAt);
    if (!found.includes("<IsTruncated>") || found.split("<Contents>").length < 900)
      throw new Error("a page has too few keys");
  }
  return { keys, ossicle: 1_000 / median(times), adapter: 1_000 / median(adapter) };
}

async function rawList(url: string, marker: string): Promise<string> {
  const query = [
    { name: "max-keys", value: "1000" },
    { name: "marker", value: marker },
  ];
  const headers = await signHeaders(
    { method: "GET", resource: `/${bucket}/`, query, headers: [] },
    { credentials, version: "V4", region: "cn-hangzhou", now: new Date() },
  );
  const text = query.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("&");
  const response = await fetch(`${url}/${bucket}/?${text}`, {
    headers: Object.fromEntries(headers),
  });
  return response.text();
}

/**
 * Fills a bucket with copies of the record of its sample object, as PutObject would write them.
 * Returns the range of their keys.
 */
export async function fill(
  data: string,
  keys: number,
  keyOf = (index: number): string => `k/${String(index).padStart(9, "0")}`,
): Promise<{ from: Buffer; to: Buffer }> {
  const store = await openLmdbMetadataStore({ folder: join(data, "metadata") });
  const page = await store.scan({ from: Buffer.from("o"), to: Buffer.from("p"), limit: 1 });
  const [row] = page.rows;
  if (row === undefined || !("entry" in row)) throw new Error("the bucket has no sample object");
  const prefix = Buffer.from(row.entry.key.subarray(0, 9));
  const { value } = row.entry;
  const underWay: Promise<unknown>[] = [];
  for (let index = 0; index < keys; index += 100) {
    const puts = Array.from({ length: 100 }, (_unused, step) => ({
      key: Buffer.concat([prefix, Buffer.from(keyOf(index + step))]),
      value,
    }));
    underWay.push(store.commit({ version: mintVersion(), checks: [], puts, deletes: [] }));
    if (underWay.length >= 200) await Promise.all(underWay.splice(0));
  }
  await Promise.all(underWay);
  await store.close();
  return {
    from: Buffer.concat([prefix, Buffer.from("k/")]),
    to: Buffer.concat([prefix, Buffer.from("k0")]),
  };
}

async function adapterPages(
  data: string,
  { from, to, pages }: { readonly from: Buffer; readonly to: Buffer; readonly pages: number },
): Promise<number[]> {
  const store = await openLmdbMetadataStore({ folder: join(data, "metadata") });
  const times: number[] = [];
  let next: Uint8Array | undefined = from;
  for (let page = -warmUpPages; page < pages && next !== undefined; page += 1) {
    const startedAt = performance.now();
    const found: { readonly next?: Uint8Array } = await store.scan({
      from: next,
      to,
      limit: 1_000,
    });
    if (page >= 0) times.push(performance.now() - startedAt);
    next = found.next;
  }
  await store.close();
  return times;
}
