// What a fixture of records holds.
import type { DumpedRecord } from "../../../../packages/store/src/contract/postgres-records.ts";
import type { Folder } from "../../earlier/folders.ts";

/** Records and blobs of an earlier commit. */
export interface Fixture {
  readonly commit: string;
  readonly records: readonly DumpedRecord[];
  readonly blobs: Folder;
}
