// Methods on buckets.
import type {
  DeleteBucketInput,
  DeleteBucketOutput,
  DeleteMultipleObjectsInput,
  DeleteMultipleObjectsOutput,
  GetBucketInfoInput,
  GetBucketInfoOutput,
  GetBucketLocationInput,
  GetBucketLocationOutput,
  GetBucketStatInput,
  GetBucketStatOutput,
  HeadBucketInput,
  HeadBucketOutput,
  ListLiveChannelInput,
  ListLiveChannelOutput,
  ListObjectsInput,
  ListObjectsOutput,
  ListObjectsV2Input,
  ListObjectsV2Output,
  ListObjectVersionsInput,
  ListObjectVersionsOutput,
  PutBucketInput,
  PutBucketOutput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on buckets. */
export interface BucketMethods {
  /**
   * Removes a bucket that holds no object, version or pending upload.
   * @example
   * await client.deleteBucket({ bucket });
   */
  readonly deleteBucket: Method<DeleteBucketInput, DeleteBucketOutput>;
  /**
   * Removes up to 1,000 objects, or versions of objects.
   * @example
   * await client.deleteMultipleObjects({ bucket, objects: [{ key: "a.txt" }] });
   */
  readonly deleteMultipleObjects: Method<DeleteMultipleObjectsInput, DeleteMultipleObjectsOutput>;
  /**
   * Reads a bucket's properties, for example its owner, ACL, location and storage class.
   * @example
   * const { bucket: info } = await client.getBucketInfo({ bucket });
   */
  readonly getBucketInfo: Method<GetBucketInfoInput, GetBucketInfoOutput>;
  /**
   * Reads a bucket's location.
   * @example
   * const { location } = await client.getBucketLocation({ bucket });
   */
  readonly getBucketLocation: Method<GetBucketLocationInput, GetBucketLocationOutput>;
  /**
   * Reads a bucket's statistics.
   * @example
   * const { objectCount } = await client.getBucketStat({ bucket });
   */
  readonly getBucketStat: Method<GetBucketStatInput, GetBucketStatOutput>;
  /**
   * Checks that a bucket exists.
   * @example
   * await client.headBucket({ bucket });
   */
  readonly headBucket: Method<HeadBucketInput, HeadBucketOutput>;
  /**
   * Lists live channels.
   * @example
   * await client.listLiveChannel({ bucket });
   */
  readonly listLiveChannel: Method<ListLiveChannelInput, ListLiveChannelOutput>;
  /**
   * Lists versions and delete markers page by page. `allVersions` reads all pages.
   * @example
   * const { entries } = await client.listObjectVersions({ bucket, prefix: "in/" });
   */
  readonly listObjectVersions: Method<ListObjectVersionsInput, ListObjectVersionsOutput>;
  /**
   * Lists objects page by page with the first version of the operation, whose pages continue at a
   * marker. `allObjects` reads all pages.
   * @example
   * const { contents, nextMarker } = await client.listObjects({ bucket, delimiter: "/" });
   */
  readonly listObjects: Method<ListObjectsInput, ListObjectsOutput>;
  /**
   * Lists objects page by page. `allObjects` reads all pages.
   * @example
   * const { contents, nextContinuationToken } = await client.listObjectsV2({ bucket });
   */
  readonly listObjectsV2: Method<ListObjectsV2Input, ListObjectsV2Output>;
  /**
   * Makes a bucket. Fails with BucketAlreadyExists when another account owns a bucket of this name.
   * @example
   * await client.putBucket({ bucket });
   */
  readonly putBucket: Method<PutBucketInput, PutBucketOutput>;
}
