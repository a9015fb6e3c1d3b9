// RestoreObject: makes an archived object readable for some days.
import { integer, text } from "../../codec.ts";
import { bucketName, element, header, objectKey, type Operation, query } from "../../operation.ts";
import { leaf, one, shape } from "../../xml/codec.ts";
import type { ObjectVersion } from "./object-headers.ts";

/** How fast the object is restored. */
export interface RestoreJobParameters {
  /** `Expedited`, `Standard` or `Bulk`; only for ColdArchive and DeepColdArchive. */
  readonly tier: string;
}

/** What RestoreObject takes. */
export interface RestoreObjectInput extends ObjectVersion {
  /** For how many days the object stays readable; 1 when absent. */
  readonly days?: number;
  readonly jobParameters?: RestoreJobParameters;
}

/**
 * What RestoreObject answers: status 202 when the restore begins, or 200 when the object is already
 * readable and the request extends the time.
 */
export interface RestoreObjectOutput {
  /** The tier, for ColdArchive and DeepColdArchive. */
  readonly restorePriority?: string;
  readonly versionId?: string;
}

/** Begins to restore an archived object. */
export const restoreObject: Operation<RestoreObjectInput, RestoreObjectOutput> = {
  name: "RestoreObject",
  method: "POST",
  level: "object",
  selectors: ["restore"],
  access: "owner",
  action: "RestoreObject",
  versionedAction: true,
  idempotent: false,
  reads: "body",
  inputRoot: "RestoreRequest",
  inputOptional: true,
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    days: element("Days", leaf(integer(1))),
    jobParameters: element(
      "JobParameters",
      shape<RestoreJobParameters>({ tier: one("Tier", leaf(text)) }),
    ),
  },
  output: {
    restorePriority: header("x-oss-object-restore-priority", text),
    versionId: header("x-oss-version-id", text),
  },
};
