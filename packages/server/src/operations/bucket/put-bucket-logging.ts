// PutBucketLogging: checks the target and stores it. The gate records that there is one,
// so that requests to other buckets do not read the document.
import { isBucketName, type LoggingEnabled, OssError } from "@ossicle/protocol";
import { authorize } from "../../access/authorize.ts";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import { logKeyOf } from "../../logging/log-key.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Longest prefix in characters (EC 0032-00000006). */
const maxPrefixLength = 256;

/** Turns a bucket's access log on or off. */
export const putBucketLogging: Handler<"putBucketLogging"> = async (
  context,
  { loggingEnabled },
) => {
  const { services, bucket } = context;
  if (loggingEnabled === undefined) {
    const gate = { hasLogging: undefined };
    await writeConfig(services, bucket, { name: "logging", value: undefined, gate });
    return { output: {} };
  }
  const value = await checked(context, loggingEnabled);
  const gate = { hasLogging: true } as const;
  await writeConfig(services, bucket, { name: "logging", value, gate });
  return { output: {} };
};

async function checked(
  { services, identity, bucket: source }: BucketContext,
  { targetBucket, targetPrefix, loggingRole }: Partial<LoggingEnabled>,
): Promise<LoggingEnabled> {
  if (targetBucket === undefined) throw malformedDocument("TargetBucket is missing.");
  if (!isBucketName(targetBucket)) throw invalid("TargetBucket", targetBucket, "04");
  const prefix = targetPrefix ?? "";
  if (/^[/\\]/.test(prefix)) throw invalid("TargetPrefix", prefix, "05");
  if (prefix.length > maxPrefixLength) throw invalid("TargetPrefix", prefix, "06");
  const found = await lookUp(services, targetBucket, undefined, ["access"]);
  if (found.bucket?.record.owner !== source.record.owner) {
    throw new OssError(
      "InvalidTargetBucketForLogging",
      { TargetBucket: targetBucket },
      {
        message: "put bucket log requester is not target bucket owner.",
        ec: "0032-00000008",
      },
    );
  }
  const version = { ...found, version: undefined };
  const key = logKeyOf(prefix, source.name, services.clock());
  const write = { operation: "putObject", bucket: targetBucket, key } as const;
  authorize(identity, write, { found: version });
  const role = loggingRole === undefined ? {} : { loggingRole };
  return { targetBucket, targetPrefix: prefix, ...role };
}

function invalid(name: string, value: string, number: string): OssError<"InvalidArgument"> {
  const details = { ArgumentName: name, ArgumentValue: value };
  return new OssError("InvalidArgument", details, { ec: `0032-000000${number}` });
}
