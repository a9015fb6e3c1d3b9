// The further actions that the headers of a request need.

/**
 * The further action that a request needs for each of these headers (OSS documentation, PutObject,
 * permissions). Every write of an object needs it, even if the operation ignores the header.
 * `implies: "object headers"` of a declaration stands for them.
 */
export const impliedByObjectHeaders: Readonly<Record<string, string>> = {
  "x-oss-object-acl": "PutObjectAcl",
  "x-oss-tagging": "PutObjectTagging",
  "x-oss-object-worm-mode": "PutObjectRetention",
  "x-oss-object-worm-legal-hold": "PutObjectLegalHold",
  "x-oss-bypass-governance-retention": "BypassGovernanceRetention",
};
