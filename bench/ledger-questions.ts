// Measures queries of a delivery ledger with many records.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Deliveries, openDeliveries } from "@ossicle/server";
import { mintVersion, openLmdbMetadataStore } from "@ossicle/store";
import { median } from "./process.ts";

/** Times of queries in milliseconds, each the median of several rounds. */
export interface LedgerQuestions {
  readonly records: number;
  readonly mebibytes: number;
  readonly questions: readonly { readonly name: string; readonly ms: number }[];
}

const hourMs = 3_600_000;

/** Measures queries of a ledger with so many records. */
export async function measureQuestions(folder: string, records: number): Promise<LedgerQuestions> {
  const nowMs = Date.now();
  const middle = await fillLedger(join(folder, "metadata"), { records, nowMs });
  const ledger = await openDeliveries({ data: folder }, () => nowMs);
  const questions: readonly (readonly [string, (asked: Deliveries) => Promise<unknown>])[] = [
    ["the newest 50", (asked) => asked.list({ limit: 50 })],
    ["one by its request id", (asked) => asked.find(middle)],
    [
      "50 of an hour in the middle",
      (asked) => asked.list({ limit: 50, fromMs: nowMs - 13 * hourMs, toMs: nowMs - 12 * hourMs }),
    ],
    ["50 of one bucket of a hundred", (asked) => asked.list({ limit: 50, bucket: "bucket-7" })],
    ["50 failed, one of a hundred", (asked) => asked.list({ limit: 50, state: "failed" })],
    [
      "a page for a key that is not there (10,000 records)",
      (asked) => asked.list({ limit: 50, prefix: "none" }),
    ],
    ["figures of the last hour", (asked) => asked.count({ fromMs: nowMs - hourMs })],
    ["figures of everything", (asked) => asked.count({})],
  ];
  const found: { name: string; ms: number }[] = [];
  for (const [name, ask] of questions) {
    const times: number[] = [];
    for (let round = 0; round < (name.includes("everything") ? 3 : 7); round += 1) {
      const started = performance.now();
      await ask(ledger);
      times.push(performance.now() - started);
    }
    found.push({ name, ms: median(times) });
  }
  await ledger.close();
  const { size } = await stat(join(folder, "metadata", "data.mdb"));
  return { records, mebibytes: size / 1_048_576, questions: found };
}

/**
 * Writes a day of deliveries, evenly spread, with the fields that the server writes. Returns the id
 * of the one in the middle.
 */
export async function fillLedger(
  folder: string,
  { records, nowMs }: { readonly records: number; readonly nowMs: number },
): Promise<string> {
  const metadata = await openLmdbMetadataStore({ folder });
  const encode = (record: object): Buffer =>
    Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(record))]);
  let middle = "";
  const commitSize = 100;
  const underWay: Promise<unknown>[] = [];
  const format = { key: Buffer.from("sformat"), value: encode({ format: 2 }) };
  await metadata.commit({ version: mintVersion(), checks: [], puts: [format], deletes: [] });
  for (let from = 0; from < records; from += commitSize) {
    const puts = Array.from({ length: Math.min(commitSize, records - from) }, (_, at) => {
      const index = from + at;
      const atMs = nowMs - Math.round(((records - index) / records) * 24 * hourMs);
      const id = Buffer.alloc(12);
      id.writeUIntBE(atMs, 0, 6);
      id.writeUIntBE(index, 6, 6);
      if (index === Math.floor(records / 2)) middle = id.toString("hex").toUpperCase();
      const value = encode(deliveryOf(index, atMs));
      return { key: Buffer.concat([Buffer.from("l"), id]), value };
    });
    underWay.push(metadata.commit({ version: mintVersion(), checks: [], puts, deletes: [] }));
    if (underWay.length >= 64) await Promise.all(underWay.splice(0));
  }
  await Promise.all(underWay);
  await metadata.close();
  return middle;
}

function deliveryOf(index: number, atMs: number): object {
  const failed = index % 100 === 0;
  const url = `http://app-${index % 20}.example.com/callback`;
  return {
    state: failed ? "failed" : "delivered",
    createdMs: atMs,
    bucket: `bucket-${index % 100}`,
    bucketId: "0123456789abcdef",
    key: `photos/2026/${index}.jpg`,
    operation: "PutObject",
    requester: "1234567890123456",
    owner: "1234567890123456",
    urls: [url],
    sni: false,
    bodyType: "application/x-www-form-urlencoded",
    additionalHeaders: {},
    bodyBytes: 60,
    version: { id: "0".repeat(32), order: atMs * 1_000 },
    rounds: 1,
    attempts: [
      {
        atMs,
        url,
        tookMs: 12.3,
        stages: { resolvedMs: 1, connectedMs: 2, answeredMs: 12 },
        status: failed ? 500 : 200,
        reply: {
          headers: ["Content-Type", "application/json", "Content-Length", "15"],
          body: '{"Status":"OK"}',
        },
      },
    ],
  };
}
