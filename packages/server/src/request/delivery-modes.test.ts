// Uploads and callbacks under a delivery policy. Every statement of docs/explanation/delivery.md
// about retry, hide, delete, rules and endpoints that do not answer has a test here.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AfterCrash } from "../configuration/delivery-policy.ts";
import { leaseMs, replayDelivery } from "../callback/deliveries/ledger.ts";
import { findDelivery } from "../callback/deliveries/deliveries.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import { type Headers, modelBucket } from "../testing/model-bucket.ts";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";
import { sweepAll } from "../testing/model-sweep.ts";
import type { DeliveryRecord } from "../objects/records/delivery-record.ts";
import { redateJobs } from "../objects/records/jobs.ts";
import { type KeyLetter, keySpace } from "../objects/records/key-space.ts";

const { ask, get, head, put, post, remove, stranger, keepVersions, begin, pipeline } =
  modelBucket();

interface Heard {
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

let application: Server;
let url: string;
let status: number;
let heard: Heard[];
let whileAsked: ((id: string) => Promise<void>) | undefined;

beforeAll(async () => {
  application = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = String(request.headers["x-oss-request-id"]);
      heard.push({ id, body: Buffer.concat(chunks).toString(), headers: request.headers });
      void Promise.resolve(whileAsked?.(id)).then(() =>
        response.writeHead(status, { "content-length": 11 }).end('{"ok":true}'),
      );
    });
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
});
beforeEach(() => {
  status = 200;
  heard = [];
  whileAsked = undefined;
});
afterEach(() => pipeline().services.callbacks.close());
afterAll(() => application.close());

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64");
const asking = (): Headers => ({
  "x-oss-callback": encode({ callbackUrl: url, callbackBody: "o=${object}&op=${operation}" }),
});
const policy = (elements: string): Promise<ModelAnswer> =>
  put("?x-ossicle-delivery-policy", `<DeliveryPolicy>${elements}</DeliveryPolicy>`);
const retry =
  "<Retry><MaxAttempts>3</MaxAttempts><FirstDelaySeconds>10</FirstDelaySeconds>" +
  "<MaxAgeSeconds>100</MaxAgeSeconds></Retry>";
const patient = retry.replace("</Retry>", "<TimeoutSeconds>60</TimeoutSeconds></Retry>");
const hide = "<OnFailure>hide</OnFailure>";
const removing = "<OnFailure>delete</OnFailure>";
// A GIF of one pixel.
const onePixel = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const long = "x".repeat(100); // beyond the model's inline limit, so it is stored as a blob

async function recordOf({ headers }: ModelAnswer): Promise<DeliveryRecord> {
  await pipeline().services.callbacks.recorded(); // kept objects are recorded after the answer
  const found = await findDelivery(pipeline().metadata, headers["x-oss-request-id"] ?? "");
  if (found === undefined) throw new Error("there is no delivery");
  return found.record;
}

/** Advances the clock, and runs the rounds that are due. */
async function after(ms: number): Promise<void> {
  pipeline().clock.ms += ms;
  await pipeline().services.callbacks.takeOver();
}

/**
 * Simulates the crash of a process: its leases end, and another process takes over its deliveries.
 */
async function afterDeath(died: ModelPipeline, afterCrash: AfterCrash = "resend"): Promise<void> {
  const next = await modelPipeline({ beside: died, afterCrash });
  died.clock.ms += leaseMs + 1;
  await next.services.callbacks.takeOver();
  await next.services.callbacks.close();
}

const rowsOf = async (letter: KeyLetter): Promise<number> =>
  (await pipeline().metadata.scan({ ...keySpace[letter].range(), limit: 100 })).rows.length;

const listed = async (): Promise<readonly string[]> =>
  [...(await get("")).body.matchAll(/<Key>(.*?)<\/Key>/g)].map((found) => found[1] ?? "");

describe("with retry", () => {
  beforeEach(async () => {
    await policy(retry);
    status = 500;
  });

  test("the uploader gets 203, the object is stored, and the callback is due again", async () => {
    const answer = await put("/k", "hello", asking());
    expect(answer).toMatchObject({ status: 203, code: "CallbackFailed", ec: "0007-00000203" });
    expect((await get("/k")).body).toBe("hello");
    const { clock } = pipeline();
    expect(await recordOf(answer)).toMatchObject({
      state: "due",
      waiting: "retry",
      rounds: 1,
      nextMs: clock.ms + 10_000,
    });
  });

  test("the next round has the same id and body, and no round follows a success", async () => {
    const answer = await put("/k", "hello", asking());
    status = 200;
    await after(9_999);
    expect(heard).toHaveLength(1);
    await after(2);
    expect(heard.map(({ id, body }) => [id, body])).toEqual([
      [answer.headers["x-oss-request-id"], "o=k&op=PutObject"],
      [answer.headers["x-oss-request-id"], "o=k&op=PutObject"],
    ]);
    const record = await recordOf(answer);
    expect(record).toMatchObject({ state: "delivered", rounds: 2 });
    expect(record.attempts.map((attempt) => attempt.status)).toEqual([500, 200]);
    expect(record.waiting).toBeUndefined();
    await after(1_000_000);
    expect(heard).toHaveLength(2);
  });

  test("a delivery is dead after its last round, and a replay sends it once more", async () => {
    const answer = await put("/k", "hello", asking());
    await after(10_001);
    await after(20_001);
    expect(await recordOf(answer)).toMatchObject({ state: "dead", rounds: 3 });
    expect(await rowsOf("q")).toBe(0);
    const id = answer.headers["x-oss-request-id"] ?? "";
    expect(await replayDelivery(pipeline().metadata, id, pipeline().clock.ms)).toBe("replayed");
    status = 200;
    await after(1);
    expect(await recordOf(answer)).toMatchObject({ state: "delivered", rounds: 4 });
    expect(heard).toHaveLength(4);
  });

  test("no round begins when the upload is too old", async () => {
    await policy(retry.replace("<FirstDelaySeconds>10", "<FirstDelaySeconds>101"));
    expect(await recordOf(await put("/k", "hello", asking()))).toMatchObject({ state: "dead" });
  });

  test("another process repeats a later round after a crash", async () => {
    const answer = await put("/k", "hello", asking());
    let dies = true;
    whileAsked = () => (dies ? new Promise(() => undefined) : Promise.resolve());
    void after(10_001);
    await expect.poll(() => heard.length).toBe(2);
    dies = false;
    status = 200;
    await afterDeath(pipeline());
    expect(await recordOf(answer)).toMatchObject({ state: "delivered", rounds: 2 });
    expect(heard).toHaveLength(3);
    application.closeAllConnections();
  });

  test("a process does not repeat its own running round, even after the lease's end", async () => {
    const answer = await put("/k", "hello", asking());
    status = 200;
    whileAsked = async () => {
      whileAsked = undefined;
      await after(leaseMs + 1);
    };
    await after(10_001);
    expect(heard).toHaveLength(2);
    expect(await recordOf(answer)).toMatchObject({ state: "delivered", rounds: 2 });
  });

  test("a lease whose job gets a new time during its round adds no round", async () => {
    await policy(retry.replace("<FirstDelaySeconds>10", "<FirstDelaySeconds>90"));
    const { clock, metadata } = pipeline();
    whileAsked = async () => {
      whileAsked = undefined;
      clock.ms += 5_001;
      await redateJobs(metadata, { nowMs: clock.ms, forwardMs: 5_000 });
    };
    const answer = await put("/k", "hello", asking());
    await expect.poll(() => rowsOf("q")).toBe(2);
    await after(leaseMs + 5_001);
    expect(heard).toHaveLength(1);
    expect(await rowsOf("q")).toBe(1);
    status = 200;
    await after(85_001 - leaseMs); // the upload is not too old yet
    expect(await recordOf(answer)).toMatchObject({ state: "delivered", rounds: 2 });
  });

  test.each(["resend", "record-unknown"] as const)(
    "a round that a shutdown interrupts is repeated, and counts once: %s",
    async (afterCrash) => {
      const model = await modelPipeline({ afterCrash });
      const send = (method: string, path: string, body: string, headers: Headers = {}) =>
        model.ask({ method, path: `/bucket${path}`, body, headers });
      await send("PUT", "", "");
      await send(
        "PUT",
        "?x-ossicle-delivery-policy",
        `<DeliveryPolicy>${hide}${patient}</DeliveryPolicy>`,
      );
      const answer = await send("PUT", "/k", "hello", asking());
      whileAsked = () => new Promise(() => undefined);
      model.clock.ms += 10_001;
      void model.services.callbacks.takeOver();
      await expect.poll(() => heard.length).toBe(2);
      await model.services.callbacks.close();
      whileAsked = undefined;
      status = 200;
      const next = await modelPipeline({ beside: model, afterCrash });
      // The lease has ended, and the upload is too old for a further round.
      model.clock.ms += 100_000;
      await next.services.callbacks.takeOver();
      const id = answer.headers["x-oss-request-id"] ?? "";
      expect((await findDelivery(model.metadata, id))?.record).toMatchObject({
        state: "delivered",
        rounds: 2,
        attempts: [{}, { reason: expect.stringContaining("cut off") }, { status: 200 }],
      });
      expect(heard).toHaveLength(3);
      expect((await model.ask({ method: "GET", path: "/bucket/k" })).body).toBe("hello");
      application.closeAllConnections();
      await next.services.callbacks.close();
    },
  );

  test("a round that is due when the lease ends does begin", async () => {
    await policy(
      "<Retry><MaxAttempts>3</MaxAttempts><FirstDelaySeconds>40</FirstDelaySeconds></Retry>",
    );
    const answer = await put("/k", "hello", asking());
    expect(await recordOf(answer)).toMatchObject({ state: "due" });
    expect(await rowsOf("q")).toBe(1);
    status = 200;
    await after(leaseMs + 2);
    expect(await recordOf(answer)).toMatchObject({ state: "delivered" });
  });

  test("a later round and its lease last as long as the policy allows", async () => {
    await policy(patient);
    const waited = await put("/k", "hello", asking());
    whileAsked = () => new Promise(() => undefined);
    void after(10_001);
    await expect.poll(() => heard.length).toBe(2);
    await afterDeath(pipeline()); // the lease of a five-second round would have ended
    expect(heard).toHaveLength(2);
    application.closeAllConnections();
    await expect.poll(async () => (await recordOf(waited)).rounds).toBe(2);

    await policy(retry.replace("</Retry>", "<TimeoutSeconds>1</TimeoutSeconds></Retry>"));
    whileAsked = undefined;
    const hasty = await put("/l", "hello", asking());
    whileAsked = () => new Promise(() => undefined);
    await after(10_001);
    const { attempts } = await recordOf(hasty);
    expect(attempts.map(({ error }) => error)).toEqual([
      "Error status : 500.",
      "Cost too long time.",
    ]);
    expect(attempts[1]?.reason).toContain("within 1000 ms");
    application.closeAllConnections();
  });

  test("a delivery whose next round could not begin in time is dead, and is not sent", async () => {
    const answer = await put("/k", "hello", asking());
    await after(100_001);
    expect(heard).toHaveLength(1);
    const record = await recordOf(answer);
    expect(record).toMatchObject({ state: "dead" });
    expect(record.attempts.at(-1)?.reason).toContain("too old for another round");
  });

  test("a change of the policy does not affect deliveries that are due", async () => {
    const answer = await put("/k", "hello", asking());
    await remove("?x-ossicle-delivery-policy");
    status = 200;
    await after(10_001);
    expect(await recordOf(answer)).toMatchObject({ state: "delivered" });
    status = 500;
    expect(await recordOf(await put("/l", "x", asking()))).toMatchObject({ state: "failed" });
  });
});

describe.each([
  ["a small body", "hello"],
  ["a body in a blob", long],
])("with hide, %s", (_what, body) => {
  beforeEach(() => policy(hide));

  test("the object is hidden until the application confirms it, and then visible", async () => {
    const seen: unknown[] = [];
    whileAsked = async () => {
      seen.push((await get("/k")).code, await listed(), (await head("/k")).status);
    };
    const answer = await put("/k", body, asking());
    expect(seen).toEqual(["NoSuchKey", [], 404]);
    expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect((await get("/k")).body).toBe(body);
    expect(await listed()).toEqual(["k"]);
    expect(await rowsOf("w")).toBe(0);
    expect(await recordOf(answer)).toMatchObject({ state: "delivered", version: {} });
  });

  test("only the application reads a hidden object, under its delivery's id", async () => {
    const seen: unknown[] = [];
    await put("?acl", "", { "x-oss-acl": "public-read" });
    whileAsked = async (id) => {
      const read = await get(`/k?versionId=${id}`);
      seen.push(read.status, read.body, (await head(`/k?versionId=${id}`)).status);
      seen.push((await head(`/k?objectMeta&versionId=${id}`)).headers["content-length"]);
      seen.push(read.headers["x-oss-version-id"]);
      seen.push((await stranger("GET", `/k?versionId=${id}`)).status);
      seen.push((await get(`/l?versionId=${id}`)).status);
    };
    const { headers } = await put("/k", body, asking());
    expect(seen).toEqual([200, body, 200, String(body.length), undefined, 400, 400]);
    expect((await get(`/k?versionId=${headers["x-oss-request-id"]}`)).status).toBe(400);
  });

  test("a refusal keeps the former object and leaves nothing of the new one", async () => {
    await put("/k", "old");
    status = 500;
    const answer = await put("/k", body, asking());
    expect(answer).toMatchObject({
      status: 424,
      code: "CallbackNotConfirmed",
      ec: "0007-00000203",
    });
    expect(answer.headers["etag"]).toBeUndefined();
    expect((await get("/k")).body).toBe("old");
    expect(await rowsOf("w")).toBe(0);
    expect(await recordOf(answer)).toMatchObject({ state: "failed", discarded: true });
    const { clock, metadata } = pipeline();
    await sweepAll(pipeline());
    expect([await rowsOf("r"), await rowsOf("i"), await rowsOf("z")]).toEqual([0, 0, 0]);
    const id = answer.headers["x-oss-request-id"] ?? "";
    expect(await replayDelivery(metadata, id, clock.ms)).toBe("discarded");
  });

  test("a connection that breaks without an answer counts as a refusal", async () => {
    await put("/k", "old");
    whileAsked = () => {
      application.closeAllConnections();
      return Promise.resolve();
    };
    const answer = await put("/k", body, asking());
    expect(answer).toMatchObject({ status: 424, ec: "0007-00000203" });
    expect((await get("/k")).body).toBe("old");
    expect(await recordOf(answer)).toMatchObject({ state: "failed", discarded: true });
  });

  test("in a versioned bucket versions are ordered by their confirmations", async () => {
    await keepVersions();
    await put("/k", "old");
    let finishFirst: () => void = () => undefined;
    whileAsked = (id) =>
      heard[0]?.id === id
        ? new Promise<void>((resolve) => {
            finishFirst = resolve;
          })
        : Promise.resolve();
    const first = put("/k", body, asking());
    await expect.poll(() => heard.length).toBe(1);
    const second = await put("/k", "second", asking());
    finishFirst();
    const confirmed = await first;
    expect((await get("/k")).body).toBe(body);
    for (const [answer, text] of [
      [confirmed, body],
      [second, "second"],
    ] as const) {
      const id = answer.headers["x-oss-version-id"] ?? "";
      expect((await get(`/k?versionId=${id}`)).body).toBe(text);
    }
    expect((await get("?versions")).body.match(/<Version>/g)).toHaveLength(3);
  });

  test("after a crash another process sends the callback and reveals the object", async () => {
    let dies = true;
    whileAsked = () => (dies ? new Promise(() => undefined) : Promise.resolve());
    void put("/k", body, asking());
    await expect.poll(() => heard.length).toBe(1);
    expect((await get("/k")).code).toBe("NoSuchKey");
    dies = false;
    await afterDeath(pipeline());
    expect((await get("/k")).body).toBe(body);
    application.closeAllConnections();
  });

  test("with retry the upload gets 203, and a later round reveals the object", async () => {
    await policy(hide + retry);
    status = 500;
    const answer = await put("/k", body, asking());
    expect(answer).toMatchObject({ status: 203, code: "CallbackFailed" });
    expect(answer.body).toContain("The object is not visible until it is confirmed.");
    expect((await get("/k")).code).toBe("NoSuchKey");
    expect((await get(`/k?versionId=${answer.headers["x-oss-request-id"]}`)).body).toBe(body);
    expect(await remove("")).toMatchObject({ status: 409, code: "BucketNotEmpty" });
    status = 200;
    await after(10_001);
    expect((await get("/k")).body).toBe(body);
    expect(await recordOf(answer)).toMatchObject({ state: "delivered", rounds: 2 });
  });

  test("with retry the object is removed after its last round has failed", async () => {
    await policy(hide + retry);
    status = 500;
    const answer = await put("/k", body, asking());
    await after(10_001);
    await after(20_001);
    expect(await recordOf(answer)).toMatchObject({ state: "dead", discarded: true });
    expect([await rowsOf("w"), await rowsOf("q")]).toEqual([0, 0]);
    expect((await remove("")).status).toBe(204);
  });

  test("a hidden object that must not overwrite loses to an object written meanwhile", async () => {
    whileAsked = async () => {
      whileAsked = undefined;
      await put("/k", "other");
    };
    const answer = await put("/k", body, { ...asking(), "x-oss-forbid-overwrite": "true" });
    expect(answer).toMatchObject({ status: 409, code: "FileAlreadyExists" });
    expect((await get("/k")).body).toBe("other");
    expect(await recordOf(answer)).toMatchObject({ state: "superseded", discarded: true });
  });
});

describe("with hide", () => {
  beforeEach(() => policy(hide));

  test("a multipart upload is hidden when completed, and then revealed", async () => {
    const uploadId = await begin("k");
    const part = await put(`/k?partNumber=1&uploadId=${uploadId}`, long);
    const complete = (headers: Headers) =>
      post(
        `/k?uploadId=${uploadId}`,
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>" +
          `<ETag>${part.headers["etag"]}</ETag></Part></CompleteMultipartUpload>`,
        headers,
      );
    whileAsked = async (id) => {
      expect((await get("/k")).code).toBe("NoSuchKey");
      expect((await get(`/k?versionId=${id}`)).body).toBe(long);
    };
    expect(await complete(asking())).toMatchObject({ status: 200, body: '{"ok":true}' });
    await sweepAll(pipeline());
    expect((await get("/k")).body).toBe(long);
  });

  test("a multipart upload that the application refuses is removed with its parts", async () => {
    const uploadId = await begin("k");
    const part = await put(`/k?partNumber=1&uploadId=${uploadId}`, long);
    status = 500;
    const answer = await post(
      `/k?uploadId=${uploadId}`,
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>" +
        `<ETag>${part.headers["etag"]}</ETag></Part></CompleteMultipartUpload>`,
      asking(),
    );
    expect(answer).toMatchObject({ status: 424, code: "CallbackNotConfirmed" });
    await sweepAll(pipeline());
    expect([await rowsOf("r"), await rowsOf("x"), await rowsOf("z")]).toEqual([0, 0, 0]);
  });

  test("uploads without a callback are visible at once", async () => {
    expect((await put("/k", "hello")).status).toBe(200);
    expect((await get("/k")).body).toBe("hello");
  });

  test("an unknown outcome confirms nothing: record-unknown removes the object", async () => {
    const model = await recordingUnknown(hide);
    const { record } = (await findDelivery(model.metadata, heard[0]?.id ?? "")) ?? {};
    expect(record).toMatchObject({ state: "failed", discarded: true });
    expect(heard).toHaveLength(1);
    expect((await model.ask({ method: "GET", path: "/bucket/k" })).code).toBe("NoSuchKey");
  });
});

/** A store whose process crashed during a callback, and that records outcomes as unknown. */
async function recordingUnknown(elements: string): Promise<ModelPipeline> {
  const model = await modelPipeline({ afterCrash: "record-unknown" });
  await model.ask({ method: "PUT", path: "/bucket" });
  const body = `<DeliveryPolicy>${elements}</DeliveryPolicy>`;
  await model.ask({ method: "PUT", path: "/bucket?x-ossicle-delivery-policy", body });
  whileAsked = () => new Promise(() => undefined);
  const asked = { method: "PUT", path: "/bucket/k", headers: asking(), body: "hello" };
  void model.ask(asked);
  await expect.poll(() => heard.length).toBe(1);
  await afterDeath(model, "record-unknown");
  application.closeAllConnections();
  return model;
}

describe("with delete", () => {
  beforeEach(() => policy(removing));

  test("the object is readable during the callback, and stays when it is confirmed", async () => {
    whileAsked = async () => {
      expect((await get("/k")).body).toBe("hello");
    };
    expect(await put("/k", "hello", asking())).toMatchObject({ status: 200 });
    expect((await get("/k")).body).toBe("hello");
  });

  test.each([["hello"], [long]])("an object that is refused is removed: %s", async (body) => {
    status = 500;
    const answer = await put("/k", body, asking());
    expect(answer).toMatchObject({ status: 424, code: "CallbackNotConfirmed" });
    expect((await get("/k")).code).toBe("NoSuchKey");
    expect(await recordOf(answer)).toMatchObject({ state: "failed", discarded: true });
    await sweepAll(pipeline());
    expect([await rowsOf("r"), await rowsOf("z")]).toEqual([0, 0]);
  });

  test("a confirmation is recorded before the uploader gets its answer", async () => {
    const { headers } = await put("/k", "hello", asking());
    const found = await findDelivery(pipeline().metadata, headers["x-oss-request-id"] ?? "");
    expect(found?.record.state).toBe("delivered");
  });

  test("an unknown outcome removes nothing", async () => {
    const model = await recordingUnknown(removing);
    const { record } = (await findDelivery(model.metadata, heard[0]?.id ?? "")) ?? {};
    expect(record).toMatchObject({ state: "failed" });
    expect(record?.discarded).toBeUndefined();
    expect((await model.ask({ method: "GET", path: "/bucket/k" })).body).toBe("hello");
  });

  test("the overwritten object becomes current again only with versioning", async () => {
    await put("/k", "old");
    status = 500;
    await put("/k", "new", asking());
    expect((await get("/k")).code).toBe("NoSuchKey");
    await keepVersions();
    await put("/k", "old");
    await put("/k", "new", asking());
    expect((await get("/k")).body).toBe("old");
  });

  test("an object that another writer stored meanwhile stays", async () => {
    status = 500;
    whileAsked = async () => {
      await put("/k", "newer");
    };
    expect((await put("/k", "new", asking())).status).toBe(424);
    expect((await get("/k")).body).toBe("newer");
    await keepVersions();
    expect((await put("/k", "new", asking())).status).toBe(424);
    expect((await get("/k")).body).toBe("newer");
    expect((await get("?versions")).body.match(/<Version>/g)).toHaveLength(2);
  });

  test("with retry the object stays until its last round has failed", async () => {
    await policy(removing + retry);
    status = 500;
    const answer = await put("/k", "hello", asking());
    expect(answer.status).toBe(203);
    await after(10_001);
    expect((await get("/k")).body).toBe("hello");
    await after(20_001);
    expect((await get("/k")).code).toBe("NoSuchKey");
    expect(await recordOf(answer)).toMatchObject({ state: "dead", discarded: true });
  });

  test("a newer bucket of the same name is not changed", async () => {
    await policy(removing + retry);
    status = 500;
    const answer = await put("/k", "hello", asking());
    await remove("/k");
    await remove("");
    await ask({ method: "PUT", path: "/bucket" });
    await put("/k", "another's");
    await after(10_001);
    await after(20_001);
    expect(await recordOf(answer)).toMatchObject({ state: "dead" });
    expect((await get("/k")).body).toBe("another's");
  });
});

describe("by the bucket's own rules", () => {
  const rule = (elements: string): string =>
    `<DefaultCallback>${elements}<Callback>${asking()["x-oss-callback"]}</Callback>` +
    "</DefaultCallback>";

  test("the first rule whose prefix and suffix match gives an upload its callback", async () => {
    await policy(rule("<Prefix>in/</Prefix><Suffix>.jpg</Suffix>"));
    expect((await put("/in/a.jpg", "x")).status).toBe(200);
    expect((await put("/in/a.png", "x")).body).toBe("");
    expect((await put("/out/a.jpg", "x")).body).toBe("");
    expect(heard.map(({ body }) => body)).toEqual(["o=in%2Fa.jpg&op=PutObject"]);
  });

  test("an upload without callback parameters gets the operation's own answer", async () => {
    await policy(`${rule("")}<ExtendedOperation>CopyObject</ExtendedOperation>`);
    expect(await put("/k", "x")).toMatchObject({ status: 200, body: "" });
    const copied = await put("/c", "", { "x-oss-copy-source": "/bucket/k" });
    expect(copied.body).toContain("<CopyObjectResult>");
    status = 500;
    const answer = await put("/k", "y");
    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(answer.headers["etag"]).toBeDefined();
    expect(await recordOf(answer)).toMatchObject({ state: "failed" });
    expect(heard).toHaveLength(3);
  });

  test("an upload without callback parameters gets no success for a hidden object", async () => {
    await policy(`${hide}${retry}${rule("")}`);
    status = 500;
    expect(await put("/k", "x")).toMatchObject({ status: 203, code: "CallbackFailed" });
    await policy(`${hide}${rule("")}`);
    expect(await put("/l", "x")).toMatchObject({ status: 424, code: "CallbackNotConfirmed" });
  });

  test("an invalid rule fails only uploads that must be confirmed", async () => {
    const ruled = (callback: object, elements = ""): Promise<ModelAnswer> =>
      policy(
        `${elements}<DefaultCallback><Callback>${encode(callback)}</Callback></DefaultCallback>`,
      );
    const stored = await ruled({ callbackPolicy: "gone" });
    expect(stored.status).toBe(200);
    expect((await put("/k", "x")).status).toBe(200);
    await ruled({ callbackPolicy: "gone" }, hide);
    expect(await put("/l", "x")).toMatchObject({ code: "BucketCallbackPolicyNotExist" });
    expect((await get("/l")).code).toBe("NoSuchKey");
    // A long key makes the rendered body too long.
    const long = {
      callbackUrl: url,
      callbackBody: `${"y".repeat(3_000)}${"${object}".repeat(80)}`,
    };
    await ruled(long);
    const key = "k".repeat(1_000);
    expect((await put(`/${key}`, "x")).status).toBe(200);
    await ruled(long, hide);
    expect(await put(`/${key}2`, "x")).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect((await get(`/${key}2`)).code).toBe("NoSuchKey");
    // A stored callback without a URL is an invalid rule too.
    const empty = encode({ callbackUrl: "", callbackBody: "o" });
    await put(
      "?policy&comp=callback",
      `<BucketCallbackPolicy><PolicyItem><PolicyName>empty</PolicyName><Callback>${empty}` +
        `</Callback></PolicyItem></BucketCallbackPolicy>`,
    );
    await ruled({ callbackPolicy: "empty" });
    expect((await put("/m", "x")).status).toBe(200);
    await ruled({ callbackPolicy: "empty" }, hide);
    expect((await put("/n", "x")).status).toBe(400);
    expect((await get("/n")).code).toBe("NoSuchKey");
    expect(heard).toEqual([]);
  });

  test("a rule's variables take precedence, and the uploader may set others", async () => {
    const callback = encode({ callbackUrl: url, callbackBody: "t=${x:tenant}&u=${x:user}" });
    const variables = encode({ "x:tenant": "acme" });
    await policy(
      `<DefaultCallback><Callback>${callback}</Callback><CallbackVar>${variables}` +
        `</CallbackVar></DefaultCallback>`,
    );
    await put("/k", "x", {
      "x-oss-callback-var": encode({ "x:tenant": "victim", "x:user": "42" }),
    });
    expect(heard.map(({ body }) => body)).toEqual(["t=acme&u=42"]);
  });

  test("an upload with an empty callback still gets the rule's callback", async () => {
    await policy(hide + rule(""));
    status = 500;
    for (const value of ["", encode({ callbackUrl: "" })]) {
      expect((await put("/k", "x", { "x-oss-callback": value })).status).toBe(424);
    }
    expect(heard).toHaveLength(2);
  });

  test("an upload's own callback takes precedence over the rule's", async () => {
    await policy(rule(""));
    const own = encode({ callbackUrl: url, callbackBody: "own" });
    await put("/k", "x", { "x-oss-callback": own });
    expect(heard.map(({ body }) => body)).toEqual(["own"]);
  });

  test("appends and copies call back only if the bucket's policy extends to them", async () => {
    await put("/k?append&position=0", "hello", asking());
    const append = (position: number, body: string) =>
      post(`/a?append&position=${position}`, body, asking());
    const copy = (key: string) =>
      put(`/${key}`, "", { ...asking(), "x-oss-copy-source": "/bucket/a" });
    expect((await append(0, "hello")).body).toBe("");
    expect((await copy("c")).body).toContain("<CopyObjectResult>");
    heard = [];
    await policy(
      "<ExtendedOperation>AppendObject</ExtendedOperation><ExtendedOperation>CopyObject" +
        "</ExtendedOperation>",
    );
    const appended = await append(5, long);
    expect(appended).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(appended.headers["x-oss-next-append-position"]).toBe("105");
    expect(await append(105, " and more")).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(await post("/b?append&position=0", "x", asking())).toMatchObject({ status: 200 });
    expect(await copy("d")).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(heard.map(({ body }) => body)).toEqual([
      "o=a&op=AppendObject",
      "o=a&op=AppendObject",
      "o=b&op=AppendObject",
      "o=d&op=CopyObject",
    ]);
    expect((await get("/d")).body).toBe(`hello${long} and more`);
  });

  test("an empty append sends no callback, and imageInfo is empty for appends", async () => {
    await policy("<ExtendedOperation>AppendObject</ExtendedOperation>");
    const callback = { callbackUrl: url, callbackBody: "f=${imageInfo.format};s=${size}" };
    const append = (position: number, bytes: Uint8Array) =>
      post(`/a?append&position=${position}`, bytes, { "x-oss-callback": encode(callback) });
    expect((await append(0, onePixel)).status).toBe(200);
    expect((await append(onePixel.length, new Uint8Array())).body).toBe("");
    expect(heard.map(({ body }) => body)).toEqual([`f=;s=${onePixel.length}`]);
    // PutObject fills imageInfo for the same bytes.
    await put("/b", onePixel, { "x-oss-callback": encode(callback) });
    expect(heard.at(-1)?.body).toBe(`f=gif;s=${onePixel.length}`);
  });

  test("with delete, a copy onto itself that is refused removes the object", async () => {
    await policy(`${removing}<ExtendedOperation>CopyObject</ExtendedOperation>`);
    await put("/k", "hello");
    status = 500;
    const copy = { ...asking(), "x-oss-copy-source": "/bucket/k" };
    expect((await put("/k", "", copy)).status).toBe(424);
    expect((await get("/k")).code).toBe("NoSuchKey");
  });

  test("a hidden copy onto an appendable object lacks what is appended meanwhile", async () => {
    await policy(`${hide}${retry}<ExtendedOperation>CopyObject</ExtendedOperation>`);
    const append = (position: number, letter: string) =>
      post(`/a?append&position=${position}`, letter.repeat(100));
    await append(0, "a");
    status = 500;
    const copy = { ...asking(), "x-oss-copy-source": "/bucket/a" };
    expect((await put("/a", "", copy)).status).toBe(203);
    expect((await append(100, "b")).status).toBe(200);
    status = 200;
    await after(10_001);
    expect((await get("/a")).body).toBe("a".repeat(100));
    expect((await append(100, "c")).code).toBe("ObjectNotAppendable");
    expect((await get("/a")).body).toBe("a".repeat(100));
  });

  test("a copy is hidden like an upload, but an append never is", async () => {
    await policy(
      `${hide}<ExtendedOperation>AppendObject</ExtendedOperation><ExtendedOperation>` +
        `CopyObject</ExtendedOperation>`,
    );
    await put("/k", long);
    status = 500;
    expect(await post("/a?append&position=0", "x", asking())).toMatchObject({ status: 203 });
    expect((await get("/a")).body).toBe("x");
    const copy = { ...asking(), "x-oss-copy-source": "/bucket/k" };
    expect(await put("/c", "", copy)).toMatchObject({ status: 424 });
    expect((await get("/c")).code).toBe("NoSuchKey");
    expect((await get("/k")).body).toBe(long);
  });
});

test("a delivery records the version that it is about", async () => {
  const answer = await put("/k", "hello", asking());
  const { version } = await recordOf(answer);
  const { head: found } = await lookUp(pipeline().services, "bucket", "k");
  expect(version).toEqual({ id: found?.record.id, order: found?.record.order });
});

describe("an endpoint that does not answer in time", () => {
  const silent = async () => {
    const server = createServer(() => heard.push({ id: "", body: "", headers: {} }));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  };

  test("gets no callbacks after two timeouts: 203 at once, or a later round", async () => {
    const server = await silent();
    const model = await modelPipeline({ circuitThreshold: 2 });
    const callback = encode({
      callbackUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      callbackBody: "o",
    });
    const upload = (key: string) =>
      model.ask({
        method: "PUT",
        path: `/bucket/${key}`,
        body: "x",
        headers: { "x-oss-callback": callback },
      });
    await model.ask({ method: "PUT", path: "/bucket" });
    const waited = await Promise.all([upload("a"), upload("b")]);
    expect(waited.map(({ ec }) => ec)).toEqual(["0007-00000202", "0007-00000202"]);
    expect(await upload("c")).toMatchObject({ status: 203, ec: "0007-00000201" });
    expect(heard).toHaveLength(2);
    await model.ask({
      method: "PUT",
      path: "/bucket?x-ossicle-delivery-policy",
      body: `<DeliveryPolicy>${retry}</DeliveryPolicy>`,
    });
    // The callback's other URL is still tried.
    const two = encode({
      callbackUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/;${url}`,
      callbackBody: "two",
    });
    const request = { method: "PUT", path: "/bucket/two", body: "x" };
    expect(await model.ask({ ...request, headers: { "x-oss-callback": two } })).toMatchObject({
      status: 200,
    });
    const answer = await upload("d");
    expect(answer).toMatchObject({ status: 203, ec: "0007-00000201" });
    const id = answer.headers["x-oss-request-id"] ?? "";
    await expect
      .poll(async () => (await findDelivery(model.metadata, id))?.record)
      .toMatchObject({ state: "due", waiting: "retry", rounds: 1 });
    server.closeAllConnections();
    server.close();
    await model.services.callbacks.close();
  });
});

describe("under a retention policy", () => {
  const retain = (): Promise<ModelAnswer> =>
    post(
      "?worm",
      "<InitiateWormConfiguration><RetentionPeriodInDays>1</RetentionPeriodInDays>" +
        "</InitiateWormConfiguration>",
    );

  test("a refused object is kept, and its delivery can be sent again", async () => {
    await policy(removing);
    await retain();
    status = 500;
    const answer = await put("/key", "two", asking());
    expect(answer).toMatchObject({ status: 203, code: "CallbackFailed" });
    expect((await get("/key")).body).toBe("two");
    const record = await recordOf(answer);
    expect(record.state).toBe("failed");
    expect(record.discarded).toBeUndefined();
  });

  test("an upload over a protected object is refused before its callback", async () => {
    await put("/key", "one");
    await policy(hide);
    await retain();
    expect(await put("/key", "two", asking())).toMatchObject({
      status: 409,
      code: "FileImmutable",
    });
    expect(heard).toHaveLength(0);
    expect((await get("/key")).body).toBe("one");
  });
});
