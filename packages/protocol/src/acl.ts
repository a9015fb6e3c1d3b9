// Access-control lists: the words of `x-oss-acl` and `x-oss-object-acl`.
import { type Codec, oneOf } from "./codec.ts";
import { type Binding, header } from "./operation.ts";

/**
 * The access to a bucket besides its owner's. `authenticated-read` is for readers with a signature
 * (SDK for Java, CannedAccessControlList).
 */
export type BucketAcl = "private" | "public-read" | "public-read-write" | "authenticated-read";

/** The access to an object besides its owner's; `default` follows the bucket. */
export type ObjectAcl = "default" | "private" | "public-read" | "public-read-write";

export const bucketAcl: Codec<BucketAcl> = /* @__PURE__ */ oneOf(
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
);

export const objectAcl: Codec<ObjectAcl> = oneOf(
  "default",
  "private",
  "public-read",
  "public-read-write",
);

// Marked as pure, so that bundlers drop it from clients that only store objects.
export const bucketAclHeader: Binding<BucketAcl> = /* @__PURE__ */ header("x-oss-acl", bucketAcl);

export const objectAclHeader: Binding<ObjectAcl> = header("x-oss-object-acl", objectAcl);
