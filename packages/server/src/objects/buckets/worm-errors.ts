// Refusals of requests about a bucket's retention policy.
import { OssError } from "@ossicle/protocol";
import type { GateRecord, WormRecord } from "../records/records.ts";

/** The gate's policy. Throws NoSuchWORMConfiguration unless it has this id. */
export function requireWorm({ worm }: GateRecord, bucket: string, wormId: string): WormRecord {
  if (worm === undefined) throw noSuchWorm(bucket);
  if (worm.id === wormId) return worm;
  const message = "The specified WORM ID does not exist";
  throw new OssError("NoSuchWORMConfiguration", { BucketName: bucket }, { message });
}

/** The error for a bucket without a policy. */
export function noSuchWorm(bucket: string): OssError<"NoSuchWORMConfiguration"> {
  return new OssError("NoSuchWORMConfiguration", { BucketName: bucket });
}

/** The error for what a policy does not allow. OSS's own text does not say why. */
export function invalidWorm(why: string, ec?: string): OssError<"InvalidWORMConfiguration"> {
  return new OssError("InvalidWORMConfiguration", {}, { message: why, ec });
}
