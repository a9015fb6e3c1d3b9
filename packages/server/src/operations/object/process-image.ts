// Image processing on GetObject: reads the source, renders it in another process, and answers with
// the result under the source's ETag (image processing documentation).
import { type GetObjectOutput, OssError, splitTarget } from "@ossicle/protocol";
import { authorize } from "../../access/authorize.ts";
import type { ImageJob, ImageResult, Logo } from "../../images/image-job.ts";
import { type ImageAction, invalid, parseActions } from "../../images/parse-process.ts";
import { decodeBase64Text } from "../../images/watermark-text.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { openSlice } from "../../objects/bytes/read-object.ts";
import type { Head } from "../../objects/records/head.ts";
import { findVersion } from "../../objects/versions/find-version.ts";
import type { BucketContext, Result } from "../handler.ts";
import { findReadable, type Readable } from "./readable-version.ts";
import { requireReadableBytes } from "./readable-bytes.ts";

/** Largest source in bytes (image processing limits: 20 MB). */
const maxSourceBytes = 20_971_520;

/** Most images of watermarks (image watermark documentation). */
const maxLogos = 3;

/** A request for a processed image. */
export interface ImageRequest {
  readonly readable: Readable;
  readonly process: string;
  /** The headers of the source. */
  readonly facts: GetObjectOutput;
  /** Headers that the request overrides. */
  readonly overrides: Partial<GetObjectOutput>;
}

/** Answers with a processed image. */
export async function processImage(
  context: BucketContext,
  { facts, overrides, ...request }: ImageRequest,
): Promise<Result<GetObjectOutput>> {
  const { bytes, contentType } = await renderImage(context, request);
  const output = { ...keptHeaders(facts), contentType, contentLength: bytes.length, ...overrides };
  return { output, body: bytes };
}

/** Renders an image. The caller has checked that the sender may read it. */
export async function renderImage(
  context: BucketContext,
  { readable, process }: Pick<ImageRequest, "readable" | "process">,
): Promise<ImageResult> {
  const { services, bucket } = context;
  const actions = parseActions(await actionsText(context, process));
  const logos = await findLogos(context, actions);
  const { version } = readable;
  const from = [version, ...logos.map((logo) => logo.version)].map(nameOf).join("/");
  const key = `${Buffer.from(bucket.id).toString("hex")}/${from}/${JSON.stringify(actions)}`;
  const { processes, cache } = services.images;
  // A result in the cache must not outlive its source's key.
  for (const { record } of [version, ...logos.map((logo) => logo.version)]) {
    if (record.encryption !== undefined) await services.encryptionKeys.of(record.encryption);
  }
  const prepare = async (): Promise<ImageJob> => ({
    source: await readWhole(context, version),
    actions,
    logos: Object.fromEntries(await Promise.all(logos.map((logo) => readLogo(context, logo)))),
  });
  return cache.get(key, () => processes.render(prepare));
}

// An append changes neither the id nor the order of a version.
function nameOf({ record }: Head): string {
  return [record.id, record.order, record.size, record.crc64].join("-");
}

// The headers of the source that hold for the image too.
function keptHeaders(facts: GetObjectOutput): GetObjectOutput {
  const { hashCrc64: _crc, contentMd5: _md5, acceptRanges: _ranges, ...rest } = facts;
  const { contentEncoding: _encoding, nextAppendPosition: _position, ...kept } = rest;
  return kept;
}

// `image/ACTIONS`, or the content of `style/NAME`.
async function actionsText({ services, bucket }: BucketContext, process: string): Promise<string> {
  const [, name] = /^style\/(.+)$/.exec(process) ?? [];
  let text = process;
  if (name !== undefined) {
    const style = await readConfig(services, bucket, `style/${name}`);
    if (style === undefined) throw new OssError("NoSuchStyle", { StyleName: name });
    text = style.content;
  }
  if (!text.startsWith("image/")) throw invalid("x-oss-process", text, "213");
  return text.slice("image/".length);
}

interface FoundLogo {
  /** The value of the parameter `image`. */
  readonly name: string;
  readonly version: Head;
  readonly actions: readonly ImageAction[];
}

// The images of watermarks are objects of the same bucket. The reader needs access to them too.
async function findLogos(
  context: BucketContext,
  actions: readonly ImageAction[],
): Promise<readonly FoundLogo[]> {
  const names = actions.flatMap(({ name, parameters }) =>
    name === "watermark" && parameters["image"] !== undefined ? [parameters["image"]] : [],
  );
  const unique = [...new Set(names)];
  if (unique.length > maxLogos) throw invalid("watermark", "", "278");
  const logos = await Promise.all(unique.map((name) => findLogo(context, name)));
  const bytes = logos.reduce((sum, { version }) => sum + version.record.size, 0);
  if (bytes > maxSourceBytes) throw new OssError("ImageTooLarge");
  return logos;
}

async function findLogo(context: BucketContext, name: string): Promise<FoundLogo> {
  const { services, bucket, identity } = context;
  const [key, query = ""] = splitTarget(decodeBase64Text(name));
  const process = /^x-oss-process=image\/(.+)$/.exec(query)?.[1];
  const found = await findVersion(services, { bucket: bucket.name, key });
  authorize(identity, { operation: "getObject", bucket: bucket.name, key }, { found });
  const { head, version: named } = found;
  if (named === undefined || named.record.deleteMarker === true) {
    throw new OssError("NoSuchKey", { Key: key }, { ec: "0040-00000025" });
  }
  const ofLogo = { ...context, found, head, version: named };
  const readable = await findReadable(ofLogo, { key });
  requireReadableBytes(ofLogo, readable);
  const { version } = readable;
  const actions = process === undefined ? [] : parseActions(process);
  if (actions.some(({ name: one }) => one === "watermark")) throw invalid("image", name, "373");
  if (actions.some(({ name: one }) => one === "info")) throw invalid("image", name, "374");
  return { name, version, actions };
}

async function readLogo(
  context: BucketContext,
  { name, version, actions }: FoundLogo,
): Promise<readonly [string, Logo]> {
  return [name, { bytes: await readWhole(context, version), actions }];
}

async function readWhole({ services }: BucketContext, version: Head): Promise<Uint8Array> {
  const { size } = version.record;
  if (size > maxSourceBytes) throw new OssError("ImageTooLarge");
  const bytes = await openSlice(services, version, { offset: 0, length: size });
  if (bytes instanceof Uint8Array) return bytes;
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk)); // the chunk is used again
  return Buffer.concat(chunks, size);
}
