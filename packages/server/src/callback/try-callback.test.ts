// Callbacks that are tried out: a real application is called, and nothing is recorded.
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeParameter } from "@ossicle/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelPipeline, modelPipeline } from "../testing/model-pipeline.ts";
import { deliveriesOf } from "./deliveries/deliveries.ts";
import { tryCallback } from "./try-callback.ts";

let pipeline: ModelPipeline;
let application: Server;
let url: string;
let received: { readonly headers: IncomingHttpHeaders; readonly body: string }[];

beforeEach(async () => {
  pipeline = await modelPipeline();
  received = [];
  application = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes: Buffer) => (body += bytes.toString()));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(request.url === "/bad" ? 404 : 200, { "content-length": 2 }).end("{}");
    });
  });
  await new Promise<void>((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
});
afterEach(async () => {
  application.close();
  await pipeline.services.callbacks.close();
});

const body = "o=${object}&s=${size}&w=${imageInfo.width}&n=${x:n}";
const tryIt = (callback: object, callbackVar?: string): ReturnType<typeof tryCallback> =>
  tryCallback(pipeline.services, { callback: encodeParameter(callback), callbackVar });

test("a callback is sent for a sample upload, signed, and not recorded", async () => {
  const callback = { callbackUrl: `${url}/good`, callbackBody: body };
  const tried = await tryIt(callback, encodeParameter({ "x:n": "7" }));
  const rendered = "o=exampledir%2Fexample%20object.jpg&s=5&w=640&n=7";
  expect(tried).toMatchObject({ outcome: "delivered", body: rendered });
  expect(tried?.attempts).toMatchObject([{ status: 200, reply: { body: "{}" } }]);
  const [one] = received;
  expect(one?.body).toBe(rendered);
  const { headers = [] } = tried ?? {};
  expect(one?.headers.authorization).toBe(headers[headers.indexOf("Authorization") + 1]);
  const ledger = deliveriesOf(pipeline.metadata, () => 0);
  expect(await ledger.list({ limit: 10 })).toEqual({ deliveries: [] });
});

test("a callback that fails is explained, after every URL was tried", async () => {
  const tried = await tryIt({ callbackUrl: `${url}/bad;${url}/bad`, callbackBody: body });
  expect(tried).toMatchObject({ outcome: "failed", message: "Error status : 404." });
  expect(tried?.attempts.map(({ reason }) => reason)).toEqual([
    "answered 404 to POST /bad: the application has no route for POST there",
    "answered 404 to POST /bad: the application has no route for POST there",
  ]);
});

test("parameters that OSS refuses are refused, and those without a URL send nothing", async () => {
  await expect(tryIt({ callbackUrl: url, callbackBody: "" })).rejects.toMatchObject({
    code: "InvalidArgument",
    ec: "0007-00000011",
  });
  expect(await tryIt({ callbackUrl: "", callbackBody: body })).toBeUndefined();
  expect(received).toEqual([]);
});
