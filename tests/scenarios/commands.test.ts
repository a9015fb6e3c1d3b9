// The commands `listen`, `callback`, `upload` and `complete`, most of them beside a store.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { createClient } from "@ossicle/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  program,
  type Ran,
  runCommand,
  type Running,
  serveFolder,
  type Served,
  servedCredentials,
  startCommand,
} from "./serve.ts";

let data: string;
let served: Served;
const bucket = "listened";

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-listen-"));
  served = await serveFolder(data, ["--log-level", "silent"]);
});
afterAll(async () => {
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

async function listening(...args: readonly string[]): Promise<[url: string, Running]> {
  const command = startCommand(["listen", "--port", "0", ...args]);
  await expect.poll(command.output).toContain("listening");
  return [/http:[^\s"]+/.exec(command.output())?.[0] ?? "", command];
}

async function upload(url: string): Promise<string> {
  const client = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await client.putBucket({ bucket });
  const callback = { url, body: "o=${object}" };
  const result = await client
    .putObject({ bucket, key: "a b", body: "x", callback })
    .catch((cause: unknown) => cause as Error);
  return result instanceof Error ? result.message : (result.callback?.text() ?? "");
}

describe("ossicle listen", () => {
  test("verifies and prints a callback, and answers as its options say", async () => {
    const trust = `${served.url}/_ossicle/callback-keys/`;
    const told = ["--body", '{"own":1}', "--delay", "50", "--trust", trust, "--json"];
    const [url, command] = await listening(...told);
    expect(await upload(`${url}path?q=1`)).toBe('{"own":1}');
    await expect.poll(command.output).toContain('"answer":200');
    command.interrupt();
    const { code, output } = await command.ended;
    expect(code).toBe(0);
    const [first, second] = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(first).toEqual({ listening: url });
    expect(second).toMatchObject({
      target: "/path?q=1",
      body: "o=a%20b",
      answer: 200,
      verified: true,
      bucket,
    });
  });

  test("fails callbacks by its options, and suggests --trust for an untrusted key", async () => {
    const [url, command] = await listening("--failure-rate", "1");
    expect(await upload(url)).toBe("Error status : 500.");
    const hint = `--trust ${served.url}/_ossicle/callback-keys/)`;
    await expect
      .poll(command.output)
      .toContain(`NOT verified: untrusted-key-url (if the store is yours: ${hint}`);
    command.interrupt();
    await command.ended;
    const [created, other] = await listening("--status", "201");
    expect(await upload(created)).toBe("Error status : 201.");
    other.interrupt();
    await other.ended;
  });

  test("escapes control characters in what it prints", async () => {
    const [url, command] = await listening();
    await fetch(url, { method: "POST", body: "\u001b[2Jx" });
    await expect.poll(command.output).toContain("\\u001b[2Jx");
    command.interrupt();
    expect((await command.ended).output).not.toContain("\u001b");
  });

  test("suggests no --trust for a key URL with shell characters or a password", async () => {
    const [url, command] = await listening();
    const keys = ["http://x/$(reboot)/k.pem", "http://u:p@x/k.pem", "http://x", "http://x/a/k.pem"];
    for (const key of keys) {
      const headers = {
        authorization: Buffer.from("x").toString("base64"),
        "x-oss-pub-key-url": Buffer.from(key).toString("base64"),
      };
      await fetch(url, { method: "POST", body: "o=k", headers });
    }
    await expect.poll(command.output).toContain("--trust");
    command.interrupt();
    const { output } = await command.ended;
    expect(output.match(/NOT verified: .*/g)).toEqual([
      ...Array<string>(2).fill("NOT verified: untrusted-key-url"),
      "NOT verified: untrusted-key-url (if the store is yours: --trust http://x/)",
      "NOT verified: untrusted-key-url (if the store is yours: --trust http://x/a/)",
    ]);
  });

  test("reports a store that disconnects too early, and exits when interrupted", async () => {
    const [url, command] = await listening("--delay", "1000");
    const signal = AbortSignal.timeout(100);
    await expect(fetch(url, { method: "POST", body: "o=k", signal })).rejects.toThrow("aborted");
    await expect.poll(command.output).toContain("not answered: the store disconnected");
    command.interrupt();
    await command.ended;
    const [slow, other] = await listening("--delay", "600000");
    const unanswered = fetch(slow, { method: "POST", body: "o=k" });
    await expect(Promise.race([unanswered, pause(300)])).resolves.toBeUndefined();
    other.interrupt();
    await expect(unanswered).rejects.toThrow("fetch failed");
    expect((await other.ended).code).toBe(0);
  });

  test.each([
    [["--port", "x"], "--port x"],
    [["--failure-rate", "2"], "expected a number from 0 to 1"],
    [["--status", "99"], "expected a number from 200 to 599"],
    [["--trust", "http://"], "--trust http://: expected a URL that ends in /"],
    [["--trust", "http://x/keys"], "expected a URL that ends in /"],
    [["--type", "a\nb"], "expected printable ASCII"],
  ])("refuses %j", async (args, words) => {
    const { code, errors } = await runCommand(["listen", ...args]);
    expect(code).toBe(1);
    expect(errors).toContain(words);
  });
});

describe("ossicle callback", () => {
  test("renders parameters that it can explain", async () => {
    const args = ["--url", "http://a.com/", "--body", "o=${object}&a=${x:a}", "--var", "x:a=1"];
    const rendered = await runCommand(["callback", "render", ...args, "--json"]);
    const lines = JSON.parse(rendered.output) as Readonly<Record<string, string>>;
    const { "x-oss-callback": callback = "", "x-oss-callback-var": callbackVar = "" } = lines;
    const explained = await runCommand(["callback", "explain", callback, "--var", callbackVar]);
    expect(explained.code).toBe(0);
    expect(explained.output).toContain("callbackUrl   http://a.com/");
    expect(explained.output).toContain("o=exampledir%2Fexample%20object.jpg&a=1");
  });

  test("reports parameters that OSS would refuse, and a body that cannot be rendered", async () => {
    const refused = await runCommand(["callback", "explain", "e30"]);
    expect(refused.output).toContain("without its padding");
    const broken = await runCommand(["callback", "explain", btoa('{"callbackUrl":1}')]);
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.output).toContain("refused: 400 InvalidArgument, EC 0007-00000004");
    const args = ["--url", "http://a.com/", "--body", "$x"];
    const { code, errors } = await runCommand(["callback", "render", ...args]);
    expect(code).toBe(1);
    expect(errors).toContain("has a $ without {");
  });
});

describe("ossicle upload", () => {
  const to = (target: string, ...more: readonly string[]): Promise<Ran> =>
    runCommand(["upload", file, target, "--endpoint", served.url, ...more]);
  let file: string;
  beforeAll(async () => {
    file = join(data, "picture.txt");
    await writeFile(file, "hello");
  });

  test("prints the application's answer", async () => {
    const [url, command] = await listening("--body", '{"saved":true}');
    const told = ["--callback-url", url, "--callback-body", "o=${object}&a=${x:a}"];
    const uploaded = await to(`${bucket}/in/`, ...told, "--var", "x:a=1", "--type", "text/plain");
    expect(uploaded).toEqual({ code: 0, output: '{"saved":true}\n', errors: "" });
    await expect.poll(command.output).toContain("o=in%2Fpicture.txt&a=1");
    command.interrupt();
    await command.ended;
    const failed = await to(`${bucket}/k`, "--callback-url", "http://127.0.0.1:1/");
    expect(failed).toMatchObject({ code: 2, output: "" });
    expect(failed.errors).toMatch(/is stored, but .*502.*ossicle deliveries show [0-9A-F]{24}/);
    const inJson = await to(`${bucket}/k`, "--callback-url", "http://127.0.0.1:1/", "--json");
    expect(inJson).toMatchObject({ code: 2, errors: "" });
    expect(JSON.parse(inJson.output)).toEqual({
      bucket,
      key: "k",
      code: "CallbackFailed",
      message: "Error status : 502.",
      requestId: expect.stringMatching(/^[0-9A-F]{24}$/) as string,
      stored: true,
    });
  });

  test("derives the content type from the key or file name, unless --type sets it", async () => {
    const client = createClient({
      endpoint: served.url,
      region: "cn-hangzhou",
      credentials: servedCredentials,
    });
    const typeOf = async (key: string): Promise<string> =>
      (await client.headObject({ bucket, key })).contentType ?? "";
    for (const key of ["p.png", "page.HTML", "data.json", "none"])
      await to(`${bucket}/${key}`, "--create-bucket");
    await to(`${bucket}/given.png`, "--type", "text/x-own");
    const plain = join(data, "f"); // no extension, although Fortran's is `f`
    await writeFile(plain, "hello");
    await runCommand(["upload", plain, `${bucket}/f`, "--endpoint", served.url]);
    const keys = ["p.png", "page.HTML", "data.json", "none", "given.png", "f"];
    expect(await Promise.all(keys.map(typeOf))).toEqual([
      "image/png",
      "text/html",
      "application/json",
      "text/plain", // the file's own name, picture.txt
      "text/x-own",
      "application/octet-stream",
    ]);
  });

  test("creates the bucket with --create-bucket, and keeps an existing one", async () => {
    for (const key of ["a", "b"]) {
      const { code, output } = await to(`created-by-upload/${key}`, "--create-bucket");
      expect({ code, output }).toMatchObject({
        code: 0,
        output: expect.stringContaining(`stored created-by-upload/${key}`),
      });
    }
  });

  test("uploads a large file in parts", async () => {
    const large = join(data, "large.bin");
    await writeFile(large, Buffer.alloc(70_000_000, "x"));
    const args = ["upload", large, `${bucket}/large`, "--endpoint", served.url, "--json"];
    const { code, output } = await runCommand(args);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ key: "large", etag: expect.stringMatching(/-9$/) });
  });

  test("reports what is wrong with its arguments, its file and its requests", async () => {
    expect((await to("nowhere")).errors).toContain("expected bucket/key");
    expect((await to("nobucket/k")).errors).toContain("NoSuchBucket");
    const missing = await runCommand(["upload", join(data, "none"), `${bucket}/k`]);
    expect(missing.errors).toContain("ENOENT");
    const nobody = ["upload", file, `${bucket}/k`, "--endpoint", "http://127.0.0.1:1"];
    const unreached = await runCommand(nobody);
    expect(unreached).toMatchObject({ code: 1, output: "" });
    expect(unreached.errors).toMatch(/^http:\/\/127.0.0.1:1 cannot be reached.* is unknown\n$/);
    for (const [args, words] of [
      [["/dev/null", `${bucket}/k`], "/dev/null: expected a file"],
      [[data, `${bucket}/k`], "expected a file"],
      [[file, `${bucket}/k`, "--type", "a\nb"], '--type "a\\nb": expected printable ASCII'],
      [
        [file, `${bucket}/k`, "--callback-url", "http://a", "--callback-body", "$x"],
        "a $ without {",
      ],
      [
        [
          file,
          `${bucket}/k`,
          ...Array.from({ length: 6 }, () => ["--callback-url", "http://a"]).flat(),
        ],
        "URL",
      ],
    ] as const) {
      const wrong = await runCommand(["upload", ...args, "--endpoint", served.url]);
      expect([wrong.code, wrong.errors.includes("\n    at ")]).toEqual([1, false]); // no stack
      expect(wrong.errors).toContain(words);
    }
    const first = ["--create-bucket", "--callback-url", "http://127.0.0.1:1/"].concat(
      "--endpoint",
      served.url,
    );
    const behind = await runCommand(["upload", ...first, file, `${bucket}/behind`]);
    expect(behind.code).toBe(2); // the options before the arguments
    const unmade = await runCommand([...nobody, "--create-bucket"]);
    expect(unmade.errors).toMatch(/^http:\/\/127.0.0.1:1 cannot be reached/);
    expect(unmade.errors).not.toContain("is unknown");
    const refused = await to("nobucket/k", "--json");
    expect(refused).toMatchObject({ code: 1, errors: "" });
    expect(JSON.parse(refused.output)).toMatchObject({ key: "k", code: "NoSuchBucket" });
  });
});

describe("ossicle complete", () => {
  // The shell has no package bash-completion. It reads the script twice, as a shell does when it
  // reads its .bashrc again.
  test.each([
    ["ossicle deliv", "deliveries"],
    ["ossicle serve --on-failure h", "hide"],
    ["ossicle upload READ", "(files)"],
  ])("completes in bash itself: %j", async (line, expected) => {
    const { output: script } = await runCommand(["complete", "bash"]);
    const file = join(data, "complete.bash");
    await writeFile(file, script);
    const { stdout, stderr } = await promisify(execFile)("bash", [
      "--norc",
      "--noprofile",
      "-c",
      `ossicle() { "${process.execPath}" "${program}" "$@"; }
compopt() { [[ "$*" == "-o default" ]] && echo "(files)"; }
source ${file} && source ${file} && eval "$(<${file})" && eval "$(<${file})" || echo failed
COMP_LINE=$1 COMP_POINT=\${#1}
$(complete -p ossicle | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
echo "\${COMPREPLY[@]}"
declare -F _get_comp_words_by_ref # the script's substitute for that package's function is removed
true`,
      "bash",
      line,
    ]);
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe(expected);
  });

  test("writes a script for each shell", async () => {
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const { code, output } = await runCommand(["complete", shell]);
      expect([code, output.includes("ossicle")]).toEqual([0, true]);
    }
  });

  test.each([
    [["del"], "deliveries\t"],
    [["serve", "--on-f"], "--on-failure\t"],
    [["deliveries", "list", "--state", ""], "superseded\t"],
    [["serve", "--on-failure", "h"], "hide\t"],
  ])("completes %j", async (words, expected) => {
    const { output } = await runCommand(["complete", "--", ...words]);
    expect(output).toContain(expected);
  });

  test("completes the word that is a shell's name", async () => {
    const { code, output } = await runCommand(["complete", "--", "bash"]);
    expect([code, output]).toEqual([0, ":4\n"]);
  });
});
