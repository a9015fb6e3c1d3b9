// Finds the version of a key that a request means: the current one, or one by its id.
import type { Bucket } from "../buckets/bucket.ts";
import { lookUp, type LookedUp, type LookUpPart, type LookUpServices } from "../buckets/look-up.ts";
import { decodeHead, type Head } from "../records/head.ts";
import { findHidden } from "./reveal-object.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { type VersionPlace, versionRecords } from "../records/key-space.ts";
import { nullVersionId, parseVersionId } from "../records/version-id.ts";
import { asSeen } from "./hide-object.ts";

/** Where a version must be, by the key's head: current, among the noncurrent ones, or nowhere. */
export function findPlace(
  { record }: Pick<Head, "record">,
  versionId: string,
): "current" | VersionPlace | undefined {
  if (versionId === nullVersionId) {
    if (record.versioned !== true) return "current";
    return record.nullPlace === undefined ? undefined : Buffer.from(record.nullPlace, "hex");
  }
  const parsed = parseVersionId(versionId);
  if (parsed === undefined) return undefined;
  const isHead =
    record.versioned === true && record.order === parsed.order && record.id === parsed.id;
  return isHead ? "current" : parsed.place;
}

/** What a look-up found, with the version that is meant. */
export interface FoundVersion extends LookedUp {
  /**
   * The requested version, or the head when no version id was given; undefined when it does not
   * exist.
   */
  readonly version: Head | undefined;
}

/** Which version of which key. */
export interface WantedVersion {
  readonly bucket: string;
  readonly key: string | undefined;
  /** The current one when absent. */
  readonly versionId?: string | undefined;
}

/** Most times that a key is read while other writers change its versions. */
const maxLooks = 8;

/**
 * What a request may read. With `hidden`, a delivery's id names the hidden version, so that the
 * application can read it before it answers.
 */
export type FindPart = LookUpPart | "hidden";

/** Reads a bucket, a key's head, and the version of an id. */
export async function findVersion(
  services: LookUpServices,
  { bucket: name, key, versionId }: WantedVersion,
  include: readonly FindPart[] = ["access", "payload"],
): Promise<FoundVersion> {
  const parts = include.filter((part) => part !== "hidden");
  const payloads = include.includes("payload");
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const found = await lookUp(services, name, key, parts);
    const { bucket, head } = found;
    if (versionId === undefined) return { ...found, version: head };
    if (include.includes("hidden") && bucket !== undefined && isDeliveryId(versionId)) {
      return { ...found, version: await hiddenVersion(services, { bucket, key, versionId }) };
    }
    if (bucket === undefined || head === undefined || key === undefined)
      return { ...found, version: undefined };
    const place = findPlace(head, versionId);
    if (place === "current") return { ...found, version: head };
    if (place === undefined) return { ...found, version: undefined };
    const [entry] = await services.metadata.getMany([versionRecords.key(bucket.id, key, place)], {
      payloads,
    });
    if (entry !== undefined)
      return { ...found, version: decodeHead(entry, payloads, versionRecords) };
    // The version does not exist, or was moved between the two reads. Every move changes the head.
    const again = await lookUp(services, name, key, parts);
    if (again.head?.version === head.version) return { ...again, version: undefined };
  }
  throw new Error(`the versions of a key in ${name} keep changing`);
}

function isDeliveryId(versionId: string): boolean {
  return /^[0-9A-F]{24}$/.test(versionId);
}

async function hiddenVersion(
  services: Pick<StorageServices, "metadata">,
  wanted: { readonly bucket: Bucket; readonly key: string | undefined; readonly versionId: string },
): Promise<Head | undefined> {
  const { bucket, key, versionId } = wanted;
  const found = await findHidden(services, {
    bucketName: bucket.name,
    bucketId: bucket.id,
    deliveryId: Buffer.from(versionId, "hex"),
  });
  if (found === undefined || found.record.key !== key) return undefined;
  const { entry, record } = found;
  return { version: entry.version, record: asSeen(record), payload: entry.payload };
}
