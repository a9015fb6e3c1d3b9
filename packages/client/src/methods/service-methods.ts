// Methods on the service as a whole.
import type {
  DescribeRegionsInput,
  DescribeRegionsOutput,
  GetPublicAccessBlockOutput,
  ListBucketsInput,
  ListBucketsOutput,
  PutPublicAccessBlockInput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on the service as a whole. */
export interface ServiceMethods {
  /**
   * Removes the block of public access for all buckets.
   * @example
   * await client.deletePublicAccessBlock({});
   */
  readonly deletePublicAccessBlock: Method<object, object>;
  /**
   * Lists regions. Fails with NoSuchRegion for an unknown region.
   * @example
   * const { regionInfos } = await client.describeRegions({});
   */
  readonly describeRegions: Method<DescribeRegionsInput, DescribeRegionsOutput>;
  /**
   * Reads whether public access to all buckets is blocked.
   * @example
   * const { blockPublicAccess } = await client.getPublicAccessBlock({});
   */
  readonly getPublicAccessBlock: Method<object, GetPublicAccessBlockOutput>;
  /**
   * Lists buckets.
   * @example
   * const { buckets } = await client.listBuckets({ prefix: "example" });
   */
  readonly listBuckets: Method<ListBucketsInput, ListBucketsOutput>;
  /**
   * Turns the block of public access for all buckets on or off.
   * @example
   * await client.putPublicAccessBlock({ blockPublicAccess: true });
   */
  readonly putPublicAccessBlock: Method<PutPublicAccessBlockInput, object>;
}
