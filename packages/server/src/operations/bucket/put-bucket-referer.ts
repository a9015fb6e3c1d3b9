// PutBucketReferer: checks the patterns and stores them. The gate says that there are some.
import { OssError, type RefererConfiguration } from "@ossicle/protocol";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Longest document of patterns, in bytes (OSS limits page, hotlink protection). */
const maxPatternsBytes = 20_480;

/** Sets which pages may link to a bucket's objects. */
export const putBucketReferer: Handler<"putBucketReferer"> = async (
  { services, bucket },
  { bucket: _bucket, ...value },
) => {
  checkPatterns(value);
  await writeConfig(services, bucket, { name: "referer", value, gate: { hasReferers: true } });
  return { output: {} };
};

function checkPatterns({ refererList, refererBlacklist }: RefererConfiguration): void {
  const lists = { RefererList: refererList, RefererBlacklist: refererBlacklist };
  for (const [name, list] of Object.entries(lists)) {
    const patterns = list?.referer ?? [];
    const wrong = patterns.find((pattern) => pattern === "" || /\s/.test(pattern));
    if (wrong !== undefined) throw invalid(name, wrong);
    const bytes = patterns.reduce((sum, pattern) => sum + Buffer.byteLength(pattern), 0);
    if (bytes > maxPatternsBytes) throw invalid(name, `${patterns.length} patterns`);
  }
}

function invalid(name: string, value: string): OssError<"InvalidArgument"> {
  return new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: value });
}
