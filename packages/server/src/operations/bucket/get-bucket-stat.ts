// GetBucketStat: counts objects and bytes by storage class with a scan. Noncurrent versions count
// too. Ossicle has no live channels.
import type { Handler } from "../handler.ts";

/** Reads a bucket's statistics. */
export const getBucketStat: Handler<"getBucketStat"> = async ({ services, bucket }) => {
  const figures = await services.stats.count(services.metadata, bucket.id);
  const { byClass } = figures;
  return {
    output: {
      storage: figures.storageBytes,
      objectCount: figures.objectCount,
      multipartUploadCount: figures.uploadCount,
      liveChannelCount: 0,
      multipartPartCount: figures.partCount,
      deleteMarkerCount: figures.deleteMarkerCount,
      lastModifiedTime: Math.floor(figures.countedAtMs / 1_000),
      standardStorage: byClass.Standard.bytes,
      standardObjectCount: byClass.Standard.objects,
      infrequentAccessStorage: byClass.IA.bytes,
      infrequentAccessRealStorage: byClass.IA.bytes,
      infrequentAccessObjectCount: byClass.IA.objects,
      archiveStorage: byClass.Archive.bytes,
      archiveRealStorage: byClass.Archive.bytes,
      archiveObjectCount: byClass.Archive.objects,
      coldArchiveStorage: byClass.ColdArchive.bytes,
      coldArchiveRealStorage: byClass.ColdArchive.bytes,
      coldArchiveObjectCount: byClass.ColdArchive.objects,
      deepColdArchiveStorage: byClass.DeepColdArchive.bytes,
      deepColdArchiveRealStorage: byClass.DeepColdArchive.bytes,
      deepColdArchiveObjectCount: byClass.DeepColdArchive.objects,
    },
  };
};
