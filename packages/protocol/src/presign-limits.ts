// Checks what a presigned request names. A mistake thus shows when the request is made, and not
// when it is used.
import { maxExpiresSeconds } from "./signing/v4.ts";
import { checkBucketName } from "./target.ts";

/** Longest object key, in bytes of UTF-8 (OSS documentation, naming conventions). */
const maxKeyBytes = 1_023;

/** What a presigned request names. */
export interface PresignFacts {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly expiresSeconds: number;
}

/**
 * Throws RangeError for a bucket, key or validity with which a presigned request could never work.
 */
export function checkPresign({ bucket = "", key = "", expiresSeconds }: PresignFacts): void {
  if (
    !Number.isInteger(expiresSeconds) ||
    expiresSeconds < 1 ||
    expiresSeconds > maxExpiresSeconds
  ) {
    throw new RangeError(
      `expiresSeconds is ${expiresSeconds}: expected a whole number from 1 to ${maxExpiresSeconds}`,
    );
  }
  try {
    checkBucketName(bucket);
  } catch (cause) {
    throw new RangeError(`${JSON.stringify(bucket)} is not a valid bucket name`, { cause });
  }
  if (/^[/\\]/.test(key)) throw new RangeError("a key must not begin with / or \\");
  const bytes = new TextEncoder().encode(key).length;
  if (bytes >= 1 && bytes <= maxKeyBytes) return;
  throw new RangeError(`the key has ${bytes} bytes of UTF-8: expected 1 to ${maxKeyBytes}`);
}
