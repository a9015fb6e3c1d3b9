// `imageInfo.*`: width, height and format of an uploaded image. They are read from a bounded number
// of its first bytes, before the commit.
import { Readable } from "node:stream";
import type probe from "probe-image-size";
import { errorCode } from "@ossicle/store";
import { openSlice, type ReadingServices } from "../objects/bytes/read-object.ts";
import type {
  EncryptionRecord,
  Extent,
  ManifestExtent,
  ManifestRecord,
} from "../objects/records/records.ts";

/** Size and format of an image. */
export interface ImageInfo {
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** The bytes of an upload: in memory, in blobs, or in both. */
export interface ImageBytes {
  readonly size: number;
  /** As the object's record holds it. */
  readonly payload?: Uint8Array | undefined;
  readonly extents?: readonly (Extent | ManifestExtent)[] | undefined;
  /** The manifest that lists the extents, when the object has one. */
  readonly manifest?: ManifestRecord | undefined;
  readonly encryption?: EncryptionRecord | undefined;
}

/** Formats of OSS (EC 0007-00000302). */
const formats: ReadonlySet<string> = new Set(["jpg", "png", "bmp", "gif", "webp", "tiff", "heic"]);

/**
 * Most bytes read to find an image's size; headers that are longer count as no image. OSS documents
 * no limit.
 */
export const maxImageHeadBytes = 4_194_304;

/**
 * Reads the size of an image; undefined for bytes of no such format. Throws when they
 * cannot be read.
 */
export async function readImageInfo(
  services: ReadingServices,
  body: ImageBytes,
): Promise<ImageInfo | undefined> {
  const { default: library } = await import("probe-image-size"); // lazy: few uploads need it
  const found =
    body.payload === undefined || body.manifest !== undefined || body.encryption !== undefined
      ? await probeBlob(services, body, library)
      : (library.sync(Buffer.from(body.payload)) ?? undefined);
  if (found === undefined || !formats.has(found.type)) return undefined;
  return { width: found.width, height: found.height, format: found.type };
}

async function probeBlob(
  services: ReadingServices,
  body: ImageBytes,
  library: typeof probe,
): Promise<probe.ProbeResult | undefined> {
  const length = Math.min(body.size, maxImageHeadBytes);
  const { extents, size, manifest, payload, encryption } = body;
  const { blobs, metadata, encryptionKeys } = services;
  const bytes = await openSlice(
    { blobs, metadata, encryptionKeys },
    { record: { extents, size, manifest, encryption }, payload },
    { offset: 0, length },
  );
  const stream = Readable.from(bytes instanceof Uint8Array ? [bytes] : bytes);
  try {
    return await library(stream);
  } catch (cause) {
    // The library marks errors about the content, such as "unrecognized file format", with
    // ECONTENT. Any other error means that the blob cannot be read, which is a fault.
    if (errorCode(cause) === "ECONTENT") return undefined;
    throw cause;
  } finally {
    stream.destroy();
  }
}
