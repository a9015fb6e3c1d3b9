// GetObjectACL: reads the access to an object.
import { type Grants, grants, type Owner, ownerElement } from "../../access-control-policy.ts";
import { type ObjectAcl, objectAcl } from "../../acl.ts";
import { text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What GetObjectACL takes. */
export type GetObjectAclInput = ObjectVersion;

/** What GetObjectACL answers. */
export interface GetObjectAclOutput {
  readonly owner: Owner;
  readonly accessControlList: Grants<ObjectAcl>;
  readonly versionId?: string;
}

/** Reads an object's ACL. */
export const getObjectAcl: Operation<GetObjectAclInput, GetObjectAclOutput> = {
  name: "GetObjectACL",
  method: "GET",
  level: "object",
  selectors: ["acl"],
  access: "owner",
  action: "GetObjectAcl",
  versionedAction: true,
  idempotent: true,
  reads: "facts",
  outputRoot: "AccessControlPolicy",
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: {
    owner: ownerElement,
    accessControlList: element("AccessControlList", grants(objectAcl)),
    versionId: header("x-oss-version-id", text),
  },
};
