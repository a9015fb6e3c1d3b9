// Access-control lists: the words of `x-oss-acl` and `x-oss-object-acl`, and the document that reports them.
import { type Codec, oneOf, text } from "./codec.ts";
import type { Binding, InvalidInput } from "./operation.ts";
import { element, header } from "./operation.ts";
import { leaf, one, shape, type XmlCodec } from "./xml/codec.ts";

/** Who may use a bucket besides its owner. */
export type BucketAcl = "private" | "public-read" | "public-read-write";

/** Who may use an object besides its owner; `default` follows the bucket. */
export type ObjectAcl = "default" | BucketAcl;

/** The owner of a bucket or an object. */
export interface Owner {
  /** The account's id, digits. */
  readonly id: string;
  readonly displayName: string;
}

export const bucketAcl: Codec<BucketAcl> = oneOf("private", "public-read", "public-read-write");

export const objectAcl: Codec<ObjectAcl> = oneOf(
  "default",
  "private",
  "public-read",
  "public-read-write",
);

const invalidBucketAcl: InvalidInput = { message: "no such bucket access control exists" };
const invalidObjectAcl: InvalidInput = { message: "no such object access control exists" };

export const bucketAclHeader: Binding<BucketAcl> = header("x-oss-acl", bucketAcl, invalidBucketAcl);

export const objectAclHeader: Binding<ObjectAcl> = header(
  "x-oss-object-acl",
  objectAcl,
  invalidObjectAcl,
);

export const ownerShape: XmlCodec<Owner> = shape<Owner>({
  id: one("ID", leaf(text)),
  displayName: one("DisplayName", leaf(text)),
});

export const ownerElement: Binding<Owner> = element("Owner", ownerShape);

/** What an ACL document grants. */
export interface Grants<Acl> {
  readonly grant: Acl;
}

/** The `AccessControlList` element. */
export function grants<Acl extends string>(codec: Codec<Acl>): XmlCodec<Grants<Acl>> {
  return shape<Grants<Acl>>({ grant: one("Grant", leaf(codec)) as never }); // Acl is a string, never an array
}
