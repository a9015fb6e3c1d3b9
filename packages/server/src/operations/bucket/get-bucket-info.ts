// GetBucketInfo: the bucket as it is set up, with OSS's words for what Ossicle does not do.
import type { Handler } from "../handler.ts";

/** Reads a bucket's set-up. */
export const getBucketInfo: Handler<"getBucketInfo"> = ({ services, bucket, endpoint }) =>
  Promise.resolve({
    output: {
      bucket: {
        accessMonitor: "Disabled",
        blockPublicAccess: false,
        comment: "",
        creationDate: new Date(bucket.record.createdMs),
        crossRegionReplication: "Disabled",
        dataRedundancyType: bucket.record.redundancy,
        extranetEndpoint: endpoint,
        intranetEndpoint: endpoint,
        location: `oss-${services.region}`,
        name: bucket.name,
        resourceGroupId: "rg-default",
        storageClass: bucket.record.storageClass,
        transferAcceleration: "Disabled",
        owner: services.accounts.owner,
        accessControlList: { grant: bucket.acl },
        serverSideEncryptionRule: { sseAlgorithm: "None" },
        bucketPolicy: { logBucket: "", logPrefix: "" },
        ...(bucket.gate.versioning === undefined ? {} : { versioning: bucket.gate.versioning }),
      },
    },
  });
