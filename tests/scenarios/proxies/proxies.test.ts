// A store behind nginx and Caddy: with the configurations that we ship, and with mistakes, which
// doctor names.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { runCommand, type Served, serveFolder, servedCredentials } from "../serve.ts";

const bucket = "examplebucket";
const shipped = new URL("../../../deploy/", import.meta.url);

let folder: string;
let served: Served;
let stopProxy: (() => Promise<void>) | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-nginx-"));
  served = await serveFolder(join(folder, "data"), ["--trusted-proxies", "127.0.0.1/32"]);
  const { url: endpoint } = served;
  const client = createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
  await client.putBucket({ bucket });
});
afterEach(async () => {
  await stopProxy?.();
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(folder, { recursive: true });
});

/** Starts nginx with a server block, in which the addresses are replaced. Returns its URL. */
async function startNginx(server: string): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const block = server
    .replaceAll("127.0.0.1:8000", new URL(url).host)
    .replaceAll("http://127.0.0.1:9650", served.url);
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`);
  const settings = [
    "user root;", // its processes must be able to write into the folder; ignored without root
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`,
    `events {} http { access_log off; ${paths.join(" ")} ${block} }`,
  ];
  const file = join(folder, "nginx.conf");
  await writeFile(file, settings.join("\n"));
  await start("nginx", ["-c", file, "-p", folder], url);
  return url;
}

/** Starts Caddy with a configuration, in which the addresses are replaced. Returns its URL. */
async function startCaddy(configuration: string): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const file = join(folder, "Caddyfile");
  const local = configuration
    .replaceAll("store.example.com {", `${url} {`)
    .replaceAll("127.0.0.1:9650", new URL(served.url).host);
  await writeFile(file, `{\n\tadmin off\n}\n${local}`);
  await start("caddy", ["run", "--config", file, "--adapter", "caddyfile"], url);
  return url;
}

async function start(program: string, args: readonly string[], url: string): Promise<void> {
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(program, [...args], { stdio: "ignore", env });
  const exited = once(child, "exit");
  stopProxy = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  await expect.poll(() => fetch(url).then(({ status }) => status)).toBeGreaterThan(0);
}

async function problemsBehind(endpoint: string): Promise<readonly string[]> {
  const args = ["doctor", "--json", "--endpoint", endpoint, "--bucket", bucket];
  const { output } = await runCommand(args);
  const found = output.trim().split("\n");
  return found.filter((line) => line.includes('"problem"'));
}

const compresses = "gzip on; gzip_proxied any; gzip_types text/plain;";
const proxied = "listen 127.0.0.1:8000; location / { proxy_pass http://127.0.0.1:9650";

test("behind nginx, as we ship it, doctor finds no problem", async () => {
  const server = await readFile(new URL("nginx.conf", shipped), "utf8");
  expect(await problemsBehind(await startNginx(server))).toEqual([]);
});

test("behind Caddy, as we ship it, doctor finds no problem", async () => {
  const configuration = await readFile(new URL("Caddyfile", shipped), "utf8");
  expect(await problemsBehind(await startCaddy(configuration))).toEqual([]);
});

test("doctor names a Caddy that unpacks objects", async () => {
  const configuration = await readFile(new URL("Caddyfile", shipped), "utf8");
  const problems = await problemsBehind(
    await startCaddy(configuration.replace("compression off", "")),
  );
  expect(problems).toEqual([expect.stringMatching(/"encoding".*unpacked.*compression off/)]);
});

test.each([
  {
    mistake: "its limit of bodies",
    server: `server { ${proxied}; } }`,
    named: /"upload","seen":"413 without .*client_max_body_size 0/,
  },
  {
    mistake: "its compression",
    server: `server { client_max_body_size 0; ${compresses} ${proxied}; } }`,
    named: /"download".*gzip/,
  },
  {
    mistake: "a path in proxy_pass",
    server: `server { client_max_body_size 0; ${proxied}/; } }`,
    named: /"odd keys".*proxy_pass/,
  },
])("doctor names a mistake of nginx: $mistake", async ({ server, named }) => {
  const problems = await problemsBehind(await startNginx(server));
  expect(problems).toEqual([expect.stringMatching(named)]);
});
