// Checks a body against the digests that the client sent.
import { OssError } from "@ossicle/protocol";
import type { Digests } from "../../objects/bytes/hashing.ts";
import { checkContentMd5 } from "./content-md5.ts";

/** Checks the digests. Throws InvalidDigest or InvalidCRC64. */
export function checkDigests(
  claimed: { readonly contentMd5?: string | undefined; readonly hashCrc64?: string | undefined },
  actual: Digests,
): void {
  checkContentMd5(claimed.contentMd5, () => actual.md5);
  if (claimed.hashCrc64 !== undefined && claimed.hashCrc64 !== actual.crc64) {
    throw new OssError("InvalidCRC64");
  }
}
