// Checks the documents against the programs: commands and options exist, code blocks parse, the
// README's programs run, and the tutorial's commands do what it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startStore } from "@ossicle/server/testing";
import { transform } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { type Ran, runCommand, type Running, serveFolder, startCommand } from "./serve.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let documents: ReadonlyMap<string, string>;
let work: string;

beforeAll(async () => {
  const names = await readdir(join(root, "docs"), { recursive: true });
  const packages = await readdir(join(root, "packages"));
  const readmes = packages
    .filter((name) => name !== "console")
    .map((name) => join("packages", name, "README.md"));
  const pages = names.map((name) => join("docs", name)).filter((path) => path.endsWith(".md"));
  const paths = ["README.md", ...readmes, ...pages];
  const texts = paths.map(
    async (path) => [path, await readFile(join(root, path), "utf8")] as const,
  );
  documents = new Map(await Promise.all(texts));
  await mkdir(join(root, ".cache"), { recursive: true });
  work = await mkdtemp(join(root, ".cache", "documents-")); // so that imports resolve
});
afterAll(() => rm(work, { recursive: true }));

interface Block {
  readonly path: string;
  readonly code: string;
}

function blocksOf(language: string, only?: string): readonly Block[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm");
  return [...documents]
    .filter(([path]) => only === undefined || path === only)
    .flatMap(([path, text]) =>
      [...text.matchAll(pattern)].map(([, code = ""]) => ({ path, code })),
    );
}

/** Lines of shell blocks that run `ossicle`, without comments. */
function commandsIn(only?: string): readonly Block[] {
  return blocksOf("sh", only).flatMap(({ path, code }) =>
    code
      .split("\n")
      .map((line) => line.replace(/^npx /, ""))
      .filter((line) => line.startsWith("ossicle "))
      .map((line) => ({ path, code: line.replace(/\s+# .*$/, "") })),
  );
}

test("the documents' commands and options exist", async () => {
  const commands = commandsIn();
  expect(commands.length).toBeGreaterThan(20);
  const helps = new Map<string, string>();
  for (const { path, code } of commands) {
    const words = code.split(/\s+/).slice(1);
    const groups = new Set([
      "callback",
      "deliveries",
      "encryption",
      "groups",
      "keys",
      "policy",
      "users",
      "webhook-keys",
    ]);
    const name = words.slice(0, groups.has(words[0] ?? "") ? 2 : 1);
    const key = name.join(" ");
    const help = helps.get(key) ?? (await runCommand([...name, "--help"])).output;
    helps.set(key, help);
    expect(help, `${path}: ${code}`).toContain(`Usage: ossicle ${key}`);
    for (const [option] of code.matchAll(/(?<=\s)--[a-z-]+/g)) {
      expect(optionsOf(help), `${path}: ${code}`).toContain(option);
    }
  }
});

test("the options that the documents' text names exist", async () => {
  const known = new Set(["--help"]);
  const names = ["serve", "upload", "listen", "verify", "backup", "restore", "copy", "keys add"];
  const more = ["deliveries list", "deliveries replay", "callback render", "webhook-keys rotate"];
  for (const name of [...names, ...more, "policy explain"]) {
    const { output } = await runCommand([...name.split(" "), "--help"]);
    for (const option of optionsOf(output)) known.add(option);
  }
  const named = [...documents]
    .filter(([path]) => !path.includes("decisions") && !path.includes("ecosystem"))
    .flatMap(([path, text]) =>
      [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/`(?:serve )?(--[a-z-]+)/g)].map(
        ([, option = ""]) => `${path}: ${option}`,
      ),
    );
  expect(named.length).toBeGreaterThan(30);
  const unknown = named.filter((one) => !known.has(one.split(": ")[1] ?? ""));
  expect(unknown).toEqual([]);
});

/** The options that a command's help lists. */
function optionsOf(help: string): readonly string[] {
  return [...help.matchAll(/^\s+(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = ""]) => option);
}

test("the documents' TypeScript and JavaScript blocks parse", async () => {
  const blocks = [...blocksOf("ts"), ...blocksOf("js")];
  expect(blocks.length).toBeGreaterThan(4);
  for (const { path, code } of blocks) {
    // A block may be part of a function and contain `return`, so wrap it in one.
    const wrapped = /^import /m.test(code) ? code : `async function part() {\n${code}\n}`;
    await expect(transform(wrapped, { loader: "ts" }), path).resolves.toHaveProperty("code");
  }
});

test("the documents' whole TypeScript programs have no errors of types", async () => {
  const programs = blocksOf("ts").filter(({ code }) => code.startsWith("import "));
  expect(programs.length).toBeGreaterThan(8);
  const folder = await mkdtemp(join(work, "types-"));
  for (const [at, { path, code }] of programs.entries()) {
    const name = `${path.replaceAll(/[/.]/g, "-")}-${at}.ts`;
    await writeFile(join(folder, name), `${code}\nexport {};\n`);
  }
  const settings = {
    extends: join(root, "tsconfig.tests.json"),
    compilerOptions: { noUnusedLocals: false },
    include: ["*.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  const tsc = spawn(join(root, "node_modules/.bin/tsc"), ["-p", folder]);
  let said = "";
  tsc.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(tsc, "close");
  expect(said).toBe("");
});

test("the README's uploader prints what the README's application answers", async () => {
  const [application = "", uploader = ""] = blocksOf("ts", "README.md").map(({ code }) => code);
  const store = await startStore();
  const port = String(await freePort());
  const here = (code: string): string =>
    code.replaceAll("http://127.0.0.1:9650", store.url).replaceAll("8080", port);
  await writeFile(join(work, "uploader.ts"), here(uploader));
  await writeFile(join(work, "application.ts"), here(application));
  const { accessKeyId, accessKeySecret } = store.credentials;
  const run = (name: string): ReturnType<typeof spawn> =>
    spawn(process.execPath, ["--conditions=@ossicle/source", "--import", "tsx", join(work, name)], {
      cwd: root,
      env: {
        ...process.env,
        OSS_ACCESS_KEY_ID: accessKeyId,
        OSS_ACCESS_KEY_SECRET: accessKeySecret,
      },
    });
  const listening = run("application.ts");
  try {
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/`, { method: "POST" }).then(({ status }) => status),
      )
      .toBe(403); // it is no callback
    const uploading = run("uploader.ts");
    let text = "";
    for (const stream of [uploading.stdout, uploading.stderr]) {
      stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    }
    await once(uploading, "close");
    expect(text).toBe("{ saved: 'a.txt' }\n");
  } finally {
    listening.kill();
    await store.close();
  }
});

test("the tutorial's commands do what it says", async () => {
  const data = join(work, "data");
  const port = String(await freePort());
  const served = await serveFolder(data);
  // The tutorial's own words, with this test's ports and folder.
  const tutorial = commandsIn("docs/tutorial/first-callback.md").map(({ code }) =>
    code
      .replace("8080", port)
      .replace("package.json", join(root, "package.json"))
      .split(" ")
      .slice(1),
  );
  const listen = async (args: readonly string[]): Promise<Running> => {
    const trust = `${served.url}/_ossicle/callback-keys/`;
    const running = startCommand([...args, "--port", port, "--trust", trust]);
    await expect.poll(running.output).toContain("listening");
    return running;
  };
  const stop = async ({ interrupt, ended }: Running): Promise<Ran> => {
    interrupt();
    return ended;
  };
  const [
    serve = [],
    listening = [],
    upload = [],
    refusing = [],
    list = [],
    show = [],
    replay = [],
  ] = tutorial;
  expect(serve).toEqual(["serve"]);
  const uploadHere = (): Promise<Ran> => runCommand([...upload, "--endpoint", served.url]);
  try {
    const confirming = await listen(listening);
    expect(await uploadHere()).toMatchObject({ code: 0, output: '{"Status":"OK"}\n' });
    expect((await stop(confirming)).output).toContain("examplebucket");
    const failing = await listen(refusing);
    expect(await uploadHere()).toMatchObject({ code: 2 });
    await stop(failing);
    const inFolder = (args: readonly string[]): Promise<Ran> =>
      runCommand([...args, "--data", data]);
    expect((await inFolder(list)).output).toContain("failed");
    const failed = await inFolder([...list, "--state", "failed", "--json"]);
    const id = /[0-9A-F]{24}/.exec(failed.output)?.[0] ?? "";
    const about = (args: readonly string[]): readonly string[] =>
      args.map((word) => (word === "ID" ? id : word));
    expect((await inFolder(about(show))).output).toContain("answered 500");
    const again = await listen(listening);
    expect(await inFolder(about(replay))).toMatchObject({ code: 0 });
    await expect.poll(again.output).toContain("examplebucket");
    await stop(again);
  } finally {
    served.child.kill("SIGTERM");
    await served.exited;
  }
});
