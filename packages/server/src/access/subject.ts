// What a request is about.
import type { OperationName } from "@ossicle/protocol";

/** The operation that a request names, and what it acts on. */
export interface Subject {
  readonly operation: OperationName;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** The version that the request names. */
  readonly versionId?: string | undefined;
}
