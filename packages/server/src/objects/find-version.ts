// Finds the version of a key that a request means: the current one, or one by its id.
import type { Services } from "../services.ts";
import { decodeHead, type Head, lookUp, type LookedUp, type Spared } from "./look-up.ts";
import { type VersionPlace, versionKey } from "./object-keys.ts";
import { nullVersionId, parseVersionId } from "./version-id.ts";

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
  /** The head, unless an id was given. */
  readonly version: Head | undefined;
}

/** Which version of which key. */
export interface WantedVersion {
  readonly bucket: string;
  readonly key: string | undefined;
  /** The current one when absent. */
  readonly versionId?: string | undefined;
}

/** Most looks at a key whose versions move meanwhile. */
const maxLooks = 8;

/** Reads a bucket, a key's head, and the version of an id. */
export async function findVersion(
  services: Pick<Services, "metadata" | "hints">,
  { bucket: name, key, versionId }: WantedVersion,
  spare: Spared = {},
): Promise<FoundVersion> {
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const found = await lookUp(services, name, key, spare);
    const { bucket, head } = found;
    if (versionId === undefined) return { ...found, version: head };
    if (bucket === undefined || head === undefined || key === undefined)
      return { ...found, version: undefined };
    const place = findPlace(head, versionId);
    if (place === "current") return { ...found, version: head };
    if (place === undefined) return { ...found, version: undefined };
    const sparePayloads = spare.payload === true;
    const [entry] = await services.metadata.getMany([versionKey(bucket.id, key, place)], {
      sparePayloads,
    });
    if (entry !== undefined) return { ...found, version: decodeHead(entry, sparePayloads) };
    // Not there, or moved between the two reads: then the head is another one.
    const again = await lookUp(services, name, key, spare);
    if (again.head?.version === head.version) return { ...again, version: undefined };
  }
  throw new Error(`the versions of a key in ${name} keep changing`);
}
