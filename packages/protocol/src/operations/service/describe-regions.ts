// DescribeRegions: the endpoints of each region. A store has one region.
import { text } from "../../codec.ts";
import { elements, type ServiceOperation, query } from "../../operation.ts";
import { leaf, one, shape } from "../../xml/codec.ts";

/** What DescribeRegions takes. */
export interface DescribeRegionsInput {
  /** The id of a region, with `oss-` before it. All regions when absent or empty. */
  readonly regions?: string;
}

/** A region and its endpoints. */
export interface RegionInfo {
  /** The id of the region, with `oss-` before it. */
  readonly region: string;
  readonly internetEndpoint: string;
  readonly internalEndpoint: string;
  readonly accelerateEndpoint: string;
}

/** What DescribeRegions answers. */
export interface DescribeRegionsOutput {
  readonly regionInfos: readonly RegionInfo[];
}

/** Lists regions. Fails with NoSuchRegion for an unknown region. */
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
