// Compares large bodies, uploads in parts, and removals of a thousand keys.
import { createHash } from "node:crypto";
import { request } from "node:http";
import { signHeaders } from "@ossicle/protocol";
import { type Candidate, goalBeside, type Usage, using } from "./candidates.ts";
import { bucket, credentials } from "./load.ts";
import { median } from "./process.ts";
import type { BenchOptions, Report } from "./report.ts";
import { signS3 } from "./s3.ts";

const rounds = 3;
const mebibyte = 1_048_576;

/** Some work, whose time is measured. */
interface LargeWork {
  /** Done beforehand, not measured. */
  readonly prepare?: (one: Candidate) => Promise<unknown>;
  readonly work: (one: Candidate) => Promise<unknown>;
  /** The ratios to reach beside the reference commit, and beside a peer. */
  readonly goals: readonly [reference: number, peer: number];
}

const large = Buffer.alloc(256 * mebibyte, "large object ");
const part = large.subarray(0, 32 * mebibyte);
const partNumbers = Array.from({ length: 32 }, (_unused, at) => at + 1);

const works: Readonly<Record<string, LargeWork>> = {
  "PUT 256 MiB": { work: (one) => putLarge(one, 0), goals: [2, 1.2] },
  "PUT 256 MiB, four at once": {
    work: (one) => Promise.all([1, 2, 3, 4].map((at) => putLarge(one, at))),
    goals: [2, 1.2],
  },
  "GET 256 MiB": {
    prepare: (one) => putLarge(one, 0),
    work: (one) => call(one, { method: "GET", key: "large/0" }),
    goals: [1.8, 1.2],
  },
  "1 GiB in 32 parts, four at once": { work: putParts, goals: [2, 1.2] },
  "delete 1,000 keys": { prepare: putSmall, work: deleteSmall, goals: [2.5, 5] },
};

/** What some work took. */
interface Taken extends Usage {
  readonly seconds: number;
}

/** Runs each work on all candidates in turn, and reports it. */
export async function compareLarge(
  report: Report,
  candidates: readonly Candidate[],
  options: BenchOptions,
): Promise<unknown> {
  const asked = Object.entries(works).filter(
    ([name]) => options.works?.some((wanted) => name.includes(wanted)) ?? true,
  );
  const found = new Map<string, Taken[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, { prepare, work }] of asked) {
      for (const one of round % 2 === 0 ? candidates : candidates.toReversed()) {
        await prepare?.(one);
        const { result, usage } = await using(one, () => timed(() => work(one)));
        if (round === 0) continue; // warms up
        const title = `${name}: ${one.name}`;
        found.set(title, [...(found.get(title) ?? []), { seconds: result, ...usage }]);
      }
    }
  }
  if (asked.length > 0) tell(report, found);
  const [own = "", ...others] = candidates.map(({ name }) => name);
  for (const [name, { goals }] of asked) {
    for (const other of others) {
      const ours = found.get(`${name}: ${own}`) ?? [];
      const theirs = found.get(`${name}: ${other}`) ?? [];
      const ratios = ours.map(({ seconds }, at) => (theirs[at]?.seconds ?? NaN) / seconds);
      report.medianRatio(`${name}, beside ${other}`, ratios, goalBeside(other, options, goals));
    }
  }
  return Object.fromEntries(found);
}

function tell(report: Report, found: ReadonlyMap<string, readonly Taken[]>): void {
  report.table(
    ["what", "seconds, median", "spread", "processor seconds", "peak MiB"],
    [...found].map(([name, taken]) => {
      const seconds = taken.map((one) => one.seconds);
      const spread = [Math.min(...seconds), Math.max(...seconds)];
      return [
        name,
        median(seconds).toFixed(2),
        spread.map((one) => one.toFixed(2)).join("–"),
        (median(taken.map((one) => one.processorMicros)) / 1e6).toFixed(2),
        median(taken.map((one) => one.peakMebibytes)).toFixed(0),
      ];
    }),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

const putLarge = (one: Candidate, at: number): Promise<Answer> =>
  call(one, { method: "PUT", key: `large/${at}`, body: large });

async function putParts(one: Candidate): Promise<void> {
  const key = "parts";
  const { text } = await call(one, { method: "POST", key, query: { uploads: "" } });
  const uploadId = /<UploadId>([^<]*)</.exec(text)?.[1] ?? "";
  const etags: string[] = [];
  const left = [...partNumbers];
  const putNext = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const query = { partNumber: String(next), uploadId };
      etags[next - 1] = (await call(one, { method: "PUT", key, query, body: part })).etag;
    }
  };
  await Promise.all([1, 2, 3, 4].map(putNext));
  const listed = partNumbers.map(
    (number) => `<Part><PartNumber>${number}</PartNumber><ETag>${etags[number - 1]}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${listed.join("")}</CompleteMultipartUpload>`;
  await call(one, { method: "POST", key, query: { uploadId }, body: Buffer.from(body) });
}

const smallKeys = Array.from({ length: 1_000 }, (_unused, at) => `small/${at}`);

async function putSmall(one: Candidate): Promise<void> {
  const left = [...smallKeys];
  const putNext = async (): Promise<void> => {
    for (let key = left.shift(); key !== undefined; key = left.shift()) {
      await call(one, { method: "PUT", key, body: Buffer.alloc(100) });
    }
  };
  await Promise.all(Array.from({ length: 32 }, putNext));
}

function deleteSmall(one: Candidate): Promise<Answer> {
  const objects = smallKeys.map((key) => `<Object><Key>${key}</Key></Object>`);
  const body = Buffer.from(`<Delete><Quiet>true</Quiet>${objects.join("")}</Delete>`);
  return call(one, { method: "POST", key: "", query: { delete: "" }, body });
}

interface Call {
  readonly method: "GET" | "PUT" | "POST";
  /** Empty for the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

interface CallToSign extends Call {
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
}

interface Answer {
  readonly etag: string;
  /** The first 4 KiB of each chunk, up to 1 MiB. */
  readonly text: string;
}

async function call(one: Candidate, made: Call): Promise<Answer> {
  const { method, key, query = {}, body = Buffer.alloc(0) } = made;
  const path = `/${bucket}/${key}`;
  const search = Object.entries(query)
    .map(([name, value]) => (value === "" ? name : `${name}=${encodeURIComponent(value)}`))
    .join("&");
  // Both protocols require Content-MD5 for a removal of many keys. OSS's V4 signs it.
  const own: [string, string][] =
    key === "" ? [["content-md5", createHash("md5").update(body).digest("base64")]] : [];
  const headers = {
    ...Object.fromEntries([...own, ...(await sign(one, { ...made, path, headers: own }))]),
    "content-length": String(body.length),
  };
  return new Promise((resolve, reject) => {
    const url = `${one.url}${path}${search === "" ? "" : `?${search}`}`;
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        if (text.length < mebibyte) text += chunk.toString("latin1", 0, 4_096);
      });
      response.on("end", () => {
        const answer = { etag: response.headers.etag ?? "", text };
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`${url}: status ${response.statusCode}: ${text}`));
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function sign(
  { url, signing }: Candidate,
  { method, query = {}, path, headers }: CallToSign,
): Promise<readonly (readonly [string, string])[]> {
  if (signing === "S3") return signS3(method, path, new URL(url).host, query);
  const parameters = Object.entries(query).map(([name, value]) => ({ name, value }));
  return signHeaders(
    { method, resource: path, query: parameters, headers },
    { credentials, version: "V4", region: "cn-hangzhou", now: new Date() },
  );
}
