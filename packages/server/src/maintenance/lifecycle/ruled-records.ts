// Reads the records of a bucket that lifecycle rules may concern, part by part.
import type { LifecycleRule } from "@ossicle/protocol";
import { type MetadataStore, prefixEnd } from "@ossicle/store";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import type { ListedKind } from "../../objects/listing/listing-range.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";

/** Records that are judged in one part, unless one key has more versions. */
const partRows = 200;

/** What rules are applied to. */
export interface RuledBucket {
  readonly bucket: Bucket;
  readonly rules: readonly LifecycleRule[];
  readonly nowMs: number;
  /** Called for a record or a change that fails; the others go on. */
  readonly onFailure: (cause: unknown) => void;
}

/** How many records a part had, and where the next one begins. */
export interface VisitedRecords {
  readonly judged: number;
  /** Undefined at the end of the pass. */
  readonly next: Uint8Array | undefined;
}

/** Which records are read. */
export interface RecordsToRead extends Pick<RuledBucket, "bucket" | "rules" | "onFailure"> {
  readonly kind: ListedKind;
  readonly from: Uint8Array | undefined;
}

/** Visits the records of keys that a rule may concern. A part ends between two keys. */
export async function eachRecord(
  metadata: MetadataStore,
  { kind, bucket, rules, from, onFailure }: RecordsToRead,
  visit: (entry: {
    readonly key: Uint8Array;
    readonly value: Uint8Array;
    readonly version: number;
  }) => void,
): Promise<VisitedRecords> {
  let judged = 0;
  let last: string | undefined;
  for (const { from: begin, to } of rangesOf(kind, bucket, rules)) {
    if (from !== undefined && Buffer.compare(from, to) >= 0) continue;
    const start = from !== undefined && Buffer.compare(from, begin) > 0 ? from : begin;
    for await (const entry of entriesOf(metadata, { from: start, to, pageRows: partRows })) {
      const key = kind.partOf(entry.key, 1);
      if (judged >= partRows && key !== last) return { judged, next: entry.key };
      try {
        visit(entry);
      } catch (cause) {
        onFailure(cause); // a damaged record: `ossicle verify` names it
      }
      judged += 1;
      last = key;
    }
  }
  return { judged, next: undefined };
}

// The ranges of the rules' prefixes, without those that lie in another one.
function rangesOf(
  kind: ListedKind,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
): readonly { readonly from: Uint8Array; readonly to: Uint8Array }[] {
  const prefixes = rules.filter(({ status }) => status === "Enabled").map(({ prefix }) => prefix);
  const outer = [...new Set(prefixes)].filter(
    (prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)),
  );
  return outer
    .map((prefix) => {
      const from = kind.beginning(bucket.id, prefix);
      return { from, to: prefixEnd(from) ?? from };
    })
    .toSorted((one, other) => Buffer.compare(one.from, other.from));
}
