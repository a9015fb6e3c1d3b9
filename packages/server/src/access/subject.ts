// What a request is about.
import type { OperationName } from "@ossicle/protocol";

/** The operation that a request names, and what it acts on. */
export interface Subject {
  readonly operation: OperationName;
  readonly bucket?: string;
  readonly key?: string;
  /** The version that the request names. */
  readonly versionId?: string | undefined;
}
