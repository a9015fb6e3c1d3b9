// OpenMetaQuery: stores since when the bucket can be searched. Queries read the records themselves,
// so nothing has to be indexed.
import { OssError } from "@ossicle/protocol";
import { readConfig, writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Lets the objects of a bucket be searched. */
export const openMetaQuery: Handler<"openMetaQuery"> = async ({ services, bucket }, { mode }) => {
  if ((await readConfig(services, bucket, "meta-query")) !== undefined) {
    throw new OssError("MetaQueryAlreadyExist", { BucketName: bucket.name });
  }
  if (mode === "semantic") {
    const message = "Queries by meaning (mode=semantic) are not implemented.";
    throw new OssError("NotImplemented", { Header: "mode" }, { message });
  }
  const value = { openedMs: services.clock() };
  await writeConfig(services, bucket, { name: "meta-query", value });
  return { output: {} };
};
