// GetBucketInfo: what a bucket is and how it is set up.
import { type Grants, grants, type Owner, ownerShape } from "../../access-control-policy.ts";
import { type BucketAcl, bucketAcl } from "../../acl.ts";
import { flag, isoDate, oneOf, text } from "../../codec.ts";
import { type DefaultEncryption, defaultEncryption } from "../../encryption.ts";
import { bucketName, element, type Operation } from "../../operation.ts";
import { leaf, one, shape, type XmlCodec } from "../../xml/codec.ts";
import { type StorageClass, storageClass } from "../object/object-headers.ts";
import { type DataRedundancyType, dataRedundancyType } from "./put-bucket.ts";

/** Whether a feature is on. */
export type Switch = "Enabled" | "Disabled";

/** Where access logs are written; both members are empty when logging is off. */
export interface BucketLogPolicy {
  readonly logBucket: string;
  readonly logPrefix: string;
}

/** A bucket. */
export interface BucketInfo {
  readonly accessMonitor: Switch;
  readonly blockPublicAccess: boolean;
  readonly comment: string;
  readonly creationDate: Date;
  readonly crossRegionReplication: Switch;
  readonly dataRedundancyType: DataRedundancyType;
  /** Host and port to reach the bucket's region at. */
  readonly extranetEndpoint: string;
  readonly intranetEndpoint: string;
  /** `oss-` and the region's id. */
  readonly location: string;
  readonly name: string;
  readonly resourceGroupId: string;
  readonly storageClass: StorageClass;
  readonly transferAcceleration: Switch;
  readonly owner: Owner;
  readonly accessControlList: Grants<BucketAcl>;
  /** How new objects are encrypted; its algorithm is `None` without a rule. */
  readonly serverSideEncryptionRule: DefaultEncryption;
  readonly bucketPolicy: BucketLogPolicy;
  /** Absent until versioning is first configured. */
  readonly versioning?: "Enabled" | "Suspended";
}

/** What GetBucketInfo takes. */
export interface GetBucketInfoInput {
  readonly bucket: string;
}

/** What GetBucketInfo answers. */
export interface GetBucketInfoOutput {
  readonly bucket: BucketInfo;
}

const enabled = oneOf("Enabled", "Disabled");

const bucketInfo: XmlCodec<BucketInfo> = shape<BucketInfo>({
  accessMonitor: one("AccessMonitor", leaf(enabled)),
  blockPublicAccess: one("BlockPublicAccess", leaf(flag)),
  comment: one("Comment", leaf(text)),
  creationDate: one("CreationDate", leaf(isoDate)),
  crossRegionReplication: one("CrossRegionReplication", leaf(enabled)),
  dataRedundancyType: one("DataRedundancyType", leaf(dataRedundancyType)),
  extranetEndpoint: one("ExtranetEndpoint", leaf(text)),
  intranetEndpoint: one("IntranetEndpoint", leaf(text)),
  location: one("Location", leaf(text)),
  name: one("Name", leaf(text)),
  resourceGroupId: one("ResourceGroupId", leaf(text)),
  storageClass: one("StorageClass", leaf(storageClass)),
  transferAcceleration: one("TransferAcceleration", leaf(enabled)),
  owner: one("Owner", ownerShape),
  accessControlList: one("AccessControlList", grants(bucketAcl)),
  serverSideEncryptionRule: one("ServerSideEncryptionRule", defaultEncryption),
  bucketPolicy: one(
    "BucketPolicy",
    shape<BucketLogPolicy>({
      logBucket: one("LogBucket", leaf(text)),
      logPrefix: one("LogPrefix", leaf(text)),
    }),
  ),
  versioning: one("Versioning", leaf(oneOf("Enabled", "Suspended"))),
});

/** Reads a bucket's properties, for example its owner, ACL, location and storage class. */
export const getBucketInfo: Operation<GetBucketInfoInput, GetBucketInfoOutput> = {
  name: "GetBucketInfo",
  method: "GET",
  level: "bucket",
  selectors: ["bucketInfo"],
  access: "owner",
  action: "GetBucketInfo",
  idempotent: true,
  reads: "nothing",
  outputRoot: "BucketInfo",
  input: { bucket: bucketName() },
  output: { bucket: element("Bucket", bucketInfo) },
};
