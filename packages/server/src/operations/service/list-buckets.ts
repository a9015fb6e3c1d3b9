// ListBuckets: the account's buckets by name.
import type { ListedBucket } from "@ossicle/protocol";
import { bucketKey, kindRange } from "../../objects/keys.ts";
import { type BucketRecord, decodeRecord } from "../../objects/records.ts";
import { checkListArguments } from "../bucket/list-arguments.ts";
import type { Handler } from "../handler.ts";

/** Buckets on a page when `max-keys` is absent (OSS documentation, GetService). */
const defaultMaxBuckets = 100;

/** Lists buckets. */
export const listBuckets: Handler<"listBuckets"> = async ({ services, endpoint }, input) => {
  const { prefix = "", marker = "", maxKeys = defaultMaxBuckets } = input;
  checkListArguments({ prefix, marker, delimiter: "" });
  const location = `oss-${services.region}`;
  const after =
    marker >= prefix ? Buffer.concat([bucketKey(marker), Buffer.of(0)]) : bucketKey(prefix);
  const to =
    prefix === "" ? kindRange("b").to : Buffer.concat([bucketKey(prefix), Buffer.of(0xff)]);
  const from = marker === "" ? bucketKey(prefix) : after;
  const page =
    Buffer.compare(from, to) < 0
      ? await services.metadata.scan({ from, to, limit: maxKeys })
      : { rows: [] };
  const bucket: ListedBucket[] = [];
  for (const row of page.rows) {
    if (!("entry" in row)) continue;
    const record = decodeRecord<BucketRecord>(row.entry.value);
    bucket.push({
      creationDate: new Date(record.createdMs),
      extranetEndpoint: endpoint,
      intranetEndpoint: endpoint,
      location,
      name: Buffer.from(row.entry.key.subarray(1)).toString(),
      region: services.region,
      storageClass: record.storageClass,
    });
  }
  const last = bucket.at(-1)?.name;
  const isTruncated = page.next !== undefined;
  return {
    output: {
      prefix,
      marker,
      maxKeys,
      isTruncated,
      ...(isTruncated && last !== undefined ? { nextMarker: last } : {}),
      owner: services.accounts.owner,
      buckets: { bucket },
    },
  };
};
