// The sweeper keeps the bytes of slow uploads, removes garbage, and finishes interrupted deletions.
import { beforeEach, describe, expect, test } from "vitest";
import { commitOnce } from "../../objects/records/commit.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { ingest } from "../../objects/bytes/ingest.ts";
import { type ModelPipeline, modelPipeline } from "../../testing/model-pipeline.ts";
import { writeObject } from "../../objects/versions/write-object.ts";
import type { Finding } from "../verify/finding.ts";
import { verifyStore } from "../verify/verify-store.ts";
import { defaultSweepAges, Sweeper } from "./sweeper.ts";
import { jobKey } from "../../objects/records/jobs.ts";
import { gateRecords, jobRecords, letterOf } from "../../objects/records/key-space.ts";

let pipeline: ModelPipeline;
let sweeper: Sweeper;

beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  const { services, metadata } = pipeline;
  sweeper = new Sweeper({
    ...services,
    metadata,
    ages: defaultSweepAges,
    onSwept: () => undefined,
  });
});

async function blobs(): Promise<number> {
  let count = 0;
  for await (const { ref } of pipeline.services.blobs.scan()) count += ref.length / 16;
  return count;
}

/** A body that has been taken in, whose object is not committed yet. */
async function takeIn(): Promise<{ commit: () => Promise<unknown> }> {
  const { services } = pipeline;
  const bytes = Buffer.alloc(500, "x");
  const body = await ingest(services, {
    lengthBytes: 500,
    chunks: (async function* pieces() {
      await Promise.resolve();
      yield bytes;
    })(),
  });
  const { bucket } = await lookUp(services, "bucket");
  if (bucket === undefined || body.intent === undefined || body.extents === undefined)
    throw new Error("no blob");
  const { intent, extents } = body;
  const record = {
    size: 500,
    etag: "E",
    crc64: "1",
    type: "Normal" as const,
    storageClass: "Standard" as const,
    contentType: "text/plain",
    extents,
  };
  const options = { bucket, key: "k", head: undefined, forbidOverwrite: false };
  return { commit: () => writeObject(services, options, { record, intent }) };
}

describe("a slow upload", () => {
  test("keeps its bytes for a day, however many sweeps run", async () => {
    const upload = await takeIn();
    for (let hour = 0; hour < 23; hour += 1) {
      pipeline.clock.ms += 3_600_000;
      await sweeper.sweep();
    }
    await upload.commit();
    pipeline.clock.ms += 10 * 86_400_000;
    await sweeper.sweep();
    await sweeper.sweep();
    expect((await pipeline.ask({ method: "GET", path: "/bucket/k" })).body).toBe("x".repeat(500));
  });

  test("whose intent was swept fails its commit, and leaves neither object nor bytes", async () => {
    const upload = await takeIn();
    pipeline.clock.ms += defaultSweepAges.intentMs + 1;
    await sweeper.sweep();
    await expect(upload.commit()).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect((await pipeline.ask({ method: "GET", path: "/bucket/k" })).code).toBe("NoSuchKey");
    pipeline.clock.ms += defaultSweepAges.garbageMs + 1;
    await sweeper.sweep();
    expect(await blobs()).toBe(0);
  });
});

test("a displaced blob stays for its readers for an hour, and is then removed", async () => {
  await pipeline.ask({ method: "PUT", path: "/bucket/k", body: "x".repeat(500) });
  await pipeline.ask({ method: "PUT", path: "/bucket/k", body: "small" });
  await sweeper.sweep();
  expect(await blobs()).toBe(1);
  pipeline.clock.ms += defaultSweepAges.garbageMs + 1;
  await sweeper.sweep();
  expect(await blobs()).toBe(0);
});

test.each([
  ["removes an empty bucket", false, "NoSuchBucket"],
  ["reopens a bucket that is not empty", true, undefined],
])("after an interrupted deletion the sweeper %s", async (_name, filled, code) => {
  if (filled) await pipeline.ask({ method: "PUT", path: "/bucket/k", body: "x" });
  const { bucket } = await lookUp(pipeline.services, "bucket");
  if (bucket === undefined) throw new Error("no bucket");
  const job = jobKey(pipeline.clock.ms + 1, "delete-bucket", bucket.id);
  await commitOnce(pipeline.metadata, {
    checks: [],
    puts: [
      {
        key: gateRecords.key(bucket.id),
        value: gateRecords.encode({ ...bucket.gate, state: "deleting" }),
      },
      { key: job, value: jobRecords.encode({}) },
    ],
    deletes: [],
  });
  pipeline.clock.ms += 2;
  await sweeper.sweep();
  expect((await pipeline.ask({ method: "PUT", path: "/bucket/j", body: "x" })).code).toBe(code);
  const kinds = pipeline.metadata.entries().map(({ key }) => letterOf(key));
  expect(kinds).not.toContain("q");
});

test("no commit of a sweep takes the references of a part whose object is gone", async () => {
  const { services, metadata, ask } = pipeline;
  const begun = await ask({ method: "POST", path: "/bucket/k?uploads" });
  const upload = /<UploadId>(\w+)</.exec(begun.body)?.[1] ?? "";
  const path = `/bucket/k?partNumber=1&uploadId=${upload}`;
  const { headers } = await ask({ method: "PUT", path, body: "x".repeat(500) });
  const part = `<Part><PartNumber>1</PartNumber><ETag>${headers["etag"]}</ETag></Part>`;
  const body = `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`;
  await ask({ method: "POST", path: `/bucket/k?uploadId=${upload}`, body });
  await ask({ method: "DELETE", path: "/bucket/k" });
  const damage: string[] = [];
  const verifying: Sweeper = new Sweeper({
    ...services,
    metadata: {
      getMany: (keys, options) => metadata.getMany(keys, options),
      scan: (scan) => metadata.scan(scan),
      close: () => metadata.close(),
      commit: async (commit) => {
        const outcome = await metadata.commit(commit);
        const onFinding = ({ kind, subject, problem }: Finding): void => {
          if (kind === "damage") damage.push(`${subject}: ${problem}`);
        };
        await verifyStore(services, { readsBytes: true, onFinding });
        return outcome;
      },
    },
    ages: { ...defaultSweepAges, garbageMs: 0 },
    onSwept: () => undefined,
  });
  for (let sweeps = 0; sweeps < 3; sweeps += 1) {
    pipeline.clock.ms += 1;
    await verifying.sweep();
  }
  expect(damage).toEqual([]);
  expect(await blobs()).toBe(0);
  expect(metadata.entries().map(({ key }) => letterOf(key))).not.toContain("p");
});

test("a sweep ends after its current step when the server stops", async () => {
  for (let bodies = 0; bodies < 5; bodies += 1) await takeIn();
  const { services, metadata } = pipeline;
  let removals = 0;
  const stopping: Sweeper = new Sweeper({
    ...services,
    metadata,
    blobs: {
      create: services.blobs.create,
      read: services.blobs.read,
      scan: services.blobs.scan,
      remove: async (refs) => {
        removals += 1;
        void stopping.close();
        await services.blobs.remove(refs);
      },
    },
    ages: { intentMs: -1, garbageMs: -1 },
    onSwept: () => undefined,
  });
  await stopping.sweep();
  expect(removals).toBe(1);
  expect(await blobs()).toBe(4);
});
