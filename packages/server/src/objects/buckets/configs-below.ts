// The documents of a bucket whose names have a prefix: its inventories, its styles.
import { prefixEnd } from "@ossicle/store";
import type { BucketConfigs } from "../records/bucket-configs.ts";
import { entriesOf } from "../records/entries-of.ts";
import { configRecords } from "../records/key-space.ts";
import type { StorageServices } from "../records/storage-services.ts";
import type { Bucket } from "./bucket.ts";

/** Beginnings of names behind which the requester chooses the rest. */
export type ConfigPrefix = "inventory/" | "style/";

type Below<Prefix extends ConfigPrefix> = BucketConfigs[`${Prefix}${string}`];

/** Reads the documents, with what follows the prefix, in the order of their names' bytes. */
export async function* configsBelow<Prefix extends ConfigPrefix>(
  { metadata }: Pick<StorageServices, "metadata">,
  { id }: Pick<Bucket, "id">,
  prefix: Prefix,
): AsyncGenerator<readonly [rest: string, config: Below<Prefix>]> {
  const from = configRecords.beginning(id, prefix);
  for await (const { key, value } of entriesOf(metadata, { from, to: prefixEnd(from) ?? from })) {
    const rest = configRecords.partsOf(key)[1].slice(prefix.length);
    yield [rest, configRecords.decode(`${prefix}${rest}`, value)];
  }
}
