// PutBucketReferer: checks the patterns and stores them. The gate records that there are
// some, so that requests to other buckets do not read the document.
import { OssError, type RefererConfiguration, type RefererPatterns } from "@ossicle/protocol";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";

/** Longest document of patterns, in bytes (OSS limits page, hotlink protection). */
const maxPatternsBytes = 20_480;

/** Sets which pages may link to a bucket's objects. */
export const putBucketReferer: Handler<"putBucketReferer"> = async (
  { services, bucket },
  { bucket: _bucket, ...value },
) => {
  const { refererList, refererBlacklist } = value;
  const kept: RefererConfiguration = {
    ...value,
    refererList: checkedPatterns("RefererList", refererList),
    ...(refererBlacklist === undefined
      ? {}
      : { refererBlacklist: checkedPatterns("RefererBlacklist", refererBlacklist) }),
  };
  await writeConfig(services, bucket, {
    name: "referer",
    value: kept,
    gate: { hasReferers: true },
  });
  return { output: {} };
};

// An empty pattern clears a list (test of the Go SDK V2).
function checkedPatterns(name: string, list: RefererPatterns | undefined): RefererPatterns {
  const referer = (list?.referer ?? []).filter((pattern) => pattern !== "");
  const wrong = referer.find((pattern) => /\s/.test(pattern));
  if (wrong !== undefined) throw invalid(name, wrong);
  const bytes = referer.reduce((sum, pattern) => sum + Buffer.byteLength(pattern), 0);
  if (bytes > maxPatternsBytes) throw invalid(name, `${referer.length} patterns`);
  return { referer };
}

function invalid(name: string, value: string): OssError<"InvalidArgument"> {
  return new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: value });
}
