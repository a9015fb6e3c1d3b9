// GetMetaQueryStatus: the state that OSS would report by now.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/**
 * How long the state is `Ready`, in milliseconds. Suites expect `Ready` right after the bucket was
 * opened, and wait for `Running`.
 */
const readyMs = 3_000;

/** Reads the status. */
export const getMetaQueryStatus: Handler<"getMetaQueryStatus"> = async ({ services, bucket }) => {
  const opened = await readConfig(services, bucket, "meta-query");
  if (opened === undefined) throw new OssError("MetaQueryNotExist", { BucketName: bucket.name });
  const nowMs = services.clock();
  return {
    output: {
      state: nowMs < opened.openedMs + readyMs ? "Ready" : "Running",
      phase: "IncrementalScanning",
      createTime: timeOf(opened.openedMs),
      updateTime: timeOf(nowMs),
      metaQueryMode: "basic",
    },
  };
};

// As OSS writes these times, which have nanoseconds and an offset.
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000+00:00");
}
