// Lists of the ledger by time, bucket, key, endpoint and state, page by page; counts; and
// retention.
import { ModelMetadataStore } from "../../../../store/src/testing.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { commitOnce } from "../../objects/records/commit.ts";
import { mintRequestId } from "../../http/request-id.ts";
import {
  countDeliveries,
  type DeliveryQuestion,
  findDelivery,
  listDeliveries,
} from "./deliveries.ts";
import { deliveryPuts, roundWrites } from "./ledger.ts";
import { modelRecord } from "../../testing/model-delivery.ts";
import { trimDeliveries } from "./retention.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryRecord } from "../../objects/records/delivery-record.ts";
import { deliveryRecords, letterOf } from "../../objects/records/key-space.ts";

const startMs = Date.parse("2026-11-22T12:00:00.000Z");
const attempt = { atMs: startMs, url: "http://a.com/", tookMs: 1 };
let metadata: ModelMetadataStore;
let ids: string[];

async function put(atMs: number, change: Partial<DeliveryRecord> = {}): Promise<string> {
  const body = Buffer.from("o=k");
  const record = modelRecord({ createdMs: atMs, bodyBytes: body.length, ...change });
  const delivery: Delivery = { id: mintRequestId(atMs), record: { ...record, state: "due" }, body };
  const { puts, job } = deliveryPuts(delivery, atMs);
  const committed = await commitOnce(metadata, { checks: [], puts, deletes: [] });
  if (!committed.ok) throw new Error("the delivery was not put");
  const leased = { delivery, version: committed.version, job };
  if (record.state !== "due") {
    const outcome = { kind: "failed", attempts: [attempt], message: "no", ec: undefined } as const;
    await commitOnce(metadata, roundWrites(leased, outcome, { state: record.state }));
  }
  return delivery.id;
}

const list = async (question: Partial<DeliveryQuestion> = {}): Promise<string[]> =>
  (await listDeliveries(metadata, { limit: 100, ...question })).deliveries.map(({ id }) => id);

beforeEach(async () => {
  metadata = new ModelMetadataStore();
  ids = [
    await put(startMs, { state: "delivered" }),
    await put(startMs + 1_000, { state: "failed", urls: ["https://b.com:8443/x?y"] }),
    await put(startMs + 2_000, { key: "images/a.jpg" }),
    await put(startMs + 3_000, { bucket: "other", state: "delivered" }),
  ];
});

describe("a list of the ledger", () => {
  test("has the newest first, page by page", async () => {
    expect(await list()).toEqual([...ids].reverse());
    const first = await listDeliveries(metadata, { limit: 3 });
    expect(first.deliveries).toHaveLength(3);
    const rest = await listDeliveries(metadata, { limit: 3, after: first.next });
    expect(rest.deliveries.map(({ id }) => id)).toEqual([ids[0]]);
    expect(rest).not.toHaveProperty("next");
  });

  test.each<[Partial<DeliveryQuestion>, readonly number[]]>([
    [{ bucket: "other" }, [3]],
    [{ prefix: "images/" }, [2]],
    [{ endpoint: "https://b.com" }, [1]],
    [{ state: "failed" }, [1]],
    [{ state: "due" }, [2]],
    [{ state: "delivered", bucket: "bucket" }, [0]],
    [{ fromMs: startMs + 1_000, toMs: startMs + 3_000 }, [2, 1]],
    [{ fromMs: startMs + 4_000 }, []],
    [{ toMs: startMs }, []],
  ])("with %j has the deliveries that match", async (question, expected) => {
    expect(await list(question)).toEqual(expected.map((at) => ids[at]));
  });

  test("follows a full page with another only when one more delivery matches", async () => {
    const page = await listDeliveries(metadata, { limit: 1, state: "delivered", bucket: "bucket" });
    expect(page).toMatchObject({ deliveries: [{ id: ids[0] }] });
    expect(page.next).toBeUndefined();
    const first = await listDeliveries(metadata, { limit: 1, bucket: "bucket" });
    expect(first.deliveries.map(({ id }) => id)).toEqual([ids[2]]);
    expect(await list({ bucket: "bucket", after: first.next })).toEqual([ids[1], ids[0]]);
  });

  test("ends a page after ten thousand records without a match, and has a next page", async () => {
    const record = { state: "failed", bucket: "busy" } as const;
    for (let at = 0; at < 10_050; at += 1) await put(startMs + 10_000 + at, record);
    const page = await listDeliveries(metadata, { limit: 10, bucket: "other" });
    expect(page.deliveries).toEqual([]);
    expect(await list({ bucket: "other", after: page.next })).toEqual([ids[3]]);
  });
});

test("a delivery is found by its id, and has its body until it is delivered", async () => {
  const [delivered = "", failed = ""] = ids;
  expect(await findDelivery(metadata, failed.toLowerCase())).toMatchObject({
    id: failed,
    record: { state: "failed", attempts: [attempt] },
    body: Buffer.from("o=k"),
  });
  expect(await findDelivery(metadata, delivered)).not.toHaveProperty("body");
  for (const id of ["", "none", "0".repeat(24)]) {
    expect(await findDelivery(metadata, id)).toBeUndefined();
  }
});

test("counts are grouped by endpoint", async () => {
  expect(await countDeliveries(metadata, {})).toMatchObject([
    { endpoint: "http://a.com", due: 1, delivered: 2, failed: 0 },
    { endpoint: "https://b.com:8443", due: 0, delivered: 0, failed: 1 },
  ]);
  const [confirmed, failing] = await countDeliveries(metadata, {});
  expect(confirmed).not.toHaveProperty("lastFailure");
  expect(failing?.lastFailure).toMatchObject({ id: ids[1], createdMs: startMs + 1_000 });
  expect(await countDeliveries(metadata, { bucket: "other" })).toHaveLength(1);
});

test("counts are divided into steps of the time in which deliveries were created", async () => {
  const found = await countDeliveries(metadata, { fromMs: 0, toMs: 1e13, steps: 2 });
  const sums = found.map(({ steps = [] }) => steps.map((step) => step.confirmed + step.failed));
  expect(sums).toEqual([
    [2, 0],
    [1, 0],
  ]);
  const [first] = await countDeliveries(metadata, { fromMs: 0, toMs: 1, steps: 1 });
  expect(first).toBeUndefined();
});

describe("retention", () => {
  const everything = { maxAgeMs: 1e12, maxBytes: 1e12 };
  let unreadable: unknown[];
  const trim = (limits: Partial<typeof everything>, nowMs: number, isOver = false) =>
    trimDeliveries(
      metadata,
      { ...everything, ...limits },
      { nowMs, isOver: () => isOver, onUnreadable: (cause) => unreadable.push(cause) },
    );
  beforeEach(() => {
    unreadable = [];
  });

  test("removes old deliveries with an outcome, and their failure records", async () => {
    expect(await trim({ maxAgeMs: 500 }, startMs + 3_000)).toBe(2);
    expect(await list()).toEqual([ids[3], ids[2]]);
    const kinds = metadata.entries().map(({ key }) => letterOf(key));
    expect(kinds.filter((kind) => kind === "f")).toEqual([]);
  });

  test("removes the oldest when all together are too large, and never a due one", async () => {
    const bytes = metadata
      .entries()
      .filter(({ key }) => key[0] === 0x6c)
      .reduce(
        (sum, { key, value, payload }) => sum + key.length + value.length + (payload?.length ?? 0),
        0,
      );
    expect(await trim({ maxBytes: bytes }, startMs)).toBe(0);
    expect(await trim({ maxBytes: bytes - 1 }, startMs)).toBe(1);
    expect(await list()).toEqual([ids[3], ids[2], ids[1]]);
    expect(await trim({ maxBytes: 1 }, startMs)).toBe(2);
    expect(await list()).toEqual([ids[2]]);
  });

  test("removes nothing within its limits or when stopped, and thousands beyond them", async () => {
    expect(await trim({}, startMs + 1e6)).toBe(0);
    for (let at = 0; at < 2_000; at += 1) await put(startMs + 5_000 + at, { state: "failed" });
    expect(await trim({ maxAgeMs: 0 }, startMs + 1e6, true)).toBe(0);
    expect(await trim({ maxAgeMs: 0 }, startMs + 1e6)).toBe(2_003);
    expect(await list()).toEqual([ids[2]]);
  });

  test("skips records that it cannot read, and reports them", async () => {
    const key = deliveryRecords.key(Buffer.from(ids[0] ?? "", "hex"));
    const puts = [{ key, value: Buffer.from([0x7f]) }];
    await commitOnce(metadata, { checks: [], puts, deletes: [] });
    expect(await trim({ maxAgeMs: 0 }, startMs + 1e6)).toBe(2);
    expect(unreadable.length).toBeGreaterThan(0);
  });
});
