// Runs inside the page, with the client as a browser loads it. The report goes to the store that
// served the page, so no request of the page crosses an origin.
import { CallbackFailedError, createClient, OssError } from "@ossicle/client";

/** What the test passes to the page. */
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

/** Outcomes by story. An empty text is a success, any other text is the error. */
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
  "sends bodies of every kind": async () => {
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
  "reports the progress of a large body": async () => {
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
  "stores nothing when an upload is aborted": async () => {
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
  "cancels a stalled body stream when the upload times out": async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => void (cancelled = true),
    });
    const signal = AbortSignal.timeout(100);
    const cause = await caught(client.putObject({ bucket, key: "stands-still", body }, { signal }));
    same([cause?.name, cancelled], ["TimeoutError", true]);
  },
  "returns the application's answer to a callback": async () => {
    for (const onProgress of [undefined, () => undefined]) {
      const request = { bucket, key: "called", body: "x", callback };
      const result = await client.putObject(request, { onProgress });
      same(result.callback?.json(), { Status: "OK", received: "object=called&v=%C3%A9" });
    }
  },
  "reports a failed callback and leaves the object stored": async () => {
    const failing = { ...callback, url: `${application}/fail` };
    const cause = await caught(
      client.putObject({ bucket, key: "kept", body: "x", callback: failing }),
    );
    same(cause instanceof CallbackFailedError && [cause.status, cause.stored], [203, true]);
    same(await read("kept"), "x");
  },
  "stores nothing when callback parameters are refused": async () => {
    const refused = { ...callback, url: "ftp://example.com" };
    const cause = await caught(
      client.putObject({ bucket, key: "none", body: "x", callback: refused }),
    );
    same(cause !== undefined, true);
    const missing = await caught(client.headObject({ bucket, key: "none" }));
    same(missing instanceof OssError && [missing.code, missing.status], ["NoSuchKey", 404]);
  },
  "reads a range, lists objects and deletes one": async () => {
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
  "presigns a URL that fetch can read": async () => {
    await client.putObject({ bucket, key: "signed", body: "for you" });
    const { url, headers } = await client.presignGetObject(
      { bucket, key: "signed" },
      { expiresSeconds: 60 },
    );
    same(await (await fetch(url, { headers })).text(), "for you");
  },
  "uploads by a ticket with fetch alone": async () => {
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
