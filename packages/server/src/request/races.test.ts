// Hunts races: runs operations at once on the model store, whose seeded scheduler varies the order
// of their steps. After each round the store must be consistent: acknowledged objects are present,
// every reference has bytes, and every delivery has an outcome. In half of the rounds some commits
// fail, or succeed without an answer. In about half, leases end while their senders are still
// running.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeParameter, formatTrigger } from "@ossicle/protocol";
import { BlobMissingError } from "@ossicle/store";
import type { Scheduler } from "../../../store/src/testing.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaseMs, replayDelivery } from "../callback/deliveries/ledger.ts";
import { trimDeliveries } from "../callback/deliveries/retention.ts";
import {
  type ModelAnswer,
  type ModelPipeline,
  modelPipeline,
  type ModelRequest,
} from "../testing/model-pipeline.ts";
import { modelSweeper } from "../testing/model-sweep.ts";
import { idText } from "../callback/deliveries/delivery.ts";
import {
  deliveryRecords,
  gateRecords,
  headRecords,
  type KeyLetter,
  letterOf,
  pageRecords,
  partRecords,
  referenceRecords,
  versionRecords,
} from "../objects/records/key-space.ts";
import type { Extent } from "../objects/records/records.ts";
import { manifestOwner } from "../objects/records/references.ts";

/** Rounds without a delivery policy; each round runs three operations at once. */
const rounds = 800;
const firstSeed = 20_261_122;

/** Resolves waiting calls one at a time, in an order that the seed decides. */
class SeededScheduler {
  #state: number;
  readonly #waiting: (() => void)[] = [];
  #awake = false;

  constructor(seed: number) {
    this.#state = seed;
  }

  random(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  readonly schedule: Scheduler = () =>
    new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#wake();
    });

  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    setImmediate(() => {
      this.#awake = false;
      const [next] = this.#waiting.splice(Math.floor(this.random() * this.#waiting.length), 1);
      next?.();
      if (this.#waiting.length > 0) this.#wake();
    });
  }
}

const large = (letter: string): string => letter.repeat(200); // beyond the model's inline limit
let application: Server;
let callbackTo: (path: string) => string;
/** How often each delivery was sent. */
const received = new Map<string, number>();

beforeAll(async () => {
  application = createServer((request, response) => {
    const id = String(request.headers["x-oss-request-id"]);
    received.set(id, (received.get(id) ?? 0) + 1);
    const status = request.url === "/fail" ? 500 : 200;
    request.resume().on("end", () => response.writeHead(status, { "content-length": 2 }).end("{}"));
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  const { port } = application.address() as AddressInfo;
  callbackTo = (path) =>
    encodeParameter({
      callbackUrl: `http://127.0.0.1:${port}${path}`,
      callbackBody: "o=${object}",
    });
});
afterAll(() => application.close());

type Action = readonly [name: string, request: () => ModelRequest];

const actions: readonly Action[] = [
  ["put a", () => ({ method: "PUT", path: "/bucket/a", body: large("1") })],
  ["put a small", () => ({ method: "PUT", path: "/bucket/a", body: "small" })],
  [
    "put a, forbidding",
    () => ({
      method: "PUT",
      path: "/bucket/a",
      body: large("2"),
      headers: { "x-oss-forbid-overwrite": "true" },
    }),
  ],
  [
    "put a, calling back",
    () => ({
      method: "PUT",
      path: "/bucket/a",
      body: large("3"),
      headers: { "x-oss-callback": callbackTo("/") },
    }),
  ],
  [
    "put a, calling back in vain",
    () => ({
      method: "PUT",
      path: "/bucket/a",
      body: large("5"),
      headers: { "x-oss-callback": callbackTo("/fail") },
    }),
  ],
  [
    "trigger a, calling back",
    () => ({
      method: "POST",
      path: "/bucket/a?x-oss-process",
      body: `x-oss-process=${formatTrigger({ callback: callbackTo("/") })}`,
    }),
  ],
  [
    "copy a to b",
    () => ({ method: "PUT", path: "/bucket/b", headers: { "x-oss-copy-source": "/bucket/a" } }),
  ],
  [
    "copy b to a",
    () => ({ method: "PUT", path: "/bucket/a", headers: { "x-oss-copy-source": "/bucket/b" } }),
  ],
  [
    "copy a onto itself",
    () => ({
      method: "PUT",
      path: "/bucket/a",
      headers: { "x-oss-copy-source": "/bucket/a", "x-oss-meta-n": "1" },
    }),
  ],
  ["delete a", () => ({ method: "DELETE", path: "/bucket/a" })],
  [
    "delete a and b",
    () => ({
      method: "POST",
      path: "/bucket?delete",
      body: "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>",
    }),
  ],
  ["get a", () => ({ method: "GET", path: "/bucket/a" })],
  [
    "acl of a",
    () => ({ method: "PUT", path: "/bucket/a?acl", headers: { "x-oss-object-acl": "private" } }),
  ],
  [
    "acl of the bucket",
    () => ({ method: "PUT", path: "/bucket?acl", headers: { "x-oss-acl": "private" } }),
  ],
  [
    "append to a",
    () => ({ method: "POST", path: "/bucket/a?append&position=0", body: large("4") }),
  ],
  [
    "append to a, small",
    () => ({ method: "POST", path: "/bucket/a?append&position=200", body: "s" }),
  ],
  [
    "symlink a",
    () => ({ method: "PUT", path: "/bucket/a?symlink", headers: { "x-oss-symlink-target": "b" } }),
  ],
  [
    "CORS of the bucket",
    () => ({
      method: "PUT",
      path: "/bucket?cors",
      body:
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>" +
        "<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
    }),
  ],
  [
    "put a small, calling back",
    () => ({
      method: "PUT",
      path: "/bucket/a",
      body: "small 3",
      headers: { "x-oss-callback": callbackTo("/") },
    }),
  ],
  [
    "put a small, calling back in vain",
    () => ({
      method: "PUT",
      path: "/bucket/a",
      body: "small 5",
      headers: { "x-oss-callback": callbackTo("/fail") },
    }),
  ],
  ["delete the bucket", () => ({ method: "DELETE", path: "/bucket" })],
  ["make the bucket", () => ({ method: "PUT", path: "/bucket" })],
];

describe("three operations at once", () => {
  test(`leave the store consistent in ${rounds} seeded orders`, { timeout: 120_000 }, async () => {
    let tried = 0;
    for (let round = 0; round < rounds; round += 1) {
      const seed = firstSeed + round;
      await hunt(seed).catch((cause: unknown) => {
        throw new Error(`seed ${seed}: ${String(cause)}`, { cause });
      });
      tried += 1;
    }
    expect(tried).toBe(rounds);
  });
});

/** The delivery policies of the bucket; the rounds use them in turn. */
const policies = ["hide", "delete"].flatMap((onFailure) =>
  [1, 2].map(
    (attempts) =>
      `<DeliveryPolicy><OnFailure>${onFailure}</OnFailure><Retry>` +
      `<MaxAttempts>${attempts}</MaxAttempts><FirstDelaySeconds>1</FirstDelaySeconds></Retry>` +
      "</DeliveryPolicy>",
  ),
);
const policyRounds = 320;

describe("three operations at once under a delivery policy", () => {
  test(
    `leave the store consistent in ${policyRounds} seeded orders`,
    { timeout: 120_000 },
    async () => {
      let tried = 0;
      for (let round = 0; round < policyRounds; round += 1) {
        const seed = firstSeed + rounds + round;
        const policy = policies[round % policies.length];
        await hunt(seed, policy).catch((cause: unknown) => {
          throw new Error(`seed ${seed}, ${policy}: ${String(cause)}`, { cause });
        });
        tried += 1;
      }
      expect(tried).toBe(policyRounds);
    },
  );
});

async function hunt(seed: number, policy?: string): Promise<void> {
  const scheduler = new SeededScheduler(seed);
  const pick = (): Action =>
    actions[Math.floor(scheduler.random() * actions.length)] ?? [
      "",
      () => ({ method: "GET", path: "/" }),
    ];
  let troubled = false;
  // Two nodes share two stores in five. Their small uploads go without a read.
  const guessForMs = seed % 5 < 2 ? 1e12 : 0;
  const pipeline = await modelPipeline({
    scheduler: scheduler.schedule,
    guessForMs,
    trouble: () => {
      if (!troubled || scheduler.random() > 0.15) return undefined;
      return scheduler.random() < 0.5 ? "lost" : "unheard";
    },
  });
  const other = guessForMs === 0 ? pipeline : await modelPipeline({ guessForMs, beside: pipeline });
  const { ask, services, clock } = pipeline;
  await ask({ method: "PUT", path: "/bucket" });
  if (policy !== undefined) {
    await ask({ method: "PUT", path: "/bucket?x-ossicle-delivery-policy", body: policy });
  }
  // Once an upload has read the bucket, the next ones guess it.
  for (const node of [pipeline, other]) {
    for (const method of ["PUT", "DELETE"]) await node.ask({ method, path: "/bucket/read" });
  }
  if (scheduler.random() < 0.5) await ask({ method: "PUT", path: "/bucket/a", body: large("0") });
  // Every third store keeps versions. About half of the stores have a multipart upload that the
  // operations complete, abort or add a part to.
  if (seed % 3 === 0) await keepVersions(pipeline);
  const more = seed % 3 === 0 ? await versionActions(pipeline) : [];
  const onUpload = scheduler.random() < 0.5 ? await uploadActions(pipeline) : [];
  const own = [...more, ...onUpload];
  const pickOwn = (): Action => own[Math.floor(scheduler.random() * own.length)] ?? pick();
  const calls = actions.filter(([name]) => name.includes("calling back"));
  const calling = (): Action => calls[Math.floor(scheduler.random() * calls.length)] ?? pick();
  const done = [policy === undefined ? pick() : calling(), pickOwn(), pickOwn()];
  troubled = seed % 2 === 0;
  const leasesEnd = scheduler.random() < 0.5;
  const takeOver = async (): Promise<void> => {
    if (!leasesEnd) return;
    for (let times = 0; times < 3; times += 1) {
      await scheduler.schedule();
      clock.ms += leaseMs + 1;
      // Two takeovers run at once.
      await Promise.all([services.callbacks.takeOver(), services.callbacks.takeOver()]);
    }
  };
  const what = [...done.map(([name]) => name), "sweep", ...(leasesEnd ? ["take over"] : [])].join(
    " | ",
  );
  const sweeper = modelSweeper(pipeline);
  const [answers] = await Promise.all([
    Promise.all(done.map(([, request], at) => (at % 2 === 0 ? ask : other.ask)(request()))),
    sweeper.sweep(),
    takeOver(),
  ]);
  for (const { status, code } of answers) expect(status, `${what}: ${code}`).not.toBe(500);
  troubled = false;
  await endDeliveries(pipeline);
  await replayFailed(pipeline, scheduler.random() < 0.2);
  await endDeliveries(pipeline);
  await Promise.all([services.callbacks.close(), other.services.callbacks.close()]);
  const isHiding = policy?.includes("hide") === true;
  await checkAcknowledged(done, answers, { pipeline, what, isHiding });
  await checkRemoved(done, answers, { pipeline, what });
  // Long afterwards, the sweeper removes garbage and nothing else.
  clock.ms += 100_000_000;
  for (let times = 0; times < 4; times += 1) await sweeper.sweep();
  await checkWhole(pipeline, what);
}

/** Takes over due deliveries until none is due. */
async function endDeliveries({ services, clock, metadata }: ModelPipeline): Promise<void> {
  const isDue = (): boolean =>
    entriesWith(metadata, "l").some(({ value }) => deliveryRecords.decode(value).state === "due");
  for (let times = 0; times < 5 && isDue(); times += 1) {
    clock.ms += leaseMs + 1;
    await services.callbacks.takeOver();
    await services.callbacks.recorded();
  }
}

/**
 * Replays every failed delivery twice at once, while due deliveries are taken over and the ledger
 * is trimmed.
 */
async function replayFailed(
  { services, clock, metadata }: ModelPipeline,
  tooMuch: boolean,
): Promise<void> {
  const failed = entriesWith(metadata, "l")
    .filter(({ value }) => deliveryRecords.decode(value).state === "failed")
    .map(({ key }) => hex(deliveryRecords.partsOf(key)[0]));
  const replay = (id: string): Promise<unknown> => replayDelivery(metadata, id, clock.ms);
  await Promise.all([
    ...failed.flatMap((id) => [replay(id), replay(id)]),
    services.callbacks.takeOver(),
    trimDeliveries(
      metadata,
      { maxAgeMs: 1e12, maxBytes: tooMuch ? 1 : 1e12 },
      { nowMs: clock.ms, isOver: () => false, onUnreadable: () => undefined },
    ),
  ]);
}

async function keepVersions({ ask }: ModelPipeline): Promise<void> {
  const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await ask({ method: "PUT", path: "/bucket?versioning", body });
}

/** Actions on two versions of the object `a`. */
async function versionActions({ ask }: ModelPipeline): Promise<readonly Action[]> {
  const ids: string[] = [];
  for (const letter of ["v", "w"]) {
    const { headers } = await ask({ method: "PUT", path: "/bucket/a", body: large(letter) });
    ids.push(headers["x-oss-version-id"] ?? "");
  }
  const named = ids.map((id) => `<Object><Key>a</Key><VersionId>${id}</VersionId></Object>`);
  return [
    ...ids.map((id, at): Action => [
      `delete version ${at} of a`,
      () => ({ method: "DELETE", path: `/bucket/a?versionId=${id}` }),
    ]),
    [
      "delete both versions of a",
      () => ({
        method: "POST",
        path: "/bucket?delete",
        body: `<Delete>${named.join("")}</Delete>`,
      }),
    ],
    [
      "acl of version 0 of a",
      () => ({
        method: "PUT",
        path: `/bucket/a?acl&versionId=${ids[0] ?? ""}`,
        headers: { "x-oss-object-acl": "private" },
      }),
    ],
    [
      "copy version 0 of a to b",
      () => ({
        method: "PUT",
        path: "/bucket/b",
        headers: { "x-oss-copy-source": `/bucket/a?versionId=${ids[0] ?? ""}` },
      }),
    ],
    [
      "suspend versioning",
      () => ({
        method: "PUT",
        path: "/bucket?versioning",
        body: "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>",
      }),
    ],
  ];
}

/** Actions on a multipart upload of the object `a` that has one part. */
async function uploadActions({ ask }: ModelPipeline): Promise<readonly Action[]> {
  const begun = await ask({ method: "POST", path: "/bucket/a?uploads" });
  const upload = /<UploadId>(\w+)</.exec(begun.body)?.[1] ?? "";
  const part = `/bucket/a?partNumber=1&uploadId=${upload}`;
  const { headers } = await ask({ method: "PUT", path: part, body: large("p") });
  const listed = `<Part><PartNumber>1</PartNumber><ETag>${headers["etag"]}</ETag></Part>`;
  const path = `/bucket/a?uploadId=${upload}`;
  const complete: Action = [
    "complete the upload",
    () => ({
      method: "POST",
      path,
      body: `<CompleteMultipartUpload>${listed}</CompleteMultipartUpload>`,
    }),
  ];
  return [
    complete,
    complete,
    ["abort the upload", () => ({ method: "DELETE", path })],
    ["replace the part", () => ({ method: "PUT", path: part, body: large("q") })],
    [
      "copy a into a part",
      () => ({
        method: "PUT",
        path: `/bucket/a?partNumber=2&uploadId=${upload}`,
        headers: { "x-oss-copy-source": "/bucket/a" },
      }),
    ],
  ];
}

/**
 * An acknowledged object must be present, unless another operation could have replaced or deleted
 * it.
 */
async function checkAcknowledged(
  done: readonly Action[],
  answers: readonly ModelAnswer[],
  {
    pipeline,
    what,
    isHiding,
  }: { readonly pipeline: ModelPipeline; readonly what: string; readonly isHiding: boolean },
): Promise<void> {
  const touches = (name: string): boolean =>
    /^(?:put a|delete|copy b|append|symlink a|complete)/.test(name) && !name.includes("bucket");
  // After a 503 the bucket may have been removed too.
  const removesBucket = done.some(
    ([name], index) =>
      name === "delete the bucket" && [204, 503].includes(answers[index]?.status ?? 0),
  );
  // A version that was refused while it was hidden leaves no trace.
  const writers = done.filter(
    ([name], index) => touches(name) && !(isHiding && answers[index]?.status === 424),
  );
  const [only] = writers;
  if (removesBucket || writers.length !== 1 || only === undefined) return;
  const answer = answers[done.indexOf(only)];
  if (!only[0].startsWith("put a")) return;
  const got = await pipeline.ask({ method: "GET", path: "/bucket/a" });
  // A version that its application has refused is gone, unless it was copied meanwhile.
  const isCopied = done.some(([name]) => name === "copy a onto itself");
  if (answer?.status === 424 && !isCopied) expect(got.body, what).not.toBe(only[1]().body);
  if (answer?.status !== 200) return;
  expect(got.status, what).toBe(200);
  expect(got.body, what).toBe(only[1]().body);
}

/** A version whose removal was acknowledged stays removed beside any other request. */
async function checkRemoved(
  done: readonly Action[],
  answers: readonly ModelAnswer[],
  { pipeline, what }: { readonly pipeline: ModelPipeline; readonly what: string },
): Promise<void> {
  for (const [at, [name, request]] of done.entries()) {
    const { path, body = "" } = request();
    if (!/^delete .*version/.test(name) || (answers[at]?.status ?? 500) > 299) continue;
    for (const [, id = ""] of `${path} ${String(body)}`.matchAll(/[Vv]ersionId[=>]([\w-]{64})/g)) {
      const left = await pipeline.ask({ method: "GET", path: `/bucket/a?versionId=${id}` });
      expect(left.status, `${what}: a removed version is still there`).toBe(404);
    }
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The entries of one kind. */
function entriesWith(
  metadata: ModelPipeline["metadata"],
  letter: KeyLetter,
): ReturnType<ModelPipeline["metadata"]["entries"]> {
  return metadata.entries().filter(({ key }) => letterOf(key) === letter);
}

async function checkWhole({ metadata, services }: ModelPipeline, what: string): Promise<void> {
  const kind = (letter: KeyLetter) => entriesWith(metadata, letter);
  const references = new Set(
    kind("r").map(({ key }) => referenceRecords.partsOf(key).map(hex).join("")),
  );
  const gates = new Set(kind("g").map(({ key }) => hex(gateRecords.partsOf(key)[0])));
  const expected = new Map<string, Extent | undefined>();
  for (const { key, value } of [...kind("o"), ...kind("v")]) {
    const [bucket] = letterOf(key) === "o" ? headRecords.partsOf(key) : versionRecords.partsOf(key);
    expect(gates.has(hex(bucket)), `${what}: an object outlived its bucket`).toBe(true);
    const record = headRecords.decode(value);
    for (const extent of record.extents ?? []) expected.set(extent[0] + record.id, extent);
    if (record.manifest !== undefined) expected.set(record.manifest.id + record.id, undefined);
  }
  for (const { key, value } of kind("x")) {
    const [manifest] = pageRecords.partsOf(key);
    for (const [ref, offset, length, part] of pageRecords.decode(value).extents) {
      expected.set(ref + hex(manifestOwner(manifest, part)), [ref, offset, length]);
    }
  }
  for (const { key, value } of kind("p")) {
    const owner = hex(manifestOwner(...partRecords.partsOf(key)));
    for (const extent of partRecords.decode(value).extents) {
      expected.set(extent[0] + owner, extent);
    }
  }
  for (const [pair, extent] of expected) {
    expect(references.has(pair), `${what}: a reference is missing`).toBe(true);
    if (extent === undefined) continue;
    const [ref, offset, length] = extent;
    const bytes = await services.blobs
      .read(Buffer.from(ref, "hex"), { offset, length })
      .catch((cause: unknown) => cause);
    expect(bytes, `${what}: a blob is missing`).not.toBeInstanceOf(BlobMissingError);
  }
  expect(references.size, `${what}: a reference is left over`).toBe(expected.size);
  expect(kind("i").length + kind("z").length, `${what}: something is never swept`).toBe(0);
  const blobs: string[] = [];
  for await (const { ref } of services.blobs.scan()) blobs.push(Buffer.from(ref).toString("hex"));
  const used = new Set([...references].map((pair) => pair.slice(0, 32)));
  expect(
    blobs.filter((ref) => !used.has(ref)),
    `${what}: a blob leaks`,
  ).toEqual([]);
  let failed = 0;
  for (const { key, value } of kind("l")) {
    const { state, urls, attempts } = deliveryRecords.decode(value);
    const outcomes = urls[0]?.endsWith("/fail") ? ["failed", "dead"] : ["delivered"];
    expect(outcomes, `${what}: a delivery has the wrong outcome`).toContain(state);
    if (state !== "delivered") failed += 1;
    // Every repetition followed the end of a lease, which was recorded as an attempt.
    const id = idText(deliveryRecords.partsOf(key)[0]);
    const sent = received.get(id) ?? 0;
    expect(sent, `${what}: a delivery was not sent`).toBeGreaterThan(0);
    expect(sent, `${what}: a delivery was sent too often`).toBeLessThanOrEqual(attempts.length);
  }
  expect(kind("f").length, `${what}: failures are not all listed`).toBe(failed);
  expect(kind("q"), `${what}: a job is left over`).toEqual([]);
  expect(kind("w"), `${what}: a version is hidden for ever`).toEqual([]);
  expect(kind("g").length, `${what}: a gate without its bucket`).toBe(kind("b").length);
}
