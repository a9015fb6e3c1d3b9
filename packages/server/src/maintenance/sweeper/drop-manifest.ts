// Removes a manifest that no record refers to, page by page. Its blobs lose their references and
// receive garbage marks.
import type { MetadataStore, Put } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { pageRecords, partRecords, referenceRecords } from "../../objects/records/key-space.ts";
import { garbagePut, manifestOwner } from "../../objects/records/references.ts";

/** Most blobs released in one commit. Each takes two of the 128 writes that the port allows. */
const stepRefs = 50;

/**
 * Drops a manifest's pages. Returns false when there are none: the ref is a blob's, or the manifest
 * was dropped before. A manifest whose upload still has parts is left for a later sweep, because
 * a part and its object share their references.
 */
export async function dropManifest(
  metadata: MetadataStore,
  manifest: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  let dropped = false;
  for (;;) {
    const { rows } = await metadata.scan({ ...pageRecords.range(manifest), limit: 1 });
    const [row] = rows;
    if (row === undefined || !("entry" in row)) return dropped;
    if (!dropped && (await hasParts(metadata, manifest))) return true;
    const { extents } = pageRecords.decode(row.entry.value);
    for (let at = 0; at < extents.length; at += stepRefs) {
      const puts: Put[] = [];
      const deletes: Buffer[] = [];
      for (const [ref, , , part] of extents.slice(at, at + stepRefs)) {
        const blob = Buffer.from(ref, "hex");
        puts.push(garbagePut(blob, nowMs));
        deletes.push(referenceRecords.key(blob, manifestOwner(manifest, part)));
      }
      await commitOnce(metadata, { checks: [], puts, deletes });
    }
    await commitOnce(metadata, { checks: [], puts: [], deletes: [row.entry.key] });
    dropped = true;
  }
}

// The completion has left a job that purges them.
async function hasParts(metadata: MetadataStore, upload: Uint8Array): Promise<boolean> {
  const { rows } = await metadata.scan({ ...partRecords.range(upload), limit: 1 });
  return rows.length > 0;
}
