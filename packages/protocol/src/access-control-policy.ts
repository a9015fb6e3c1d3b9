// The document that reports an ACL: owner and grant.
import { type Codec, text } from "./codec.ts";
import { type Binding, element } from "./operation.ts";
import { leaf, one, shape, type XmlCodec } from "./xml/codec.ts";

/** The owner of a bucket or an object. */
export interface Owner {
  /** The account's id, digits. */
  readonly id: string;
  readonly displayName: string;
}

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
  // Acl is a string, never an array.
  return shape<Grants<Acl>>({ grant: one("Grant", leaf(codec)) as never });
}
