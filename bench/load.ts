// Makes load with wrk. Requests are signed beforehand and replayed, so that the load generator does
// not limit the figures.
import { createHash, createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  canonicalRequestV4,
  encodeParameter,
  stringToSignV4,
  timestampV4,
} from "@ossicle/protocol";
import { inFolder, outputOf } from "./process.ts";
import { signS3 } from "./s3.ts";

/** The access key of measured stores. */
export const credentials = { accessKeyId: "bench", accessKeySecret: "bench-secret" } as const;

/** A load. */
export interface Load {
  readonly url: string;
  readonly method: "PUT" | "GET";
  readonly sizeBytes: number;
  /** Number of requests to replay. Each has a different key, in no order. */
  readonly requests: number;
  /** Keys are those of every n-th index. Default 1. */
  readonly keyStep?: number;
  /** Query of a request to the bucket, sorted and encoded; requests are for objects without it. */
  readonly query?: string;
  readonly signing: "V4" | "AWS" | "S3" | "none";
  /** URL of an application that answers GET with the number of callbacks it has received. */
  readonly callbackUrl?: string;
  readonly seconds: number;
  readonly connections: number;
}

/** The figures of wrk. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const bucket = "bench";

/** A key for an index. Neighbouring indexes give keys that are far apart. */
export function keyOf(index: number): string {
  const mixed = (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  return `k/${mixed}`;
}

/**
 * Runs a load. Throws when a request fails. Also throws when the application
 * (`targets/application.mjs`) received fewer callbacks than uploads were answered: the others got
 * 203, which wrk counts as a success.
 */
export async function run(load: Load): Promise<LoadResult> {
  const before = await callbacksAt(load.callbackUrl);
  const result = await wrk(load);
  const callbacks = (await callbacksAt(load.callbackUrl)) - before;
  if (load.callbackUrl !== undefined && callbacks < result.requests) {
    throw new Error(`${result.requests} uploads caused only ${callbacks} callbacks`);
  }
  return result;
}

async function callbacksAt(url: string | undefined): Promise<number> {
  // Use a new connection: the application may close one that is idle during a load.
  const headers = { connection: "close" };
  return url === undefined ? 0 : Number(await (await fetch(url, { headers })).text());
}

async function wrk(load: Load): Promise<LoadResult> {
  return inFolder(async (folder) => {
    const file = join(folder, "requests");
    await writeFile(file, requestsOf(load));
    const script = join(folder, "replay.lua");
    await writeFile(script, replay(file, load.method === "PUT" ? load.sizeBytes : 0));
    const text = await outputOf("wrk", [
      "-t1",
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      "--timeout",
      "10s",
      "-s",
      script,
      load.url,
    ]);
    const result = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(text);
    if (result === null) throw new Error(`wrk printed no result: ${text}`);
    const [, requests = 0, micros = 1, p50 = 0, p99 = 0, errors = 0] = result.map(Number);
    if (errors > 0) throw new Error(`${errors} of ${requests} requests to ${load.url} failed`);
    return {
      requests,
      perSecond: (requests / micros) * 1_000_000,
      p50Ms: p50 / 1_000,
      p99Ms: p99 / 1_000,
    };
  });
}

/** Heads of requests, one a record, separated by a byte that no head holds. */
function requestsOf(load: Load): string {
  const { host } = new URL(load.url);
  const heads: string[] = [];
  const callback =
    load.callbackUrl === undefined
      ? []
      : ([
          [
            "x-oss-callback",
            encodeParameter({
              callbackUrl: load.callbackUrl,
              callbackBody: "object=${object}&size=${size}",
            }),
          ],
        ] as const);
  for (let index = 0; index < load.requests; index += 1) {
    const key = keyOf(index * (load.keyStep ?? 1));
    const own: (readonly [string, string])[] = [...callback];
    if (load.method === "PUT") own.push(["content-type", "application/octet-stream"]);
    const signed = sign(load, key, own);
    const fields = [...own, ...signed].map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const length = load.method === "PUT" ? `Content-Length: ${load.sizeBytes}\r\n` : "";
    const target = load.query === undefined ? key : `?${load.query}`;
    heads.push(
      `${load.method} /${bucket}/${target} HTTP/1.1\r\nHost: ${host}\r\n${length}${fields}\r\n`,
    );
  }
  return heads.join("\u0000");
}

// Signed here with node:crypto: twenty thousand signatures through WebCrypto take longer than the
// measurement.
function sign(
  load: Load,
  key: string,
  headers: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  if (load.signing === "none") return [];
  if (load.signing === "S3") {
    return signS3(load.method, `/${bucket}/${key}`, new URL(load.url).host);
  }
  if (load.signing === "AWS") {
    // s3rver is configured to accept any signature of its key, so it computes no hash.
    return [
      ["authorization", "AWS S3RVER:AAAA"],
      ["date", new Date().toUTCString()],
    ];
  }
  const timestamp = timestampV4(new Date());
  const scope = { date: timestamp.slice(0, 8), region: "cn-hangzhou", product: "oss" };
  const added = [
    ["x-oss-date", timestamp],
    ["x-oss-content-sha256", "UNSIGNED-PAYLOAD"],
  ] as const;
  const canonical = canonicalRequestV4({
    method: load.method,
    resource: `/${bucket}/${load.query === undefined ? key : ""}`,
    query: load.query ?? "",
    headers: [...headers, ...added],
    additionalHeaders: [],
  });
  let signingKey = Buffer.from(`aliyun_v4${credentials.accessKeySecret}`);
  for (const part of [scope.date, scope.region, scope.product, "aliyun_v4_request"]) {
    signingKey = createHmac("sha256", signingKey).update(part).digest();
  }
  const text = stringToSignV4(
    timestamp,
    scope,
    createHash("sha256").update(canonical).digest("hex"),
  );
  const signature = createHmac("sha256", signingKey).update(text).digest("hex");
  const credential = `${credentials.accessKeyId}/${scope.date}/cn-hangzhou/oss/aliyun_v4_request`;
  return [
    ...added,
    ["authorization", `OSS4-HMAC-SHA256 Credential=${credential},Signature=${signature}`],
  ];
}

function replay(file: string, bodyBytes: number): string {
  return `
local f = io.open("${file}", "rb")
local text = f:read("*a")
f:close()
local body = string.rep("ossicle!", ${Math.ceil(bodyBytes / 8)}):sub(1, ${bodyBytes})
local requests = {}
for head in string.gmatch(text, "[^%z]+") do requests[#requests + 1] = head .. body end
text = nil
local at = #requests - 1 -- wrk asks for one request that it does not send
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency, requests)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
`;
}
