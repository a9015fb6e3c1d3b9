// DescribeRegions: where the store is reached, region by region; it has one.
import { text } from "../../codec.ts";
import { elements, type ServiceOperation, query } from "../../operation.ts";
import { leaf, one, shape } from "../../xml/codec.ts";

/** What DescribeRegions takes. */
export interface DescribeRegionsInput {
  /** One region, with `oss-`; all when absent or empty. */
  readonly regions?: string;
}

/** A region and its endpoints. */
export interface RegionInfo {
  /** With `oss-`. */
  readonly region: string;
  readonly internetEndpoint: string;
  readonly internalEndpoint: string;
  readonly accelerateEndpoint: string;
}

/** What DescribeRegions answers. */
export interface DescribeRegionsOutput {
  readonly regionInfos: readonly RegionInfo[];
}

/** Lists regions. Fails with NoSuchRegion for one that is not there. */
export const describeRegions: ServiceOperation<DescribeRegionsInput, DescribeRegionsOutput> = {
  name: "DescribeRegions",
  method: "GET",
  level: "service",
  selectors: ["regions"],
  access: "owner",
  action: "DescribeRegions",
  idempotent: true,
  reads: "nothing",
  outputRoot: "RegionInfoList",
  input: { regions: query("regions", text) },
  output: {
    regionInfos: elements(
      "RegionInfo",
      shape<RegionInfo>({
        region: one("Region", leaf(text)),
        internetEndpoint: one("InternetEndpoint", leaf(text)),
        internalEndpoint: one("InternalEndpoint", leaf(text)),
        accelerateEndpoint: one("AccelerateEndpoint", leaf(text)),
      }),
    ),
  },
};
