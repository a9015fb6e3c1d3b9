// DescribeRegions: lists the store's only region.
import { OssError } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";

/** Lists the region. */
export const describeRegions: Handler<"describeRegions"> = (
  { services, endpoint },
  { regions = "" },
) => {
  const region = `oss-${services.region}`;
  if (regions !== "" && regions !== region) throw new OssError("NoSuchRegion", { Region: regions });
  const info = {
    region,
    internetEndpoint: endpoint,
    internalEndpoint: endpoint,
    accelerateEndpoint: endpoint,
  };
  return Promise.resolve({ output: { regionInfos: [info] } });
};
