// Compares PUT and GET of 256 MiB with those of an object that the store encrypts (AES256).
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { sizeBytes, send, timed } from "./large.ts";
import { bucket, credentials } from "./load.ts";
import { inFolder, median } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

const rounds = 5;

/** Seconds by what was done, one figure for each round. */
type Seconds = Readonly<Record<string, readonly number[]>>;

/** Measures five rounds, after one that is not counted. */
export async function benchEncryption(report: Report): Promise<Seconds> {
  const seconds = await inFolder((folder) => measure(join(folder, "data")));
  const at = (name: string): number => median(seconds[name] ?? []);
  for (const [name, found] of Object.entries(seconds)) {
    const each = found.map((one) => one.toFixed(2)).join(", ");
    report.say(`- ${name}: ${at(name).toFixed(2)} s (${each})`);
  }
  for (const method of ["PUT", "GET"]) {
    const ratio = at(`${method} 256 MiB`) / at(`${method} 256 MiB, encrypted`);
    report.ratio(`${method} 256 MiB, encrypted beside not encrypted`, ratio, 0.7);
  }
  return seconds;
}

async function measure(data: string): Promise<Seconds> {
  const store = await startOssicle(data);
  const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
  const body = Buffer.alloc(sizeBytes, "large object ");
  const out: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round += 1) {
    for (const isEncrypted of [false, true]) {
      const target = { bucket, key: isEncrypted ? "encrypted" : "clear" };
      const asked = isEncrypted ? { serverSideEncryption: "AES256" } : {};
      const put = await client.presignPutObject({ ...target, ...asked }, { expiresSeconds: 600 });
      const get = await client.presignGetObject(target, { expiresSeconds: 600 });
      const headers = { ...put.headers, "content-length": String(sizeBytes) };
      const named = isEncrypted ? ", encrypted" : "";
      const took = {
        [`PUT 256 MiB${named}`]: await timed(() => send(put.url, { method: "PUT", headers, body })),
        [`GET 256 MiB${named}`]: await timed(() => send(get.url, { method: "GET" })),
      };
      if (round === 0) continue;
      for (const [name, seconds] of Object.entries(took)) (out[name] ??= []).push(seconds);
    }
  }
  return out;
}
