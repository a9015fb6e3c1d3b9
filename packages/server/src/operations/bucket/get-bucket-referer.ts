// GetBucketReferer: returns the stored document, or the default.
import type { RefererConfiguration } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** What a bucket without a document answers: everything is let in. */
const byDefault: RefererConfiguration = {
  allowEmptyReferer: true,
  allowTruncateQueryString: true,
  truncatePath: false,
  refererList: { referer: [] },
};

/** Reads which pages may link to a bucket's objects. */
export const getBucketReferer: Handler<"getBucketReferer"> = async ({ services, bucket }) => {
  const found = await readConfig(services, bucket, "referer");
  return { output: { ...byDefault, ...found } };
};
