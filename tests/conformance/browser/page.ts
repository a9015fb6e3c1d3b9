// What runs inside the page: the client as a browser knows it. Reports to the store that served the
// page, so nothing crosses an origin.
import { CallbackFailedError, createClient, OssError } from "@ossicle/client";

/** What the page is told. */
export interface PageTask {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly signatureVersion: "V1" | "V4";
  readonly application: string;
  /** A presigned PUT with a callback. */
  readonly ticket: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** The object that takes the report. */
  readonly report: string;
}

/** One story's outcome; an empty text is a success. */
export type PageReport = Readonly<Record<string, string>>;

declare const task: PageTask;

const { bucket, region, accessKeyId, accessKeySecret, signatureVersion, application } = task;
const client = createClient({
  endpoint: location.origin,
  region,
  credentials: { accessKeyId, accessKeySecret },
  signatureVersion,
});
const callback = {
  url: `${application}/ok`,
  body: "object=${object}&v=${x:v}",
  variables: { "x:v": "é" },
};

function same(actual: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

async function caught(work: Promise<unknown>): Promise<Error | undefined> {
  return work.then(
    () => undefined,
    (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
  );
}

const read = async (key: string): Promise<string> =>
  (await client.getObject({ bucket, key })).text();

/** The stories, by name. */
const stories: Readonly<Record<string, () => Promise<void>>> = {
  "bodies of every kind": async () => {
    const bodies = {
      text: "é",
      bytes: new TextEncoder().encode("bytes"),
      blob: new Blob(["blob"], { type: "text/plain" }),
      file: new File(["file"], "a.txt"),
      stream: new Blob(["stream"]).stream(),
      generated: (async function* () {
        yield new TextEncoder().encode("gen");
        yield new TextEncoder().encode("erated");
      })(),
    };
    for (const [key, body] of Object.entries(bodies)) {
      await client.putObject({ bucket, key: `a b/${key}`, body });
      same(await read(`a b/${key}`), key === "text" ? "é" : key);
    }
  },
  "progress of a large body": async () => {
    const body = new Blob([new Uint8Array(3_000_000)]);
    const seen: [number, number | undefined][] = [];
    const { etag } = await client.putObject(
      { bucket, key: "large", body },
      { onProgress: (...one) => seen.push(one) },
    );
    same(etag.length, 32);
    same(seen.at(-1), [body.size, body.size]);
    same((await client.headObject({ bucket, key: "large" })).contentLength, body.size);
  },
  "an upload that is given up": async () => {
    const controller = new AbortController();
    const body = new Blob([new Uint8Array(50_000_000)]);
    const onProgress = (): void => controller.abort(new Error("enough"));
    const { signal } = controller;
    const cause = await caught(
      client.putObject({ bucket, key: "given-up", body }, { onProgress, signal }),
    );
    same(cause?.message, "enough");
    const missing = await caught(client.headObject({ bucket, key: "given-up" }));
    same(missing instanceof OssError && missing.code, "NoSuchKey");
  },
  "a stream that stands still and is given up": async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => void (cancelled = true),
    });
    const signal = AbortSignal.timeout(100);
    const cause = await caught(client.putObject({ bucket, key: "stands-still", body }, { signal }));
    same([cause?.name, cancelled], ["TimeoutError", true]);
  },
  "a callback that is answered": async () => {
    for (const onProgress of [undefined, () => undefined]) {
      const request = { bucket, key: "called", body: "x", callback };
      const result = await client.putObject(request, { onProgress });
      same(result.callback?.json(), { Status: "OK", received: "object=called&v=%C3%A9" });
    }
  },
  "a callback that fails": async () => {
    const failing = { ...callback, url: `${application}/fail` };
    const cause = await caught(
      client.putObject({ bucket, key: "kept", body: "x", callback: failing }),
    );
    same(cause instanceof CallbackFailedError && [cause.status, cause.stored], [203, true]);
    same(await read("kept"), "x");
  },
  "a callback that is refused": async () => {
    const refused = { ...callback, url: "ftp://example.com" };
    const cause = await caught(
      client.putObject({ bucket, key: "none", body: "x", callback: refused }),
    );
    same(cause !== undefined, true);
    const missing = await caught(client.headObject({ bucket, key: "none" }));
    same(missing instanceof OssError && [missing.code, missing.status], ["NoSuchKey", 404]);
  },
  "a range, a listing, and a deletion": async () => {
    await client.putObject({ bucket, key: "digits", body: "0123456789" });
    same(
      await (await client.getObject({ bucket, key: "digits", range: "bytes=2-4" })).text(),
      "234",
    );
    const { contents } = await client.listObjectsV2({ bucket, prefix: "dig" });
    same(
      contents.map(({ key, size }) => [key, size]),
      [["digits", 10]],
    );
    await client.deleteObject({ bucket, key: "digits" });
    same((await client.listObjectsV2({ bucket, prefix: "dig" })).contents.length, 0);
  },
  "a presigned URL": async () => {
    await client.putObject({ bucket, key: "signed", body: "for you" });
    const { url, headers } = await client.presignGetObject(
      { bucket, key: "signed" },
      { expiresSeconds: 60 },
    );
    same(await (await fetch(url, { headers })).text(), "for you");
  },
  "an upload ticket, with fetch alone": async () => {
    const { url, headers } = task.ticket;
    const response = await fetch(url, { method: "PUT", headers, body: "ticket" });
    same(
      [response.status, await response.json()],
      [200, { Status: "OK", received: "object=by-ticket" }],
    );
  },
};

const report: Record<string, string> = {};
for (const [name, story] of Object.entries(stories)) {
  const cause = await caught(story());
  report[name] = cause?.stack ?? "";
}
await client.putObject({ bucket, key: task.report, body: JSON.stringify(report) });
