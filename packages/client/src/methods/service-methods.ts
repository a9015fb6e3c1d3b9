// Methods on the service as a whole.
import type {
  DescribeRegionsInput,
  DescribeRegionsOutput,
  ListBucketsInput,
  ListBucketsOutput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on the service as a whole. */
export interface ServiceMethods {
  /**
   * Lists regions. Fails with NoSuchRegion for an unknown region.
   * @example
   * const { regionInfos } = await client.describeRegions({});
   */
  readonly describeRegions: Method<DescribeRegionsInput, DescribeRegionsOutput>;
  /**
   * Lists buckets.
   * @example
   * const { buckets } = await client.listBuckets({ prefix: "example" });
   */
  readonly listBuckets: Method<ListBucketsInput, ListBucketsOutput>;
}
