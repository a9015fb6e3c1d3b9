// Compares a PUT of 256 MiB with MD5 alone and with dd and a sync, and a GET of 256 MiB with nginx.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { freePort } from "../scripts/free-port.ts";
import { bucket, credentials } from "./load.ts";
import { has, inFolder, launch, median, output, untilHealthy } from "./process.ts";
import type { Report } from "./report.ts";
import { startOssicle } from "./stores.ts";

/** Seconds by the name of the operation, one figure for each round. */
type Seconds = Readonly<Record<string, readonly number[]>>;

/** Bytes of the object. */
export const sizeBytes = 268_435_456;

/** Returns how long work takes, in seconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

/** Sends a request, reads its answer, and returns the length of that. */
export function send(
  url: string,
  options: { method: string; headers?: Readonly<Record<string, string>>; body?: Buffer },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: options.method, headers: { ...options.headers }, agent: false },
      (response) => {
        let size = 0;
        response.on("data", (chunk: Buffer) => (size += chunk.length));
        response.on("end", () => {
          if (response.statusCode === 200) resolve(size);
          else reject(new Error(`status ${response.statusCode}`));
        });
      },
    );
    call.on("error", reject);
    call.end(options.body);
  });
}

/** Measures three rounds. */
export async function benchLarge(report: Report): Promise<Seconds> {
  const seconds = await inFolder((folder) => measure(folder, 3));
  const at = (name: string): number => median(seconds[name] ?? []);
  for (const [name, found] of Object.entries(seconds)) {
    const each = found.map((one) => one.toFixed(2)).join(", ");
    report.say(`- ${name}: ${at(name).toFixed(2)} s (${each})`);
  }
  const limit = Math.max(at("PUT 256 MiB: MD5 alone"), at("PUT 256 MiB: dd conv=fdatasync"));
  report.ratio(
    "PUT 256 MiB beside the slower of MD5 and dd",
    limit / at("PUT 256 MiB: ossicle"),
    0.8,
  );
  const nginx = at("GET 256 MiB: nginx");
  if (Number.isNaN(nginx))
    report.say("- GET 256 MiB beside nginx: not measured, there is no nginx");
  else report.ratio("GET 256 MiB beside nginx", nginx / at("GET 256 MiB: ossicle"), 0.5);
  return seconds;
}

async function measure(folder: string, rounds: number): Promise<Seconds> {
  const store = await startOssicle(join(folder, "data"));
  const client = createClient({ endpoint: store.url, region: "cn-hangzhou", credentials });
  const body = Buffer.alloc(sizeBytes, "large object ");
  const out: Record<string, number[]> = {};
  const note = (name: string, seconds: number): void => void (out[name] ??= []).push(seconds);
  const nginx = has("nginx") ? await startNginx(folder, body) : undefined;
  for (let round = 0; round <= rounds; round += 1) {
    const put = await client.presignPutObject({ bucket, key: "large" }, { expiresSeconds: 600 });
    const get = await client.presignGetObject({ bucket, key: "large" }, { expiresSeconds: 600 });
    const headers = { "content-length": String(sizeBytes) };
    const figures: readonly (readonly [string, number])[] = [
      ["PUT 256 MiB: ossicle", await timed(() => send(put.url, { method: "PUT", headers, body }))],
      [
        "PUT 256 MiB: MD5 alone",
        await timed(() => Promise.resolve(createHash("md5").update(body).digest())),
      ],
      ["PUT 256 MiB: dd conv=fdatasync", await timed(() => Promise.resolve(dd(folder)))],
      ["GET 256 MiB: ossicle", await timed(() => send(get.url, { method: "GET" }))],
      ...(nginx === undefined
        ? []
        : ([
            ["GET 256 MiB: nginx", await timed(() => send(`${nginx}/large`, { method: "GET" }))],
          ] as const)),
    ];
    if (round > 0) for (const [name, seconds] of figures) note(name, seconds);
  }
  return out;
}

function dd(folder: string): string {
  const file = join(folder, "dd");
  return output("dd", [
    "if=/dev/zero",
    `of=${file}`,
    "bs=1M",
    `count=${sizeBytes / 1_048_576}`,
    "conv=fdatasync",
  ]);
}

async function startNginx(folder: string, body: Buffer): Promise<string> {
  const site = join(folder, "site");
  await mkdir(site);
  await writeFile(join(site, "large"), body);
  await writeFile(join(site, "health"), "");
  const port = await freePort();
  const configuration = join(folder, "nginx.conf");
  await writeFile(
    configuration,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events {}
http { access_log off; sendfile on; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p;
fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
server { listen 127.0.0.1:${port}; root ${site}; } }`,
  );
  const program = launch("nginx", ["-c", configuration, "-p", folder]);
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(`${url}/health`, program);
  return url;
}
