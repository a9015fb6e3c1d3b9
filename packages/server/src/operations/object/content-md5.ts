// Checks a body against its Content-MD5.
import { OssError } from "@ossicle/protocol";

/** Bytes of an MD5. */
const md5Bytes = 16;

/**
 * Bytes of the Content-MD5 that the C SDK sends with documents: an MD5, and four bytes of its
 * buffer (oss_util.c, its own test).
 */
const paddedMd5Bytes = 20;

/** Checks a body against its Content-MD5. Throws InvalidDigest with OSS's ECs. */
export function checkContentMd5(
  header: string | undefined,
  md5: () => Buffer,
  { mayBePadded = false }: { readonly mayBePadded?: boolean } = {},
): void {
  if (header === undefined) return;
  const bytes = Buffer.from(header, "base64");
  const isWhole = bytes.toString("base64") === header.trim();
  const isLong = mayBePadded && bytes.length === paddedMd5Bytes;
  if (!isWhole || (bytes.length !== md5Bytes && !isLong)) {
    throw new OssError("InvalidDigest", {}, { ec: "0017-00000502" });
  }
  if (!bytes.subarray(0, md5Bytes).equals(md5()))
    throw new OssError("InvalidDigest", {}, { ec: "0017-00000503" });
}
