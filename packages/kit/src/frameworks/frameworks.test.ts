// Every adapter under its real framework, with a body parser in the way where frameworks usually
// have one.
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { describe, expect, test } from "vitest";
import type { AdapterOptions, CallbackHandler } from "../handle-callback.ts";
import { expressCallback, fastifyCallback, koaCallback, nodeCallback } from "./node.ts";
import { honoCallback, webCallback } from "./web.ts";

const pair = generateKeyPairSync("rsa", {
  modulusLength: 1_024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const keyUrl = "https://store.example.com/k.pem";
const refused: string[] = [];
const errors: string[] = [];
const options: AdapterOptions = {
  keys: { [keyUrl]: pair.publicKey },
  maxBodyBytes: 10_000,
  onRefused: (reason) => refused.push(reason),
  onError: (cause) => errors.push(String(cause)),
};
const handler: CallbackHandler = ({ variables, id }) => {
  if (variables.text("object") === "fail") throw new Error("the database is down");
  return { object: variables.text("object"), size: variables.integer("size"), id };
};
const path = "/cb%20x";

const servers: Readonly<Record<string, () => Promise<Server>>> = {
  "node:http": () => {
    const handle = nodeCallback(handler, options);
    return listen((request, response) => void handle(request, response));
  },
  Express: () => {
    const app = express();
    const router = express.Router(); // which cuts the URL: originalUrl has it whole
    router.post("/", expressCallback(handler, options));
    app.use("/cb%20x", router);
    app.use(express.json());
    return listen(app);
  },
  "Express behind a raw parser": () => {
    const app = express();
    app.use(express.raw({ type: "*/*" }));
    app.post("/cb%20x", expressCallback(handler, options));
    return listen(app);
  },
  "Express behind a text parser": () => {
    const app = express();
    app.use(express.text({ type: "*/*" }));
    app.post("/cb%20x", expressCallback(handler, options));
    return listen(app);
  },
  "Express that keeps the raw body beside the parsed one, as Nest does": () => {
    const app = express();
    const keep = (request: object, _response: object, rawBody: Buffer): void => {
      Object.assign(request, { rawBody });
    };
    app.use(express.json({ verify: keep }), express.urlencoded({ extended: false, verify: keep }));
    app.post("/cb%20x", expressCallback(handler, options));
    return listen(app);
  },
  Koa: () => {
    const app = new Koa();
    app.use(koaCallback(handler, options));
    return listen(app.callback());
  },
  Hono: () => {
    const app = new Hono();
    app.post("*", honoCallback(handler, options));
    return listen(getRequestListener(app.fetch));
  },
  "Request and Response": () => listen(getRequestListener(webCallback(handler, options))),
  Fastify: async () => {
    const app = Fastify();
    fastifyCallback(app, "/cb x", handler, options);
    await app.listen({ port: 0, host: "127.0.0.1" });
    return app.server;
  },
};

function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

test.each([
  [{ trustedKeyUrl: "http://a.com/" }, "an adapter has no trustedKeyUrl"],
  [{ onErrr: () => undefined }, "an adapter has no onErrr"],
  [{ trustedKeyUrls: "http://a.com/" }, "trustedKeyUrls must be an array"],
])("options %o are refused when an adapter is made", (wrong: object, message) => {
  expect(() => expressCallback(handler, wrong)).toThrow(message);
  expect(() => koaCallback(handler, wrong)).toThrow(message);
  expect(() => honoCallback(handler, wrong)).toThrow(message);
  expect(() => fastifyCallback(Fastify(), "/", handler, wrong)).toThrow(message);
});

describe.each(Object.entries(servers))("the adapter for %s", (_name, start) => {
  const post = async (
    body: string,
    change: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const server = await start();
    try {
      const { port } = server.address() as AddressInfo;
      const signed = Buffer.from(`/cb x?q=%2F\n${body}`);
      return await fetch(`http://127.0.0.1:${port}${path}?q=%2F`, {
        method: "POST",
        body,
        headers: {
          authorization: sign("md5", signed, pair.privateKey).toString("base64"),
          "x-oss-pub-key-url": Buffer.from(keyUrl).toString("base64"),
          "x-oss-request-id": "ID",
          "content-type": "application/x-www-form-urlencoded",
          connection: "close",
          ...change,
        },
      });
    } finally {
      server.close();
    }
  };

  test("passes a verified callback to the handler and replies as OSS requires", async () => {
    const response = await post("object=a%2Fb+c&size=31");
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({ object: "a/b c", size: 31, id: "ID" });
    expect(response.headers.get("content-length")).toBe(String(text.length));
    expect(response.headers.get("content-type")).toContain("application/json");
  });

  test("keeps a JSON body raw", async () => {
    const response = await post('{ "object" : "o", "size": 7 }', {
      "content-type": "application/json",
    });
    expect(await response.json()).toEqual({ object: "o", size: 7, id: "ID" });
  });

  test("refuses a callback that it cannot verify, with the reason", async () => {
    refused.length = 0;
    const response = await post("object=a", { authorization: "AAAA" });
    expect([response.status, await response.json()]).toEqual([
      403,
      { error: "signature-mismatch" },
    ]);
    expect(refused).toEqual(["signature-mismatch"]);
  });

  test("passes the handler's error to onError, and answers 500", async () => {
    errors.length = 0;
    expect((await post("object=fail")).status).toBe(500);
    expect(errors).toEqual(["Error: the database is down"]);
  });

  test("refuses a body larger than maxBodyBytes with 413", async () => {
    expect((await post("x".repeat(200_000))).status).toBe(413);
  });
});

test("a body that breaks off and a handler that throws do not end the server", async () => {
  const errors: unknown[] = [];
  const fails: CallbackHandler = () => {
    throw new Error("the database is down");
  };
  const handle = nodeCallback(fails, { ...options, onError: (cause) => errors.push(cause) });
  const server = await listen((request, response) => void handle(request, response));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => {
      socket.write("POST /cb HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", () =>
        socket.destroy(),
      );
    });
    socket.on("close", () => resolve());
  });
  const response = await fetch(`http://127.0.0.1:${port}/cb`, {
    method: "POST",
    body: "o",
    headers: {
      authorization: sign("md5", Buffer.from("/cb\no"), pair.privateKey).toString("base64"),
      "x-oss-pub-key-url": Buffer.from(keyUrl).toString("base64"),
      connection: "close",
    },
  });
  expect(response.status).toBe(500);
  expect(errors.map(String)).toContain("Error: the database is down");
  server.close();
});
