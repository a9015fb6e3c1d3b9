// Deliveries of a process that died. After the lease ends, another process takes over each of them
// once, with the same id. A delivery with an outcome is never sent again.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { maxValueBytes } from "@ossicle/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commitOnce } from "../../objects/records/commit.ts";
import { type ModelPipeline, modelPipeline } from "../../testing/model-pipeline.ts";
import { deliveryPuts, leaseMs, replayDelivery } from "./ledger.ts";
import { modelRecord } from "../../testing/model-delivery.ts";
import { settle } from "./settle.ts";
import type { Delivery } from "./delivery.ts";
import type { AttemptRecord, DeliveryRecord } from "../../objects/records/delivery-record.ts";
import { deliveryRecords, jobRecords, letterOf } from "../../objects/records/key-space.ts";
import { redateJobs } from "../../objects/records/jobs.ts";
import { inspectDue } from "../../maintenance/verify/inspect-due.ts";

let application: Server;
let url: string;
let status: number;
let seen: string[];
let pipeline: ModelPipeline;

beforeAll(async () => {
  application = createServer((request, response) => {
    seen.push(String(request.headers["x-oss-request-id"]));
    request.resume().on("end", () => response.writeHead(status, { "content-length": 2 }).end("{}"));
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
});
beforeEach(async () => {
  status = 200;
  seen = [];
  pipeline = await modelPipeline();
});
afterEach(() => pipeline.services.callbacks.close());
afterAll(() => application.close());

/** Commits a delivery that no process sends, as after a crash. */
async function leaveDue(id: string, change: Partial<DeliveryRecord> = {}): Promise<void> {
  const record = modelRecord({ createdMs: pipeline.clock.ms, urls: [url], ...change });
  const delivery: Delivery = { id, record, body: Buffer.from("o=k") };
  const { puts } = deliveryPuts(delivery, pipeline.clock.ms);
  await commitOnce(pipeline.metadata, { checks: [], puts, deletes: [] });
}

const look = (): Promise<void> => pipeline.services.callbacks.takeOver();

async function stateOf(id: string): Promise<DeliveryRecord | undefined> {
  await pipeline.services.callbacks.recorded();
  const [entry] = await pipeline.metadata.getMany([deliveryRecords.key(Buffer.from(id, "hex"))]);
  return entry && deliveryRecords.decode(entry.value);
}

const id = "0123456789ABCDEF01234567";

describe("a delivery that was left due", () => {
  test("is not touched while its lease lasts, then sent once with the same id", async () => {
    await leaveDue(id);
    pipeline.clock.ms += leaseMs - 1;
    await look();
    expect(seen).toEqual([]);
    pipeline.clock.ms += 2;
    await look();
    expect(seen).toEqual([id]);
    const record = await stateOf(id);
    expect(record?.state).toBe("delivered");
    expect(record?.attempts[0]?.reason).toContain("outcome unknown");
    pipeline.clock.ms += 10 * leaseMs;
    await look();
    expect(seen).toEqual([id]);
  });

  test("has an outcome when it fails, and is never sent again", async () => {
    status = 500;
    await leaveDue(id);
    pipeline.clock.ms += leaseMs + 1;
    await look();
    expect((await stateOf(id))?.state).toBe("failed");
    pipeline.clock.ms += 10 * leaseMs;
    await look();
    expect(seen).toEqual([id]);
    const kinds = pipeline.metadata.entries().map(({ key }) => letterOf(key));
    expect(kinds.filter((kind) => kind === "f" || kind === "q")).toEqual(["f"]);
  });

  test("is sent by one of three looks at the same time", async () => {
    for (let index = 0; index < 10; index += 1)
      await leaveDue(id.slice(0, 22) + String(10 + index));
    pipeline.clock.ms += leaseMs + 1;
    await Promise.all([look(), look(), look()]);
    expect(seen).toHaveLength(10);
    expect(new Set(seen).size).toBe(10);
  });

  test.each([
    ["of an unknown kind", `710000000000000009${"00".repeat(12)}`],
    ["with a key that is too short", "710000"],
  ])("is sent although a job %s is due before it", async (_name, key) => {
    const value = jobRecords.encode({ sinceMs: 1 });
    const puts = [{ key: Buffer.from(key, "hex"), value }];
    await commitOnce(pipeline.metadata, { checks: [], puts, deletes: [] });
    await leaveDue(id);
    pipeline.clock.ms += leaseMs + 1;
    await look();
    expect(seen).toEqual([id]);
    const metadata = pipeline.metadata;
    expect(await redateJobs(metadata, { nowMs: pipeline.clock.ms, forwardMs: 0 })).toBe(0);
    expect(await inspectDue(metadata, new Set())).toEqual([]);
  });

  test("is sent although another delivery's record cannot be read", async () => {
    const broken = "00".repeat(12);
    await leaveDue(broken);
    await leaveDue(id);
    const value = Buffer.from([0x7f]);
    const puts = [{ key: deliveryRecords.key(Buffer.from(broken, "hex")), value }];
    await commitOnce(pipeline.metadata, { checks: [], puts, deletes: [] });
    pipeline.clock.ms += leaseMs + 1;
    await look();
    expect(seen).toEqual([id]);
  });
});

describe("a delivery that failed", () => {
  beforeEach(async () => {
    status = 500;
    await leaveDue(id);
    pipeline.clock.ms += leaseMs + 1;
    await look();
    expect((await stateOf(id))?.state).toBe("failed");
  });

  test("is sent once more on request, with the same id", async () => {
    status = 200;
    pipeline.clock.ms += 1_000;
    expect(await replayDelivery(pipeline.metadata, id, pipeline.clock.ms)).toBe("replayed");
    expect(await replayDelivery(pipeline.metadata, id, pipeline.clock.ms)).toBe("due");
    pipeline.clock.ms += 1;
    await look();
    expect(seen).toEqual([id, id]);
    const record = await stateOf(id);
    expect(record).toMatchObject({ state: "delivered" });
    expect(record).not.toHaveProperty("isReplay");
    expect(record?.attempts.map((attempt) => attempt.status)).toEqual([undefined, 500, 200]);
    const kinds = pipeline.metadata.entries().map(({ key }) => letterOf(key));
    expect(kinds.filter((kind) => kind === "f" || kind === "q")).toEqual([]);
    expect(await replayDelivery(pipeline.metadata, id, pipeline.clock.ms)).toBe("delivered");
    expect(await replayDelivery(pipeline.metadata, "0".repeat(24), 0)).toBe("missing");
  });

  test("is replayed though its record has no room left", async () => {
    const key = deliveryRecords.key(Buffer.from(id, "hex"));
    const failed = await stateOf(id);
    if (failed === undefined) throw new Error("no delivery");
    const long = "€".repeat(500);
    const attempt = { atMs: 1, url: "", tookMs: 1, error: long, reason: long };
    const attempts = Array.from({ length: 10 }, () => ({ ...attempt }));
    const full = { ...failed, attempts };
    for (const one of attempts) {
      const left = maxValueBytes - 1 - Buffer.byteLength(JSON.stringify(full));
      one.url = "u".repeat(Math.min(left, 500));
    }
    const value = deliveryRecords.encode(full);
    expect(value).toHaveLength(maxValueBytes);
    const puts = [{ key, value, payload: Buffer.from("o=k") }];
    await commitOnce(pipeline.metadata, { checks: [], puts, deletes: [] });
    expect(await replayDelivery(pipeline.metadata, id, pipeline.clock.ms)).toBe("replayed");
  });

  test("may be replayed again and again", async () => {
    for (let times = 2; times < 5; times += 1) {
      expect(await replayDelivery(pipeline.metadata, id, pipeline.clock.ms)).toBe("replayed");
      pipeline.clock.ms += 1;
      await look();
      expect((await stateOf(id))?.state).toBe("failed");
      expect(seen).toHaveLength(times);
    }
  });
});

test("with record-unknown, a callback that may have been sent needs a replay", async () => {
  await pipeline.services.callbacks.close();
  pipeline = await modelPipeline({ afterCrash: "record-unknown" });
  await leaveDue(id);
  pipeline.clock.ms += leaseMs + 1;
  await look();
  expect(seen).toEqual([]);
  const record = await stateOf(id);
  expect(record?.state).toBe("failed");
  expect(record?.attempts.at(-1)?.reason).toContain("outcome unknown");
  await replayDelivery(pipeline.metadata, id, pipeline.clock.ms);
  pipeline.clock.ms += 1;
  await look();
  expect(seen).toEqual([id]);
});

test("an outcome is recorded however long its attempts are", async () => {
  const worst = (text: string): AttemptRecord => ({
    atMs: 1,
    url: text.repeat(600),
    tookMs: 1,
    status: 302,
    reply: { headers: ["x", text.repeat(3_000)], body: text.repeat(3_000) },
    error: text.repeat(600),
    reason: text.repeat(600),
  });
  for (const text of ["\u0000", "\u00e9", "a"]) {
    const key = text.repeat(1_000);
    const urls = Array.from({ length: 5 }, () => `http://a.com/${"u".repeat(700)}`);
    const attempts = Array.from({ length: 30 }, () => worst(text));
    await leaveDue(id, { key, urls });
    const [entry] = await pipeline.metadata.getMany([deliveryRecords.key(Buffer.from(id, "hex"))]);
    if (entry === undefined) throw new Error("no delivery");
    const record = deliveryRecords.decode(entry.value);
    const leased = {
      delivery: { id, record, body: Buffer.from("b") },
      version: entry.version,
      job: Buffer.alloc(20),
    };
    const outcome = { kind: "failed", attempts, message: "no", ec: undefined } as const;
    const options = { nowMs: pipeline.clock.ms, chance: 1 };
    expect((await settle(pipeline.services, leased, outcome, options)).state).toBe(outcome.kind);
    const kept = await stateOf(id);
    expect(kept?.state).toBe("failed");
    expect(kept?.attempts.length).toBeGreaterThan(0);
    expect(kept?.attempts.at(-1)).toMatchObject({ status: 302 });
  }
});
