// A disk that is full in spite of the store's reserve: the system lets no file grow beyond a few
// MiB. The store refuses writes, keeps running, and still serves reads. When there is room again,
// no acknowledged object is missing.
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, OssError } from "@ossicle/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveFolder, type Served, servedCredentials } from "../serve.ts";

const bucket = "full";
// POSIX counts blocks of 512 bytes, some shells of 1,024: 6 or 12 MiB.
const launcher = ["sh", "-c", 'ulimit -f 12288; exec "$0" "$@"'];
const small = Buffer.alloc(20_000, "s");
const etagOfSmall = createHash("md5").update(small).digest("hex").toUpperCase();
const large = Buffer.alloc(20 * 1_048_576, "l");

let data: string;
let served: Served | undefined;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-full-"));
});
afterEach(async () => {
  await stop();
  await rm(data, { recursive: true, force: true });
});

async function stop(): Promise<string | undefined> {
  served?.child.kill("SIGTERM");
  const how = await served?.exited;
  served = undefined;
  return how;
}

async function serve(options: Parameters<typeof serveFolder>[2], workers: string): Promise<Client> {
  served = await serveFolder(data, ["--workers", workers], options);
  return createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
    attempts: 1,
  });
}

/** The outcome of an upload: "stored", or the store's error. */
async function outcome(work: Promise<unknown>): Promise<"stored" | OssError> {
  try {
    await work;
    return "stored";
  } catch (cause) {
    if (cause instanceof OssError) return cause;
    throw cause;
  }
}

const keyOf = (index: number): string => `small/${index}`;

test.each(["1", "2"])(
  "a full disk fails uploads to %s worker(s), and no acknowledged object is lost",
  async (workers) => {
    const limited = await serve({ launcher }, workers);
    await limited.putBucket({ bucket });
    // A large body goes into a file of its own.
    const refusedLarge = await outcome(limited.putObject({ bucket, key: "large", body: large }));
    expect(refusedLarge).toMatchObject({ status: expect.toSatisfy((status) => status >= 500) });

    // Small bodies go into the database, until it is full. 64 uploads run at a time, so that whole
    // groups of commits fail.
    const stored: number[] = [];
    const refused: OssError[] = [];
    for (let from = 0; from < 1_600 && refused.length < 128; from += 64) {
      await Promise.all(
        Array.from({ length: 64 }, async (_, at) => {
          const index = from + at;
          const what = await outcome(limited.putObject({ bucket, key: keyOf(index), body: small }));
          if (what === "stored") stored.push(index);
          else refused.push(what);
        }),
      );
    }
    expect(stored.length).toBeGreaterThan(100);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, code } of refused) {
      expect([status, code]).toEqual([503, "ServiceUnavailable"]);
    }

    // Reads go on in the process that has just failed to write.
    const first = stored[0] ?? 0;
    const kept = await limited.getObject({ bucket, key: keyOf(first) });
    expect(await kept.text()).toBe(small.toString());
    expect(await stop()).toBe("0");

    const free = await serve({}, workers);
    for (const index of stored) {
      const { contentLength, etag } = await free.headObject({ bucket, key: keyOf(index) });
      expect([contentLength, etag]).toEqual([small.length, etagOfSmall]);
    }
    expect(await outcome(free.putObject({ bucket, key: "large", body: large }))).toBe("stored");
    const { keys } = await everything(free);
    for (const key of keys.filter((one) => one.startsWith("small/"))) {
      expect((await free.headObject({ bucket, key })).contentLength).toBe(small.length);
    }
  },
  120_000,
);

async function everything(client: Client): Promise<{ readonly keys: readonly string[] }> {
  const keys: string[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await client.listObjectsV2({
      bucket,
      maxKeys: 1_000,
      ...(continuationToken === undefined ? {} : { continuationToken }),
    });
    keys.push(...page.contents.map(({ key }) => key));
    continuationToken = page.nextContinuationToken;
  } while (continuationToken !== undefined);
  return { keys };
}
