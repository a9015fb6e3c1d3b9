// Uploads that go without the read before their commit. Two pipelines share one store, as two nodes
// do: what one of them changes, the other has not seen.
import { createHash } from "node:crypto";
import { type DeliveryPolicyConfiguration, encodeParameter } from "@ossicle/protocol";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { findDelivery } from "../callback/deliveries/deliveries.ts";
import { sharedGuessMs } from "../objects/buckets/bucket-hints.ts";
import { lookUp } from "../objects/buckets/look-up.ts";
import { configRecords, type KeyLetter, letterOf } from "../objects/records/key-space.ts";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";

let here: ModelPipeline;
let there: ModelPipeline;

beforeEach(async () => {
  here = await modelPipeline({ guessForMs: sharedGuessMs });
  there = await modelPipeline({ guessForMs: sharedGuessMs, beside: here });
  await there.ask({ method: "PUT", path: "/bucket" });
  await put("first"); // reads the bucket
});

const put = (key: string, headers = {}, body = key): Promise<ModelAnswer> =>
  here.ask({ method: "PUT", path: `/bucket/${key}`, headers, body });
const putThere = (path: string, body = ""): Promise<ModelAnswer> =>
  there.ask({ method: "PUT", path: `/bucket${path}`, body });
const get = (key: string): Promise<ModelAnswer> =>
  here.ask({ method: "GET", path: `/bucket/${key}` });

/** How often `work` reads the database, and how often it commits. */
async function tripsOf(work: () => Promise<unknown>): Promise<{ reads: number; commits: number }> {
  const reads = vi.spyOn(here.metadata, "getMany");
  const commits = vi.spyOn(here.metadata, "commit");
  await work();
  const trips = { reads: reads.mock.calls.length, commits: commits.mock.calls.length };
  reads.mockRestore();
  commits.mockRestore();
  return trips;
}

/** How many records of a kind the store has. */
const countOf = (letter: KeyLetter): number =>
  here.metadata.entries().filter(({ key }) => letterOf(key) === letter).length;

const rule = (callback: string): string =>
  "<DeliveryPolicy><OnFailure>hide</OnFailure><DefaultCallback><Prefix></Prefix>" +
  `<Callback>${callback}</Callback></DefaultCallback></DeliveryPolicy>`;
const callback = encodeParameter({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b" });

describe("an upload of a new key", () => {
  test("commits without a read", async () => {
    expect(await tripsOf(() => put("second"))).toEqual({ reads: 0, commits: 1 });
    expect((await get("second")).body).toBe("second");
  });

  test("reads when its body does not fit into the commit, or comes in chunks", async () => {
    expect(await tripsOf(() => put("large", {}, "x".repeat(100)))).toMatchObject({ reads: 1 });
    const chunked = { method: "PUT", path: "/bucket/chunked", body: "x", chunked: true };
    expect(await tripsOf(() => here.ask(chunked))).toMatchObject({ reads: 1 });
  });

  test("reads when the last look-up is too long ago", async () => {
    here.clock.ms += sharedGuessMs - 1;
    expect(await tripsOf(() => put("second"))).toMatchObject({ reads: 0 });
    here.clock.ms += 1;
    expect(await tripsOf(() => put("third"))).toMatchObject({ reads: 1 });
    expect(await tripsOf(() => put("fourth"))).toMatchObject({ reads: 0 });
  });

  test("reads in a data folder", async () => {
    here = await modelPipeline();
    await here.ask({ method: "PUT", path: "/bucket" });
    await put("first");
    expect(await tripsOf(() => put("second"))).toMatchObject({ reads: 1 });
  });

  test("without a signature obeys an ACL that another node has just set", async () => {
    const anonymous = (): Promise<ModelAnswer> =>
      here.ask({ method: "PUT", path: "/bucket/open", body: "x", anonymous: true });
    expect((await anonymous()).status).toBe(403);
    const headers = { "x-oss-acl": "public-read-write" };
    await there.ask({ method: "PUT", path: "/bucket?acl", headers });
    expect((await anonymous()).status).toBe(200);
    await there.ask({ method: "PUT", path: "/bucket?acl", headers: { "x-oss-acl": "private" } });
    expect((await anonymous()).status).toBe(403);
  });
});

describe("an upload of a key that exists", () => {
  test("replaces it, and frees what it replaces", async () => {
    await putThere("/first", "x".repeat(100));
    expect(countOf("r")).toBe(1);
    expect((await put("first", {}, "new")).status).toBe(200);
    expect((await get("first")).body).toBe("new");
    expect([countOf("r"), countOf("z")]).toEqual([0, 1]);
  });

  test("is refused when overwriting is forbidden", async () => {
    const answer = await put("first", { "x-oss-forbid-overwrite": "true" });
    expect(answer).toMatchObject({ status: 409, code: "FileAlreadyExists" });
  });

  test("is refused without a callback when it would be hidden first", async () => {
    await putThere("?x-ossicle-delivery-policy", rule(callback));
    await put("second"); // reads the policy
    const attempts = vi.spyOn(here.services.callbacks, "deliver");
    const answer = await put("first", { "x-oss-forbid-overwrite": "true" });
    expect(answer).toMatchObject({ status: 409, code: "FileAlreadyExists" });
    expect(attempts).not.toHaveBeenCalled();
    await here.services.callbacks.close();
  });

  test("ends the guesses until most keys are new again", async () => {
    await Promise.all([put("second"), put("third")]);
    for (let times = 0; times < 20; times += 1) await put("first");
    expect(await tripsOf(() => put("first"))).toEqual({ reads: 1, commits: 1 });
    for (let at = 0; at < 20; at += 1) await put(`new/${at}`);
    expect(await tripsOf(() => put("fourth"))).toEqual({ reads: 0, commits: 1 });
  });
});

describe("a wrong guess", () => {
  const enableVersions = (): Promise<ModelAnswer> =>
    putThere(
      "?versioning",
      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    );

  test("is made once, also by requests that read no rule about Vary", async () => {
    await enableVersions();
    const headers = { origin: "https://example.com" };
    expect(await tripsOf(() => put("second", headers))).toMatchObject({ commits: 2 });
    expect(await tripsOf(() => put("third", headers))).toMatchObject({ commits: 1 });
  });

  test("leaves the body to the second run, however many chunks it has", async () => {
    await enableVersions();
    const body = "0123456789".repeat(6);
    const { headers } = await put("second", {}, body);
    expect(headers["x-oss-version-id"]).toBeDefined();
    expect((await get("second")).body).toBe(body);
  });

  test("is not made under a limit of the rate, which would slow the body twice", async () => {
    const limit = { "x-oss-traffic-limit": "819200" };
    expect(await tripsOf(() => put("second", limit))).toEqual({ reads: 1, commits: 1 });
    const inQuery = (): Promise<ModelAnswer> =>
      here.ask({ method: "PUT", path: "/bucket/third?x-oss-traffic-limit=819200", body: "x" });
    expect(await tripsOf(inQuery)).toEqual({ reads: 1, commits: 1 });
  });
});

describe("an upload follows what another node has just changed", () => {
  test("a delivery policy", async () => {
    await putThere("?x-ossicle-delivery-policy", rule(callback));
    const hidden = await put("second");
    expect(hidden).toMatchObject({ code: "CallbackNotConfirmed" });
    const id = hidden.headers["x-oss-request-id"] ?? "";
    await here.services.callbacks.recorded();
    expect((await findDelivery(here.metadata, id))?.record.key).toBe("second");
    await there.ask({ method: "DELETE", path: "/bucket?x-ossicle-delivery-policy" });
    expect((await put("second")).status).toBe(200);
    expect((await get("second")).body).toBe("second");
    await here.services.callbacks.close();
  });

  test("a delivery policy whose mistake was mended", async () => {
    const named = encodeParameter({ callbackPolicy: "missing" });
    await putThere("?x-ossicle-delivery-policy", rule(named));
    expect((await put("second")).status).toBe(404);
    expect((await put("second")).status).toBe(404);
    await there.ask({ method: "DELETE", path: "/bucket?x-ossicle-delivery-policy" });
    expect((await put("second")).status).toBe(200);
  });

  test("versioning", async () => {
    const status = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await putThere("?versioning", status);
    expect((await put("second")).headers["x-oss-version-id"]).toBeDefined();
    expect((await put("first")).headers["x-oss-version-id"]).toBeDefined();
  });

  test("whether answers vary by origin", async () => {
    const cors = (vary: boolean): string =>
      "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>" +
      `<AllowedMethod>GET</AllowedMethod></CORSRule><ResponseVary>${vary}</ResponseVary>` +
      "</CORSConfiguration>";
    await putThere("?cors", cors(true));
    expect((await put("second")).headers["vary"]).toBe("Origin");
    await putThere("?cors", cors(false));
    expect((await put("third")).headers["vary"]).toBeUndefined();
  });

  test("the bucket's deletion, before any other error", async () => {
    await there.ask({ method: "DELETE", path: "/bucket/first" });
    await there.ask({ method: "DELETE", path: "/bucket" });
    expect(await put("second")).toMatchObject({ status: 404, code: "NoSuchBucket" });
    const wrong = createHash("md5").update("other").digest("base64");
    await put("second");
    expect(await put("third", { "content-md5": wrong })).toMatchObject({ code: "NoSuchBucket" });
  });

  test("a new bucket under the old name", async () => {
    await there.ask({ method: "DELETE", path: "/bucket/first" });
    await there.ask({ method: "DELETE", path: "/bucket" });
    await putThere("");
    expect((await put("second")).status).toBe(200);
    expect((await there.ask({ method: "GET", path: "/bucket/second" })).body).toBe("second");
  });
});

test("an earlier node's policy is followed once the guess is too old", async () => {
  const { bucket } = await lookUp(there.services, "bucket");
  if (bucket === undefined) throw new Error("the bucket is missing");
  // An earlier node wrote the policy without touching the gate.
  const document: DeliveryPolicyConfiguration = {
    onFailure: "hide",
    defaultCallbacks: [{ prefix: "", callback }],
    webhookSecrets: [],
    extendedOperations: [],
  };
  await there.metadata.commit({
    version: 1,
    checks: [],
    puts: [
      {
        key: configRecords.key(bucket.id, "delivery-policy"),
        value: configRecords.encode("delivery-policy", document),
      },
    ],
    deletes: [],
  });
  expect((await put("second")).status).toBe(200);
  here.clock.ms += sharedGuessMs;
  expect(await put("third")).toMatchObject({ code: "CallbackNotConfirmed" });
  await here.services.callbacks.close();
});

test("a wrong guess is 503 when memory is so short that the body was not kept", async () => {
  const { smallBodies } = here.services.memory;
  smallBodies.take(smallBodies.maxBytes);
  await putThere("?x-ossicle-delivery-policy", rule(callback));
  const answer = await put("second");
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  smallBodies.give(smallBodies.maxBytes);
  expect(await put("second")).toMatchObject({ code: "CallbackNotConfirmed" });
  await here.services.callbacks.close();
});
