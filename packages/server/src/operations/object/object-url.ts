// The URL of an object, as answers name it: addressed as the request was.
import { percentEncode, utf8ToBinary } from "@ossicle/protocol";
import type { BucketContext } from "../handler.ts";

/** An object's URL; its key is one part of the path. */
export function objectUrl(
  { bucket, scheme, endpoint, byHost }: BucketContext,
  key: string,
): string {
  const place = byHost ? `${bucket.name}.${endpoint}` : `${endpoint}/${bucket.name}`;
  return `${scheme}://${place}/${percentEncode(utf8ToBinary(key)).replaceAll("~", "%7E")}`;
}
