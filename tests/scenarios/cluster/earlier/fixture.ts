// What a fixture of records holds, and the bodies that were uploaded for it.
import type { DumpedRecord } from "../../../../packages/store/src/contract/postgres-records.ts";

/** Records and blobs of an earlier commit. */
export interface Fixture {
  readonly commit: string;
  readonly records: readonly DumpedRecord[];
  /** Files of the folder of blobs: bytes in base64, by their paths. */
  readonly blobs: Readonly<Record<string, string>>;
}

/** Bodies: one that travels in the database, one that is a blob, and a part of an upload. */
export const bodies = {
  small: Buffer.from("a small body"),
  large: Buffer.alloc(33_000, "a large body "),
  part: Buffer.alloc(102_400, "a part "),
} as const;
