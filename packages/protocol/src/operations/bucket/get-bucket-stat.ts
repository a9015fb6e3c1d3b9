// GetBucketStat: how much a bucket holds.
import { integer } from "../../codec.ts";
import { type Binding, bucketName, element, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What GetBucketStat takes. */
export interface GetBucketStatInput {
  readonly bucket: string;
}

/**
 * What GetBucketStat answers. The figures come from a scan; docs/reference/compatibility.md states
 * how old they may be.
 */
export interface GetBucketStatOutput {
  /** Bytes of all objects. */
  readonly storage: number;
  readonly objectCount: number;
  readonly multipartUploadCount: number;
  readonly liveChannelCount: number;
  readonly multipartPartCount: number;
  readonly deleteMarkerCount: number;
  /** When the figures were counted, Unix seconds; 0 for a bucket that never held anything. */
  readonly lastModifiedTime: number;
  readonly standardStorage: number;
  readonly standardObjectCount: number;
  readonly infrequentAccessStorage: number;
  readonly infrequentAccessRealStorage: number;
  readonly infrequentAccessObjectCount: number;
  readonly archiveStorage: number;
  readonly archiveRealStorage: number;
  readonly archiveObjectCount: number;
  readonly coldArchiveStorage: number;
  readonly coldArchiveRealStorage: number;
  readonly coldArchiveObjectCount: number;
  readonly deepColdArchiveStorage: number;
  readonly deepColdArchiveRealStorage: number;
  readonly deepColdArchiveObjectCount: number;
}

/** Reads a bucket's statistics. */
export const getBucketStat: Operation<GetBucketStatInput, GetBucketStatOutput> = {
  name: "GetBucketStat",
  method: "GET",
  level: "bucket",
  selectors: ["stat"],
  access: "owner",
  action: "GetBucketStat",
  idempotent: true,
  reads: "nothing",
  outputRoot: "BucketStat",
  input: { bucket: bucketName() },
  output: {
    storage: count("Storage"),
    objectCount: count("ObjectCount"),
    multipartUploadCount: count("MultipartUploadCount"),
    liveChannelCount: count("LiveChannelCount"),
    multipartPartCount: count("MultipartPartCount"),
    deleteMarkerCount: count("DeleteMarkerCount"),
    lastModifiedTime: count("LastModifiedTime"),
    standardStorage: count("StandardStorage"),
    standardObjectCount: count("StandardObjectCount"),
    infrequentAccessStorage: count("InfrequentAccessStorage"),
    infrequentAccessRealStorage: count("InfrequentAccessRealStorage"),
    infrequentAccessObjectCount: count("InfrequentAccessObjectCount"),
    archiveStorage: count("ArchiveStorage"),
    archiveRealStorage: count("ArchiveRealStorage"),
    archiveObjectCount: count("ArchiveObjectCount"),
    coldArchiveStorage: count("ColdArchiveStorage"),
    coldArchiveRealStorage: count("ColdArchiveRealStorage"),
    coldArchiveObjectCount: count("ColdArchiveObjectCount"),
    deepColdArchiveStorage: count("DeepColdArchiveStorage"),
    deepColdArchiveRealStorage: count("DeepColdArchiveRealStorage"),
    deepColdArchiveObjectCount: count("DeepColdArchiveObjectCount"),
  },
};

function count(name: string): Binding<number> {
  return element(name, leaf(integer()));
}
