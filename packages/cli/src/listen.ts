// `ossicle listen`: an application server for trying callbacks out. It verifies callbacks, prints
// them, and sends the answer that its options define.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { alibabaKeyUrls, verifyCallback, type Verification } from "@ossicle/kit";
import { ConfigurationError, listenMistake } from "@ossicle/server";
import type { Command } from "commander";
import { requireHeaderValue } from "./header-option.ts";
import { print } from "./output.ts";
import { printable } from "./printable.ts";
import { repeated } from "./repeated.ts";
import { stopSignal } from "./stop-signal.ts";

/** What the command needs of its process. */
interface Surroundings {
  /** From 0 to 1. */
  readonly chance: () => number;
}

interface ListenOptions {
  readonly host: string;
  readonly port: string;
  readonly status: string;
  readonly body: string;
  readonly type: string;
  readonly delay: string;
  readonly failureRate: string;
  readonly trust?: readonly string[];
  readonly json?: boolean;
}

/** Longest callback taken, in bytes: a rendered body has at most 64 KiB. */
const maxBodyBytes = 1_048_576;

/** Where a store on this machine with default settings serves its key. */
const localKeys = "http://127.0.0.1:9650/_ossicle/callback-keys/";

/** Adds the command. */
export function addListenCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("listen")
    .description("receive callbacks: print whether each verifies, and answer all, verified or not")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port; 0 takes a free one", "8080")
    .option("--status <number>", "status of the answer", "200")
    .option("--body <text>", "body of the answer", '{"Status":"OK"}')
    .option("--type <type>", "Content-Type of the answer", "application/json")
    .option("--delay <ms>", "wait before the answer; a store times out after 5000", "0")
    .option("--failure-rate <part>", "share of callbacks to answer with 500, 0 to 1", "0")
    .option(
      "--trust <prefix>",
      "URL prefix of keys to trust, besides Alibaba's and those of a store at " +
        "127.0.0.1:9650; repeat the option for more",
      repeated,
    )
    .option("--json", "print a line of JSON for each callback")
    .action(async (options: ListenOptions) => listen(options, surroundings));
}

async function listen(options: ListenOptions, { chance }: Surroundings): Promise<void> {
  const port = numberOf("--port", options.port, { max: 65_535 });
  const status = numberOf("--status", options.status, { min: 200, max: 599 });
  const delayMs = numberOf("--delay", options.delay, { max: 600_000 });
  const failureRate = numberOf("--failure-rate", options.failureRate, { max: 1, part: true });
  requireHeaderValue("--type", options.type);
  const { trust = [] } = options;
  const wrong = trust.find((prefix) => !URL.canParse(prefix) || !prefix.endsWith("/"));
  if (wrong !== undefined) {
    throw new ConfigurationError([`--trust ${wrong}: expected a URL that ends in /`]);
  }
  const trustedKeyUrls = [
    ...alibabaKeyUrls,
    localKeys,
    ...trust.map((prefix) => new URL(prefix).href),
  ];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request);
      const target = request.url ?? "/";
      const received = { target, headers: request.headers, body };
      const verification = await verifyCallback(received, { trustedKeyUrls });
      if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
      const answer = response.destroyed ? undefined : chance() < failureRate ? 500 : status;
      if (answer !== undefined) {
        const text = Buffer.from(options.body);
        const headers = { "content-type": options.type, "content-length": text.length };
        response.writeHead(answer, headers).end(text);
      }
      const keyUrl = keyUrlOf(request);
      const { method = "" } = request;
      const heard = { method, target, body: body.toString(), answer, keyUrl };
      const facts = { ...heard, ...verdictOf(verification) };
      print(options.json === true ? printable(JSON.stringify(facts)) : describe(facts));
    })().catch((cause: unknown) => {
      process.stderr.write(`a request could not be answered: ${String(cause)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    const { host } = options;
    const place = { host, port, options: { host: "--host", port: "--port" } };
    server.once("error", (cause) => reject(listenMistake(cause, place)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo; // a TCP listener's address is always an object
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const url = `http://${host}:${address.port}/`;
  print(
    options.json === true
      ? JSON.stringify({ listening: url })
      : `listening for callbacks at ${url}`,
  );
  await stopSignal();
  server.close();
  server.closeAllConnections();
}

/** A received callback. */
interface Facts {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** Status of the answer; undefined when the store closed the connection before it. */
  readonly answer: number | undefined;
  readonly verified: boolean;
  readonly reason?: string;
  /** URL of the key, as the request names it. */
  readonly keyUrl?: string | undefined;
  /** The upload's request id. */
  readonly id?: string | undefined;
  readonly bucket?: string | undefined;
}

function verdictOf(
  verification: Verification,
): Pick<Facts, "verified" | "reason" | "id" | "bucket"> {
  if (!verification.verified) return { verified: false, reason: verification.reason };
  const { id, bucket } = verification.callback;
  return { verified: true, id, bucket };
}

function keyUrlOf({ headers }: IncomingMessage): string | undefined {
  const encoded = headers["x-oss-pub-key-url"];
  return typeof encoded === "string" ? Buffer.from(encoded, "base64").toString() : undefined;
}

function describe(facts: Facts): string {
  const { method, target, body, answer, verified, reason } = facts;
  const { keyUrl = "", id = "", bucket = "" } = facts;
  const hint = reason === "untrusted-key-url" ? hintFor(new URL(keyUrl)) : "";
  const who = verified ? `verified, upload ${id} into ${bucket}` : `NOT verified: ${reason}${hint}`;
  const end = answer === undefined ? "not answered: the store disconnected" : `answered ${answer}`;
  const lines = [`${method} ${target}  ${who}`, `  ${body}`, `  ${end}`];
  return lines.map(printable).join("\n");
}

// The key URL comes from an unverified request. Print only a plain one inside a shell command.
function hintFor(keyUrl: URL): string {
  const isPlain = /^https?:\/\/[\w.:[\]-]+\/[\w./-]*$/.test(keyUrl.href);
  return isPlain ? ` (if the store is yours: --trust ${new URL(".", keyUrl).href})` : "";
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`the body exceeds ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function numberOf(
  option: string,
  text: string,
  { min = 0, max, part = false }: { min?: number; max: number; part?: boolean },
): number {
  const value = Number(text);
  const form = part ? /^\d*\.?\d+$/ : /^\d+$/;
  if (form.test(text) && value >= min && value <= max) return value;
  throw new ConfigurationError([`${option} ${text}: expected a number from ${min} to ${max}`]);
}
