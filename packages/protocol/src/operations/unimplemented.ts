// Operations of OSS that Ossicle does not implement yet. They answer 501 NotImplemented with their
// name. Remove an entry when its declaration enters `operations/index.ts`: `route.test.ts` refuses
// a method, level and selectors that are in both.

/** How a request for such an operation is recognised. */
export interface UnimplementedOperation {
  readonly methods: readonly string[];
  readonly level: "service" | "bucket" | "object";
  readonly selectors: readonly string[];
}

/** Every operation of OSS that answers 501, by name. */
export const unimplemented: Readonly<Record<string, UnimplementedOperation>> = {
  ListCloudBoxes: { methods: ["GET"], level: "service", selectors: ["cloudboxes"] },
  UserDataRedundancyTransition: {
    methods: ["GET"],
    level: "service",
    selectors: ["redundancyTransition"],
  },
  ListAccessPoints: { methods: ["GET"], level: "service", selectors: ["accessPoint"] },
  UserQosInfo: { methods: ["GET"], level: "service", selectors: ["qosInfo"] },
  ResourcePool: { methods: ["GET", "PUT"], level: "service", selectors: ["resourcePool"] },
  BucketQosInfo: { methods: ["GET", "PUT"], level: "bucket", selectors: ["qosInfo"] },
  BucketQos: { methods: ["GET", "PUT"], level: "bucket", selectors: ["qos"] },
  BucketStorageQuota: { methods: ["GET", "PUT", "DELETE"], level: "bucket", selectors: ["quota"] },
  BucketMetadataConfiguration: {
    methods: ["GET", "POST", "DELETE"],
    level: "bucket",
    selectors: ["metadataConfiguration"],
  },
  BucketMetadataInventoryTable: {
    methods: ["GET", "PUT", "POST", "DELETE"],
    level: "bucket",
    selectors: ["metadataInventoryTable"],
  },
  BucketMetadataJournalTable: {
    methods: ["GET", "PUT", "POST", "DELETE"],
    level: "bucket",
    selectors: ["metadataJournalTable"],
  },
  BucketUserDefinedLogFieldsConfig: {
    methods: ["GET", "PUT", "DELETE"],
    level: "bucket",
    selectors: ["userDefinedLogFieldsConfig"],
  },
  BucketVpcip: { methods: ["GET", "PUT", "DELETE"], level: "bucket", selectors: ["vpcip"] },
  BucketReplication: { methods: ["GET", "POST"], level: "bucket", selectors: ["replication"] },
  GetBucketReplicationLocation: {
    methods: ["GET"],
    level: "bucket",
    selectors: ["replicationLocation"],
  },
  GetBucketReplicationProgress: {
    methods: ["GET"],
    level: "bucket",
    selectors: ["replicationProgress"],
  },
  PutBucketRtc: { methods: ["PUT"], level: "bucket", selectors: ["rtc"] },
  BucketCname: { methods: ["GET", "POST"], level: "bucket", selectors: ["cname"] },
  BucketRedundancyTransition: {
    methods: ["GET", "PUT", "DELETE"],
    level: "bucket",
    selectors: ["redundancyTransition"],
  },
  AccessPoint: { methods: ["GET", "PUT", "DELETE"], level: "bucket", selectors: ["accessPoint"] },
  AccessPointPolicy: {
    methods: ["GET", "PUT", "DELETE"],
    level: "bucket",
    selectors: ["accessPointPolicy"],
  },
  AccessPointForObjectProcess: {
    methods: ["GET", "PUT", "DELETE"],
    level: "bucket",
    selectors: ["accessPointForObjectProcess"],
  },
  AsyncFetch: { methods: ["GET", "POST"], level: "bucket", selectors: ["asyncFetch"] },
  ProcessObject: {
    methods: ["HEAD"],
    level: "object",
    selectors: ["x-oss-process"],
  },
  AsyncProcessObject: { methods: ["POST"], level: "object", selectors: ["x-oss-async-process"] },
  LiveChannel: { methods: ["GET", "PUT", "DELETE"], level: "object", selectors: ["live"] },
  PostVodPlaylist: { methods: ["GET", "POST"], level: "object", selectors: ["vod"] },
  CreateDirectory: { methods: ["POST"], level: "object", selectors: ["x-oss-dir"] },
  RenameObject: { methods: ["POST"], level: "object", selectors: ["x-oss-rename"] },
  DeleteDirectory: { methods: ["POST"], level: "object", selectors: ["x-oss-delete"] },
};
