// The documentation of the client's methods: each has an example that compiles, and an editor shows
// it where the method is used.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { operations } from "@ossicle/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "node_modules/typescript/bin/tsc");
const sources = [
  "client.ts",
  "methods/service-methods.ts",
  "methods/bucket-access-methods.ts",
  "methods/bucket-methods.ts",
  "methods/bucket-setting-methods.ts",
  "methods/meta-query-methods.ts",
  "methods/object-methods.ts",
  "methods/multipart-methods.ts",
];
let work: string;
/** Example by method. */
const examples = new Map<string, string>();
/** First sentence of the documentation, by method. */
const sentences = new Map<string, string>();

/** The first sentence of a docstring's lines. */
function firstSentence(lines: string): string {
  const text = lines.replaceAll(/\s*\n?\s*\*(?: |$)/gm, " ").replaceAll(/\s+/g, " ");
  return text.trim().split(/(?<=\.)\s/)[0] ?? "";
}

beforeAll(async () => {
  await mkdir(join(root, ".cache"), { recursive: true });
  work = await mkdtemp(join(root, ".cache", "examples-")); // so that imports resolve
  // The words, the example, and the method's name.
  const documented = new RegExp(
    [
      /^ {2}\/\*\*\n((?: {3}\*.*\n)*?)/,
      / {3}\* @example\n((?: {3}\*.*\n)*?)/,
      / {3}\*\/\n {2}readonly (\w+):/,
    ]
      .map(({ source }) => source)
      .join(""),
    "gm",
  );
  for (const source of sources) {
    const text = await readFile(join(root, "packages/client/src", source), "utf8");
    for (const [, words = "", lines = "", name = ""] of text.matchAll(documented)) {
      sentences.set(name, firstSentence(words));
      examples.set(name, lines.replaceAll(/^ {3}\* ?/gm, ""));
    }
  }
});
afterAll(() => rm(work, { recursive: true }));

test("every operation that the client sends has an example", () => {
  const browsersOnly = new Set(["postObject", "optionObject", "optionBucket"]);
  const sent = Object.keys(operations).filter((name) => !browsersOnly.has(name));
  expect(sent.filter((name) => !examples.has(name))).toEqual([]);
});

test("a method's documentation begins as that of its operation's declaration", async () => {
  const declared =
    /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport const (\w+): (?:(?:Service)?Operation|BucketMaker)</g;
  const folder = join(root, "packages/protocol/src/operations");
  const files = await readdir(folder, { recursive: true });
  const differing: string[] = [];
  let compared = 0;
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const text = await readFile(join(folder, file), "utf8");
    for (const [, lines = "", name = ""] of text.matchAll(declared)) {
      if (!sentences.has(name)) continue;
      compared += 1;
      if (firstSentence(lines) !== sentences.get(name)) differing.push(name);
    }
  }
  expect(compared).toBe(Object.keys(operations).filter((name) => sentences.has(name)).length);
  expect(differing).toEqual([]);
});

test("the examples compile", async () => {
  const parts = [...examples].map(
    ([name, code]) => `export async function ${name}() {\n${code}}\n`,
  );
  const head = `import { openAsBlob } from "node:fs";
import { type Client, encodeCallback } from "@ossicle/client";
declare const client: Client;
declare const bucket: string;
declare const key: string;
declare const url: string;
declare const uploadId: string;
declare const etag: string;
declare const keys: string[];
declare const numbers: number[];
declare const showProgress: (part: number) => void;
export { encodeCallback, openAsBlob };
`;
  await writeFile(join(work, "examples.ts"), head + parts.join("\n"));
  const config = {
    extends: join(root, "tsconfig.tests.json"),
    compilerOptions: { noUnusedLocals: false },
    include: ["examples.ts"],
  };
  await writeFile(join(work, "tsconfig.json"), JSON.stringify(config));
  const child = spawn(process.execPath, [compiler, "-p", work], { cwd: root });
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
  const [code] = await once(child, "close");
  expect([code, told]).toEqual([0, ""]);
});

interface Answer {
  readonly id?: number | string;
  /** Set in requests of the server. */
  readonly method?: string;
  readonly result?: { readonly contents?: { readonly value: string } };
}

/**
 * The language server, called as an editor calls it: JSON-RPC with a length before each message.
 */
class LanguageServer {
  readonly #child = spawn(process.execPath, [compiler, "--lsp", "--stdio"], { cwd: root });
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #received = Buffer.alloc(0);
  #id = 0;

  constructor() {
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      for (;;) {
        const head = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(
          this.#received.toString(),
        );
        if (head === null) return;
        const begin = Buffer.byteLength(head[0]);
        const end = begin + Number(head[1]);
        if (this.#received.length < end) return;
        const answer = JSON.parse(this.#received.subarray(begin, end).toString()) as Answer;
        this.#received = this.#received.subarray(end);
        if (answer.method === undefined) this.#waiting.get(Number(answer.id))?.(answer);
        else if (answer.id !== undefined) {
          this.#write({ jsonrpc: "2.0", id: answer.id, result: null });
        }
      }
    });
  }

  notify(method: string, params: object): void {
    this.#write({ jsonrpc: "2.0", method, params });
  }

  ask(method: string, params: object): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    this.#write({ jsonrpc: "2.0", id, method, params });
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
    });
  }

  close(): void {
    this.#child.kill();
  }

  #write(message: object): void {
    const body = JSON.stringify(message);
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}

test("a hover over a method shows its documentation", async () => {
  const file = join(work, "hover.ts");
  const methods = ["putObject", "headObject", "putBucketCors", "listBuckets", "listParts"];
  const lines = methods.map((name) => `client.${name};`);
  const text =
    `import type { Client } from "@ossicle/client";\ndeclare const client: Client;\n` +
    `${lines.join("\n")}\n`;
  await writeFile(file, text);
  const uri = pathToFileURL(file).href;
  const server = new LanguageServer();
  try {
    const rootUri = pathToFileURL(work).href;
    await server.ask("initialize", { processId: process.pid, rootUri, capabilities: {} });
    server.notify("initialized", {});
    const document = { uri, languageId: "typescript", version: 1, text };
    server.notify("textDocument/didOpen", { textDocument: document });
    for (const [at, name] of methods.entries()) {
      const position = { line: 2 + at, character: "client.".length + 1 };
      const place = { textDocument: { uri }, position };
      const { result } = await server.ask("textDocument/hover", place);
      const first = examples
        .get(name)
        ?.split("\n")
        .find((line) => line.includes(`client.${name}`));
      expect(result?.contents?.value, name).toContain(first);
    }
  } finally {
    server.close();
  }
});
