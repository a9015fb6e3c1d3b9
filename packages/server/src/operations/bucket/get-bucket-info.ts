// GetBucketInfo: returns the bucket's settings. Features that Ossicle lacks are reported as off, in
// OSS's words.
import type { Handler } from "../handler.ts";
import { defaultResourceGroup } from "./resource-group.ts";
import type { DefaultEncryption } from "@ossicle/protocol";
import type { EncryptionRule } from "../../objects/records/records.ts";
import { documentOf } from "../../objects/buckets/choose-encryption.ts";
import { readConfig } from "../../objects/buckets/bucket-config.ts";

// The default key of KMS is shown as an empty id (tests of the C# SDK).
function infoOf(rule: EncryptionRule): DefaultEncryption {
  return { ...(rule.algorithm === "KMS" ? { kmsMasterKeyId: "" } : {}), ...documentOf(rule) };
}

/** Reads a bucket's settings. */
export const getBucketInfo: Handler<"getBucketInfo"> = async ({ services, bucket, endpoint }) => {
  const [block, acceleration, group] = await Promise.all([
    readConfig(services, bucket, "public-access-block"),
    readConfig(services, bucket, "transfer-acceleration"),
    readConfig(services, bucket, "resource-group"),
  ]);
  return {
    output: {
      bucket: {
        accessMonitor: bucket.gate.tracksAccess === undefined ? "Disabled" : "Enabled",
        blockPublicAccess: block?.blockPublicAccess ?? false,
        comment: "",
        creationDate: new Date(bucket.record.createdMs),
        crossRegionReplication: "Disabled",
        dataRedundancyType: bucket.record.redundancy,
        extranetEndpoint: endpoint,
        intranetEndpoint: endpoint,
        location: `oss-${services.region}`,
        name: bucket.name,
        resourceGroupId: group?.resourceGroupId ?? defaultResourceGroup,
        storageClass: bucket.record.storageClass,
        transferAcceleration: acceleration?.enabled === true ? "Enabled" : "Disabled",
        owner: services.accounts.shown(bucket.record.owner),
        accessControlList: { grant: bucket.acl },
        serverSideEncryptionRule:
          bucket.gate.encryption === undefined
            ? { sseAlgorithm: "None" }
            : infoOf(bucket.gate.encryption),
        bucketPolicy: { logBucket: "", logPrefix: "" },
        ...(bucket.gate.versioning === undefined ? {} : { versioning: bucket.gate.versioning }),
      },
    },
  };
};
