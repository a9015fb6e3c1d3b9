// GetBucketStat: counted by scanning, class by class. Multipart uploads and live channels do not exist yet, so there are none.
import type { Handler } from "../handler.ts";

/** Reads a bucket's statistics. */
export const getBucketStat: Handler<"getBucketStat"> = async ({ services, bucket }) => {
  const figures = await services.stats.count(services.metadata, bucket.id);
  const { byClass } = figures;
  return {
    output: {
      storage: figures.storageBytes,
      objectCount: figures.objectCount,
      multipartUploadCount: 0,
      liveChannelCount: 0,
      multipartPartCount: 0,
      deleteMarkerCount: 0,
      lastModifiedTime: figures.objectCount === 0 ? 0 : Math.floor(figures.countedAtMs / 1_000),
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
