// GetObjectLegalHold: whether a version is held.
import { text } from "../../codec.ts";
import { type LegalHold, legalHoldElements } from "../../object-worm.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What GetObjectLegalHold takes. */
export type GetObjectLegalHoldInput = ObjectVersion;

/** What GetObjectLegalHold answers. */
export interface GetObjectLegalHoldOutput extends LegalHold {
  readonly versionId?: string;
}

/** Reads a version's hold. Fails with NoSuchObjectLegalHoldConfiguration if it never had one. */
export const getObjectLegalHold: Operation<GetObjectLegalHoldInput, GetObjectLegalHoldOutput> = {
  name: "GetObjectLegalHold",
  method: "GET",
  level: "object",
  selectors: ["legalHold"],
  access: "owner",
  action: "GetObjectLegalHold",
  idempotent: true,
  reads: "facts",
  outputRoot: "LegalHold",
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: { ...legalHoldElements, versionId: header("x-oss-version-id", text) },
};
