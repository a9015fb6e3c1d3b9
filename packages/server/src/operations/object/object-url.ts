// The URL of an object in answers. It addresses the bucket by host or by path, as the request did.
import { percentEncode, utf8ToBinary } from "@ossicle/protocol";
import type { BucketContext } from "../handler.ts";

/** Returns an object's URL. A `/` in the key is encoded, so the key is one path segment. */
export function objectUrl(
  { bucket, scheme, endpoint, byHost }: BucketContext,
  key: string,
): string {
  const place = byHost ? `${bucket.name}.${endpoint}` : `${endpoint}/${bucket.name}`;
  return `${scheme}://${place}/${percentEncode(utf8ToBinary(key)).replaceAll("~", "%7E")}`;
}
