// Copies the database while reads and writes continue.
import { createReadStream, createWriteStream, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { syncFolder } from "../files/folder-sync.ts";
import { dataFileName, type LmdbIndex } from "../lmdb/lmdb-index.ts";
import { holdFileOf, holdStaleMs } from "./compaction.ts";
import { type LogFiles, segmentsFolderName } from "../log/log-files.ts";

/** How a database is copied. */
export interface DatabaseBackup {
  readonly files: LogFiles;
  readonly clock: () => number;
  /** The empty folder to copy into. */
  readonly folder: string;
}

/**
 * Copies one snapshot of the index, and the segments that it uses. The copy is durable afterwards.
 * It holds all segments while it works, so that none is removed.
 */
export async function backUpDatabase(
  index: LmdbIndex,
  { files, clock, folder }: DatabaseBackup,
): Promise<void> {
  const hold = holdFileOf(files);
  writeFileSync(hold, "");
  const renew = (): void => utimesSync(hold, clock() / 1_000, clock() / 1_000);
  const renewal = setInterval(renew, holdStaleMs / 6);
  try {
    renew();
    index.renew();
    const used = index.state.usedSegments();
    const last = index.state.read().segment;
    await index.backup(folder);
    const copies = join(folder, segmentsFolderName);
    await mkdir(copies, { mode: 0o700 });
    for (const { segment } of files.list()) {
      // A later snapshot uses no older segment than this one, but it may use newer ones.
      if (segment < last && !used.has(segment)) continue;
      const copy = join(copies, basename(files.pathOf(segment)));
      // Not by copyFile: the store cuts a segment's zeros off when it ends it, and libuv never ends
      // the copying of a file that becomes shorter meanwhile (Node 26, observed).
      await pipeline(
        createReadStream(files.pathOf(segment)),
        createWriteStream(copy, { mode: 0o600 }),
      );
      await syncFile(copy);
    }
    await syncFile(join(folder, dataFileName));
    await syncFolder(copies);
    await syncFolder(folder);
  } finally {
    clearInterval(renewal);
    rmSync(hold, { force: true });
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
}
