// PutObjectACL: sets the access to an object.
import { type ObjectAcl, objectAclHeader } from "../../acl.ts";
import { text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What PutObjectACL takes. */
export interface PutObjectAclInput extends ObjectVersion {
  readonly acl: ObjectAcl;
}

/** What PutObjectACL answers. */
export interface PutObjectAclOutput {
  readonly versionId?: string;
}

/** Sets an object's ACL. With `default`, the bucket's ACL applies again. */
export const putObjectAcl: Operation<PutObjectAclInput, PutObjectAclOutput> = {
  name: "PutObjectACL",
  method: "PUT",
  level: "object",
  selectors: ["acl"],
  access: "owner",
  action: "PutObjectAcl",
  versionedAction: true,
  idempotent: true,
  reads: "body",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    acl: objectAclHeader,
  },
  output: { versionId: header("x-oss-version-id", text) },
};
