// ListBuckets: the account's buckets by name, all of them or those with certain tags.
import { justBehind } from "../../objects/listing/listing-range.ts";
import { type ListedBucket, OssError, shownValue, type Tag } from "@ossicle/protocol";
import type { Page } from "@ossicle/store";
import { defaultResourceGroup } from "../bucket/resource-group.ts";
import { checkListArguments } from "../bucket/list-arguments.ts";
import { callerOf } from "../caller-of.ts";
import type { Handler, ServiceContext } from "../handler.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { bucketRecords } from "../../objects/records/key-space.ts";
import type { BucketRecord } from "../../objects/records/records.ts";

/** Buckets on a page when `max-keys` is absent (OSS documentation, GetService). */
const defaultMaxBuckets = 100;

/** Buckets that are read at a time: those of other accounts are among them. */
const scannedRows = 200;

type ListBucketsInput = Parameters<Handler<"listBuckets">>[1];

/** Lists buckets. */
export const listBuckets: Handler<"listBuckets"> = async (context, input) => {
  const { services, identity } = context;
  const account = callerOf(identity);
  const { prefix = "", marker = "", maxKeys = defaultMaxBuckets } = input;
  checkListArguments({ prefix, marker, delimiter: "" });
  checkPrefix(prefix);
  const wanted: Wanted = { tags: wantedTags(input), group: input.resourceGroupId };
  const { to } = bucketRecords.range(prefix);
  let from: Uint8Array | undefined = startOf(prefix, marker);
  const found: ListedBucket[] = [];
  // One more than a page decides whether the page is the last one.
  while (from !== undefined && Buffer.compare(from, to) < 0 && found.length <= maxKeys) {
    const page: Page = await services.metadata.scan({ from, to, limit: scannedRows });
    for (const row of page.rows) {
      if (!("entry" in row) || found.length > maxKeys) continue;
      const [name] = bucketRecords.partsOf(row.entry.key);
      const record = bucketRecords.decode(row.entry.value);
      if (record.owner !== account.id) continue;
      const listed = await listBucket(context, { name, record, wanted });
      if (listed !== undefined) found.push(listed);
    }
    from = page.next;
  }
  const bucket = found.slice(0, maxKeys);
  const last = bucket.at(-1)?.name;
  const isTruncated = found.length > maxKeys;
  return {
    output: {
      prefix,
      marker,
      maxKeys,
      isTruncated,
      ...(isTruncated && last !== undefined ? { nextMarker: last } : {}),
      owner: account,
      buckets: { bucket },
    },
  };
};

// A prefix that can begin no bucket's name is refused (integration tests of oss2 and the Go SDK).
function checkPrefix(prefix: string): void {
  if (prefix === "" || /^[a-z0-9][a-z0-9-]{0,62}$/.test(prefix)) return;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: "prefix", ArgumentValue: prefix },
    { message: "No bucket's name can begin with this prefix." },
  );
}

function startOf(prefix: string, marker: string): Buffer {
  if (marker === "" || marker < prefix) return bucketRecords.key(prefix);
  return justBehind(bucketRecords.key(marker));
}

interface FoundBucket {
  readonly name: string;
  readonly record: BucketRecord;
  readonly wanted: Wanted;
}

/** The filters that a bucket must match; undefined for a filter that the request does not name. */
interface Wanted {
  readonly tags: readonly Partial<Tag>[] | undefined;
  readonly group: string | undefined;
}

async function listBucket(
  { services, endpoint }: ServiceContext,
  { name, record, wanted }: FoundBucket,
): Promise<ListedBucket | undefined> {
  const id = Buffer.from(record.id, "hex");
  const { tags, group } = wanted;
  if (group !== undefined) {
    const { resourceGroupId } = (await readConfig(services, { id }, "resource-group")) ?? {
      resourceGroupId: defaultResourceGroup,
    };
    if (resourceGroupId !== group) return undefined;
  }
  const tagSet = (tags && (await readConfig(services, { id }, "tags"))) ?? { tags: [] };
  const fits = tags?.every(({ key, value }) =>
    tagSet.tags.some((tag) => tag.key === key && (value === undefined || tag.value === value)),
  );
  if (fits === false) return undefined;
  return {
    creationDate: new Date(record.createdMs),
    extranetEndpoint: endpoint,
    intranetEndpoint: endpoint,
    location: `oss-${services.region}`,
    name,
    region: services.region,
    ...(group === undefined ? {} : { resourceGroupId: group }),
    storageClass: record.storageClass,
    ...(tags === undefined ? {} : { tagging: { tagSet } }),
  };
}

function wantedTags({
  tagKey,
  tagValue,
  tagging,
}: ListBucketsInput): readonly Partial<Tag>[] | undefined {
  if (tagging !== undefined && tagging !== "") return readTags(tagging);
  if (tagKey === undefined) {
    if (tagValue === undefined) return undefined;
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "tag-value", ArgumentValue: tagValue },
      { message: "The parameter tag-value requires the parameter tag-key." },
    );
  }
  return [tagValue === undefined ? { key: tagKey } : { key: tagKey, value: tagValue }];
}

// `"name":"value","name":"value"`: the inside of a JSON object.
function readTags(text: string): readonly Tag[] {
  try {
    const tags = Object.entries(JSON.parse(`{${text}}`) as Readonly<Record<string, unknown>>);
    return tags.map(([key, value]) => ({ key, value: String(value) }));
  } catch (cause) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "tagging", ArgumentValue: shownValue(text) },
      { cause },
    );
  }
}
