// GetObjectRetention: until when a version is kept.
import { text } from "../../codec.ts";
import { type Retention, retentionElements } from "../../object-worm.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** What GetObjectRetention takes. */
export type GetObjectRetentionInput = ObjectVersion;

/** What GetObjectRetention answers. */
export interface GetObjectRetentionOutput extends Retention {
  readonly versionId?: string;
}

/**
 * Reads a version's retention, also one that has ended. Fails with
 * NoSuchObjectRetentionConfiguration when there is none.
 */
export const getObjectRetention: Operation<GetObjectRetentionInput, GetObjectRetentionOutput> = {
  name: "GetObjectRetention",
  method: "GET",
  level: "object",
  selectors: ["retention"],
  access: "owner",
  action: "GetObjectRetention",
  idempotent: true,
  reads: "facts",
  outputRoot: "Retention",
  input: { bucket: bucketName(), key: objectKey(), versionId: query("versionId", text) },
  output: { ...retentionElements, versionId: header("x-oss-version-id", text) },
};
