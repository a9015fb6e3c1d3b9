// ListLiveChannel: returns an empty list, because Ossicle has no live channels. oss2 lists them
// before it deletes a bucket.
import { flag, integer, text } from "../../codec.ts";
import { bucketName, element, type Operation, query } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What ListLiveChannel takes. */
export interface ListLiveChannelInput {
  readonly bucket: string;
  readonly prefix?: string;
  readonly marker?: string;
  /** 1 to 1,000, 100 when absent. */
  readonly maxKeys?: number;
}

/** What ListLiveChannel answers: no channel, ever. */
export interface ListLiveChannelOutput {
  readonly prefix: string;
  readonly marker: string;
  readonly maxKeys: number;
  readonly isTruncated: boolean;
}

/** Lists live channels. */
export const listLiveChannel: Operation<ListLiveChannelInput, ListLiveChannelOutput> = {
  name: "ListLiveChannel",
  method: "GET",
  level: "bucket",
  selectors: ["live"],
  access: "owner",
  action: "ListLiveChannel",
  idempotent: true,
  reads: "nothing",
  outputRoot: "ListLiveChannelResult",
  outputRequired: true,
  input: {
    bucket: bucketName(),
    prefix: query("prefix", text),
    marker: query("marker", text),
    maxKeys: query("max-keys", integer(1, 1_000)),
  },
  output: {
    prefix: element("Prefix", leaf(text)),
    marker: element("Marker", leaf(text)),
    maxKeys: element("MaxKeys", leaf(integer())),
    isTruncated: element("IsTruncated", leaf(flag)),
  },
};
