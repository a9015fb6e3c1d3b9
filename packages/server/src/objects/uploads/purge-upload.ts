// Removes what an aborted or completed upload has left, a few records at a time: all its part
// records, and the references to blobs that no object uses. Every step may be repeated.
import type { MetadataStore, Put } from "@ossicle/store";
import { commitOnce } from "../records/commit.ts";
import { entriesOf } from "../records/entries-of.ts";
import { type NumberedPart, readParts, refsOfPart } from "./parts.ts";
import { pageRecords, partRecords, referenceRecords } from "../records/key-space.ts";
import { pagesAtATime } from "../records/manifest.ts";
import type { KeptParts } from "../records/records.ts";
import { garbagePut, manifestOwner } from "../records/references.ts";

/** Parts looked at in one step. */
const stepParts = 100;

/** Most writes of one commit. The port allows 128, and a mass deletion leaves room. */
const stepWrites = 100;

/** Purges an upload. */
export async function purgeUpload(
  metadata: MetadataStore,
  upload: Uint8Array,
  { keep, nowMs }: { readonly keep: KeptParts; readonly nowMs: number },
): Promise<void> {
  const used = keep === "listed" ? await usedParts(metadata, upload) : new Set<number>();
  if (keep === "none") await removePages(metadata, upload);
  for (;;) {
    const parts = await readParts({ metadata }, upload, { limit: stepParts });
    if (parts.length === 0) return;
    await removeParts(metadata, upload, { parts, used, nowMs });
  }
}

async function usedParts(
  metadata: MetadataStore,
  upload: Uint8Array,
): Promise<ReadonlySet<number>> {
  const used = new Set<number>();
  const pages = { ...pageRecords.range(upload), pageRows: pagesAtATime };
  for await (const { value } of entriesOf(metadata, pages)) {
    for (const [, , , part] of pageRecords.decode(value).extents) used.add(part);
  }
  return used;
}

// Removes pages that an unfinished completion wrote before its commit.
async function removePages(metadata: MetadataStore, upload: Uint8Array): Promise<void> {
  for (;;) {
    const { rows } = await metadata.scan({ ...pageRecords.range(upload), limit: stepWrites });
    const deletes = rows.flatMap((row) => ("entry" in row ? [row.entry.key] : []));
    if (deletes.length === 0) return;
    await commitOnce(metadata, { checks: [], puts: [], deletes });
  }
}

interface Removal {
  readonly parts: readonly NumberedPart[];
  readonly used: ReadonlySet<number>;
  readonly nowMs: number;
}

async function removeParts(
  metadata: MetadataStore,
  upload: Uint8Array,
  { parts, used, nowMs }: Removal,
): Promise<void> {
  let puts: Put[] = [];
  let deletes: Buffer[] = [];
  const flush = async (): Promise<void> => {
    await commitOnce(metadata, { checks: [], puts, deletes });
    [puts, deletes] = [[], []];
  };
  for (const { partNumber, record } of parts) {
    const refs = used.has(partNumber) ? [] : refsOfPart(record);
    if (puts.length + deletes.length + 2 * refs.length + 1 > stepWrites) await flush();
    const owner = manifestOwner(upload, partNumber);
    for (const ref of refs) {
      const blob = Buffer.from(ref, "hex");
      puts.push(garbagePut(blob, nowMs));
      deletes.push(referenceRecords.key(blob, owner));
    }
    deletes.push(partRecords.key(upload, partNumber));
  }
  await flush();
}
