// The code that the console's callback lab writes, run as it stands with each SDK whose toolchain
// is here: every one makes the store send the same callback, and prints the application's answer.
// There is no compiler of .NET here, and no package of the C++ SDK: their code is not run.
import { spawn, spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@ossicle/client";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Composition,
  membersOf,
  parametersOf,
} from "../../../packages/console/src/lab/composition.ts";
import { snippetFacts, snippets } from "../../../packages/console/src/lab/snippets.ts";
import { openTarget } from "../harness.ts";
import { programs } from "../prepare.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, ".cache", "snippets");
const target = await openTarget();
const { endpoint, region, accessKeyId, accessKeySecret } = target;
const credentials = { accessKeyId, accessKeySecret };
const client = createClient({ endpoint, region, credentials });
const bucket = "snippets";
await client.putBucket({ bucket });

let received: { readonly host: string; readonly type: string; readonly body: string }[] = [];
const application = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => (body += text));
  request.on("end", () => {
    const { host = "", "content-type": type = "" } = request.headers;
    received.push({ host, type, body });
    const answer = '{"Status":"seen"}';
    response.writeHead(200, { "content-length": answer.length }).end(answer);
  });
});
await new Promise<void>((resolve) => {
  application.listen(0, "127.0.0.1", resolve);
});
const url = `http://127.0.0.1:${(application.address() as AddressInfo).port}/uploaded?a=1`;

afterAll(async () => {
  application.close();
  await target.close();
});
beforeEach(async () => {
  received = [];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
});

const key = 'dir/it\'s a "key".txt';
const form: Composition = {
  url,
  host: "",
  body: "o=${object}&s=${size}&n=${x:n}",
  isJson: false,
  sni: false,
  variables: [{ key: "x:n", value: "one & two" }],
  others: {},
};
const json: Composition = {
  ...form,
  host: "app.example.com",
  isJson: true,
  body: '{"o":${object},"s":${size},"n":${x:n},"text":"it\'s \\"so\\""}',
  variables: [{ key: "x:n", value: "七 \\ \"quoted\" 'too'" }],
};

const cases: readonly (readonly [string, Composition, (typeof received)[number]])[] = [
  [
    "a form body",
    form,
    {
      host: "127.0.0.1",
      type: "application/x-www-form-urlencoded",
      body: "o=dir%2Fit%27s%20a%20%22key%22.txt&s=5&n=one%20%26%20two",
    },
  ],
  [
    "no custom variables",
    { ...form, body: "s=${size}", variables: [] },
    { host: "127.0.0.1", type: "application/x-www-form-urlencoded", body: "s=5" },
  ],
  [
    "a JSON body with quotes, a host and other scripts",
    json,
    {
      host: "app.example.com",
      type: "application/json",
      body: JSON.stringify({
        o: key,
        s: 5,
        n: "七 \\ \"quoted\" 'too'",
        text: 'it\'s "so"',
      }),
    },
  ],
];

async function codeOf(id: string, composition: Composition): Promise<string> {
  const snippet = snippets.find((one) => one.id === id);
  if (snippet === undefined) throw new Error(`there is no snippet ${id}`);
  const raw = parametersOf(composition);
  const { callback, callbackVar } = raw;
  const presigned = await client.presignPutObject(
    { bucket, key, callback: { callback, callbackVar } },
    { expiresSeconds: 60 },
  );
  const facts = snippetFacts({
    endpoint,
    region,
    bucket,
    key,
    raw,
    composition,
    signed: { url: presigned.url, form: { url: "", fields: {} } },
  });
  return snippet.write(facts);
}

/** Runs a program to its end, beside the application, and returns what it printed. */
function run(command: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: accessKeySecret,
    GOMODCACHE: join(programs.go, "..", "gomod"),
    GOFLAGS: "-mod=mod -modcacherw",
    GOTOOLCHAIN: "local",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: folder, env });
    let text = "";
    child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (text += bytes.toString()));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}: ${text}`)),
    );
  });
}

/** Writes code into a file, and runs it. */
type Runner = (code: string) => Promise<string>;

async function write(name: string, code: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, code);
  return path;
}

const module: Runner = async (code) => run(process.execPath, [await write("upload.mjs", code)]);
const python: Runner = async (code) => run(programs.python, [await write("upload.py", code)]);

const runners: Readonly<Record<string, Runner>> = {
  client: module,
  "ali-oss": module,
  "python-v2": python,
  oss2: python,
  go: async (code) => {
    await write("main.go", code);
    for (const name of ["go.mod", "go.sum"]) {
      await copyFile(join(root, "tests/conformance/go-v2", name), join(folder, name));
    }
    return run("go", ["run", "."]);
  },
  java: async (code) => {
    const libraries = (await readFile(programs.javaClasspath, "utf8")).trim();
    const path = await write("Upload.java", code);
    await run("javac", ["-encoding", "utf8", "-cp", libraries, path]);
    return run("java", ["-cp", `${folder}:${libraries}`, "Upload"]);
  },
  curl: async (code) => run("sh", [await write("upload.sh", code)]),
};

describe.each(cases)("with %s", (_, composition, expected) => {
  test.each(Object.entries(runners))("the code for %s sends the callback", async (id, runner) => {
    const printed = await runner(await codeOf(id, composition));
    expect(received).toEqual([expected]);
    expect(printed).toMatch(/Status.{1,5}seen/);
    expect(await (await client.getObject({ bucket, key })).text()).toBe("hello");
  });

  test("the code for PHP is valid, and holds the callback as JSON", async () => {
    const path = await write("upload.php", await codeOf("php", composition));
    expect(await run("php", ["-l", path])).toContain("No syntax errors");
    // The literal is read as PHP reads it.
    const printed = spawnSync("php", ["-r", optionsOf(await readFile(path, "utf8"))]);
    expect(JSON.parse(printed.stdout.toString())).toEqual(membersOf(composition));
  });
});

// A program of PHP that prints the first option of an upload.
function optionsOf(code: string): string {
  const literal = /OSS_CALLBACK => ('(?:[^'\\]|\\.)*'),/s.exec(code)?.[1] ?? "''";
  return `echo ${literal};`;
}
