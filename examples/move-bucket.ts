// Copies the objects of a bucket to another store: from Alibaba Cloud OSS to Ossicle, or back. A
// second run copies only what differs, so run it while users work, and once more when they have
// stopped. It copies the newest versions, with their types and metadata, and no settings.
//
//     FROM_ENDPOINT=https://oss-cn-hangzhou.aliyuncs.com FROM_KEY_ID=… FROM_KEY_SECRET=… \
//     TO_ENDPOINT=http://127.0.0.1:9650 TO_KEY_ID=… TO_KEY_SECRET=… \
//     npx tsx examples/move-bucket.ts examplebucket
import { type Client, createClient } from "@ossicle/client";

const env = process.env;

function clientOf(side: "FROM" | "TO"): Client {
  const endpoint = env[`${side}_ENDPOINT`] ?? "";
  return createClient({
    endpoint,
    region: env[`${side}_REGION`] ?? regionOf(endpoint),
    credentials: {
      accessKeyId: env[`${side}_KEY_ID`] ?? "",
      accessKeySecret: env[`${side}_KEY_SECRET`] ?? "",
    },
  });
}

/** The region in an address of OSS. Ossicle's own is cn-hangzhou, unless it was set. */
function regionOf(endpoint: string): string {
  const name = /oss-([a-z0-9-]+)\./.exec(endpoint)?.[1] ?? "cn-hangzhou";
  return name.replace(/-internal$/, "");
}

/** Bytes that are copied at a time; a larger object is copied in parts. */
const partBytes = 67_108_864;

interface About {
  readonly bucket: string;
  readonly key: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Copies an object. Returns the CRC-64 of what was stored. */
async function copy(about: About, size: number): Promise<string | undefined> {
  const { bucket, key } = about;
  if (size <= partBytes) {
    const { bytes } = await from.getObject({ bucket, key });
    return (await to.putObject({ ...about, body: await bytes() })).hashCrc64;
  }
  const { uploadId } = await to.initiateMultipartUpload(about);
  const parts: { partNumber: number; etag: string }[] = [];
  for (let start = 0; start < size; start += partBytes) {
    const range = `bytes=${start}-${Math.min(start + partBytes, size) - 1}`;
    const { bytes } = await from.getObject({ bucket, key, range });
    const partNumber = parts.length + 1;
    const body = await bytes();
    const { etag } = await to.uploadPart({ bucket, key, uploadId, partNumber, body });
    parts.push({ partNumber, etag });
  }
  return (await to.completeMultipartUpload({ bucket, key, uploadId, parts })).hashCrc64;
}

const [bucket = ""] = process.argv.slice(2);
const [from, to] = [clientOf("FROM"), clientOf("TO")];
await to.putBucket({ bucket });
let [copied, kept] = [0, 0];
for await (const { key, size } of from.allObjects({ bucket })) {
  const source = await from.headObject({ bucket, key });
  const target = await to.headObject({ bucket, key }).catch(() => undefined);
  // The CRC-64 covers every byte, also where the ETag is that of an upload in parts.
  if (target !== undefined && target.hashCrc64 === source.hashCrc64) {
    kept += 1;
    continue;
  }
  const { contentType, metadata } = source;
  const about = { bucket, key, ...(contentType && { contentType }), ...(metadata && { metadata }) };
  const hashCrc64 = await copy(about, size);
  if (hashCrc64 !== source.hashCrc64) throw new Error(`${key} has changed on its way`);
  copied += 1;
}
process.stdout.write(`${copied} copied, ${kept} were there\n`);
