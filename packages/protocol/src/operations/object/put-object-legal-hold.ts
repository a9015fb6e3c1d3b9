// PutObjectLegalHold: keeps a version until the hold is taken off.
import { text } from "../../codec.ts";
import { type LegalHold, legalHoldElements } from "../../object-worm.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What PutObjectLegalHold takes. */
export interface PutObjectLegalHoldInput extends ObjectVersion, LegalHold {}

/** What PutObjectLegalHold answers. */
export interface PutObjectLegalHoldOutput {
  readonly versionId?: string;
}

/** Sets or takes off the hold of a version, which is independent of its retention. */
export const putObjectLegalHold: Operation<PutObjectLegalHoldInput, PutObjectLegalHoldOutput> = {
  name: "PutObjectLegalHold",
  method: "PUT",
  level: "object",
  selectors: ["legalHold"],
  access: "owner",
  action: "PutObjectLegalHold",
  idempotent: true,
  reads: "facts",
  inputRoot: "LegalHold",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    ...legalHoldElements,
  },
  output: { versionId: header("x-oss-version-id", text) },
};
