// Isolation: an endpoint that hangs fills only its own share, and other endpoints are called at
// once.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeParameter } from "@ossicle/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { commitOnce } from "../objects/records/commit.ts";
import { type ModelAnswer, type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";
import { mintRequestId } from "../http/request-id.ts";
import { listDeliveries } from "./deliveries/deliveries.ts";
import { modelRecord } from "../testing/model-delivery.ts";
import { deliveryPuts, leaseMs } from "./deliveries/ledger.ts";

let pipeline: ModelPipeline;
let hung: Server;
let quick: Server;
let waiting: (() => void)[];
let called: number;

const urlOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });

beforeEach(async () => {
  waiting = [];
  called = 0;
  hung = await listening(
    createServer((_request, response) => {
      waiting.push(() => response.writeHead(200, { "content-length": 2 }).end("{}"));
    }),
  );
  quick = await listening(
    createServer((_request, response) => {
      called += 1;
      response.writeHead(200, { "content-length": 2 }).end("{}");
    }),
  );
  pipeline = await modelPipeline({ maxUnderWay: 10 });
  await pipeline.ask({ method: "PUT", path: "/bucket" });
});
afterEach(async () => {
  for (const answer of waiting.splice(0)) answer();
  await pipeline.services.callbacks.close();
  hung.close();
  quick.close();
});

const upload = (key: string, server: Server): Promise<ModelAnswer> => uploadTo(key, urlOf(server));

const uploadTo = (key: string, callbackUrl: string): Promise<ModelAnswer> => {
  const callback = encodeParameter({ callbackUrl, callbackBody: "o=${object}" });
  return pipeline.ask({
    method: "PUT",
    path: `/bucket/${key}`,
    body: "x",
    headers: { "x-oss-callback": callback },
  });
};

test("a callback is signed once, while its upload is committed", async () => {
  const { metadata, services } = pipeline;
  await upload("first", quick); // reads what later uploads have cached
  const signs = vi.spyOn(services.callbacks.signer, "sign");
  const commits = vi.spyOn(metadata, "commit");
  expect(await upload("second", quick)).toMatchObject({ status: 200, body: "{}" });
  expect(signs).toHaveBeenCalledTimes(1);
  const [signed = 0] = signs.mock.invocationCallOrder;
  const [committed = 0] = commits.mock.invocationCallOrder;
  expect(signed).toBeLessThan(committed);
});

test("an endpoint that hangs holds half the places; more callbacks to it are refused", async () => {
  const uploads = Array.from({ length: 8 }, (_, at) => upload(`hung${at}`, hung));
  await expect.poll(() => waiting.length).toBe(5);
  expect(pipeline.services.callbacks.underWay).toBe(5);
  expect(await upload("quick", quick)).toMatchObject({ status: 200, body: "{}" });
  for (const answer of waiting.splice(0)) answer();
  const answers = await Promise.all(uploads);
  const refused = answers.filter(({ status }) => status === 203);
  expect(refused).toHaveLength(3);
  for (const answer of refused) {
    expect(answer).toMatchObject({ code: "CallbackFailed", ec: "0007-00000201" });
    expect(answer.body).toContain("Too many callback requests.");
  }
  const { deliveries } = await listDeliveries(pipeline.metadata, { limit: 10, state: "failed" });
  for (const { record } of deliveries) {
    expect(record.attempts[0]?.reason).toContain(`5 callbacks to ${urlOf(hung).slice(0, -1)} are`);
  }
  expect(await upload("again", quick)).toMatchObject({ status: 200 });
});

test("an endpoint that hangs gets no larger share as the second URL of callbacks", async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => {
    gone.listen(0, "127.0.0.1", resolve);
  });
  const first = urlOf(gone);
  gone.close();
  const uploads = Array.from({ length: 8 }, (_, at) =>
    uploadTo(`second${at}`, `${first};${urlOf(hung)}`),
  );
  await expect.poll(() => waiting.length).toBe(5);
  expect(await upload("quick", quick)).toMatchObject({ status: 200, body: "{}" });
  for (const answer of waiting.splice(0)) answer();
  const answers = await Promise.all(uploads);
  expect(answers.filter(({ ec }) => ec === "0007-00000201")).toHaveLength(3);
});

test("due deliveries to an endpoint that hangs do not delay those to other endpoints", async () => {
  const { metadata, clock, services } = pipeline;
  const leave = async (server: Server): Promise<void> => {
    const body = Buffer.from("o=k");
    const record = modelRecord({
      createdMs: clock.ms,
      urls: [urlOf(server)],
      bodyBytes: body.length,
    });
    const { puts } = deliveryPuts({ id: mintRequestId(clock.ms), record, body }, clock.ms);
    await commitOnce(metadata, { checks: [], puts, deletes: [] });
  };
  for (let count = 0; count < 20; count += 1) await leave(hung);
  clock.ms += 1;
  for (let count = 0; count < 3; count += 1) await leave(quick);
  clock.ms += leaseMs + 1;
  const looks: Promise<void>[] = [];
  const look = (): number => {
    looks.push(services.callbacks.takeOver());
    return called;
  };
  await expect.poll(look).toBe(3);
  expect(waiting.length).toBeLessThan(5);
  for (const answer of waiting.splice(0)) answer();
  await Promise.all(looks);
});
