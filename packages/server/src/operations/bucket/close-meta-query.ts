// CloseMetaQuery: removes the document.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Ends the search of a bucket's objects. */
export const closeMetaQuery: Handler<"closeMetaQuery"> = async ({ services, bucket }) => {
  await writeConfig(services, bucket, { name: "meta-query", value: undefined });
  return { output: {} };
};
