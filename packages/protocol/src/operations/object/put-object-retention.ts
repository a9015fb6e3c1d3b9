// PutObjectRetention: keeps a version until a time.
import { flag, text } from "../../codec.ts";
import { type Retention, retentionElements } from "../../object-worm.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What PutObjectRetention takes. */
export interface PutObjectRetentionInput extends ObjectVersion, Retention {
  /** Shortens a retention in GOVERNANCE mode. Needs `oss:BypassGovernanceRetention`. */
  readonly bypassGovernanceRetention?: boolean;
}

/** What PutObjectRetention answers. */
export interface PutObjectRetentionOutput {
  readonly versionId?: string;
}

/** Retains a version. A retention that has not ended can only be made longer, in the same mode. */
export const putObjectRetention: Operation<PutObjectRetentionInput, PutObjectRetentionOutput> = {
  name: "PutObjectRetention",
  method: "PUT",
  level: "object",
  selectors: ["retention"],
  access: "owner",
  action: "PutObjectRetention",
  implies: "object headers",
  idempotent: true,
  reads: "facts",
  inputRoot: "Retention",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    bypassGovernanceRetention: header("x-oss-bypass-governance-retention", flag),
    ...retentionElements,
  },
  output: { versionId: header("x-oss-version-id", text) },
};
