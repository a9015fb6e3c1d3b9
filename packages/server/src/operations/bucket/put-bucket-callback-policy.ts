// PutBucketCallbackPolicy: checks the callbacks, and stores them.
import { OssError, parseCallback } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";

/**
 * Most stored callbacks of a bucket. OSS documents no limit; each may have 10 KB, and a record 32
 * KiB.
 */
const maxItems = 20;

/**
 * Longest stored form of all items together, in bytes. The bound is below the record's own, so that
 * the error names the items. OSS documents no limit.
 */
const maxBytes = 30_720;

/** Stores a bucket's callbacks. */
export const putBucketCallbackPolicy: Handler<"putBucketCallbackPolicy"> = async (
  { services, bucket },
  { items },
) => {
  const names = new Set(items.map(({ policyName }) => policyName));
  const whole = items.every(
    ({ policyName, callback }) => policyName !== undefined && callback !== undefined,
  );
  if (!whole || names.size < items.length || items.length > maxItems) {
    throw malformedDocument(
      `There may be at most ${maxItems} items, each with its own PolicyName and a Callback.`,
    );
  }
  for (const { callback, callbackVar } of items) {
    parseCallback({ callback, callbackVar: callbackVar === "" ? undefined : callbackVar });
  }
  if (Buffer.byteLength(JSON.stringify(items)) > maxBytes) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "PolicyItem", ArgumentValue: String(items.length) },
      { message: `The stored callbacks together must not exceed ${maxBytes} bytes.` },
    );
  }
  await writeConfig(services, bucket, { name: "callback-policy", value: { items } });
  return { output: {} };
};
