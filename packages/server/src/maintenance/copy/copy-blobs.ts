// Makes the blobs of one store those of another. A blob never changes, so one of the right length
// is copied already; an interrupted copy leaves a shorter one, which is copied again.
import { BlobDamagedError, BlobMissingError, type BlobRef, type BlobStore } from "@ossicle/store";
import { damageOf, type Finding } from "../verify/finding.ts";

/** Blobs that are copied at the same time. */
const copiesAtOnce = 4;

/** What was written. */
export interface BlobCopyReport {
  readonly blobs: number;
  readonly copied: number;
  readonly copiedBytes: number;
  readonly removed: number;
}

/** What is copied. */
export interface BlobCopy {
  readonly from: BlobStore;
  readonly to: BlobStore;
  /** Throws when this run may not write to the target any more. */
  readonly requireClaim: () => Promise<void>;
  /** Called for a blob whose bytes are damaged. It is left out. */
  readonly onFinding: (finding: Finding) => void;
}

/** Copies the blobs, and removes those that the source lacks. */
export async function copyBlobs(copy: BlobCopy): Promise<BlobCopyReport> {
  const { from, to, requireClaim } = copy;
  await requireClaim();
  const counts = { blobs: 0, copied: 0, copiedBytes: 0 };
  const present = new Map<string, number>(); // 10 million blobs take about 1 GB
  for await (const { ref, sizeBytes } of to.scan()) present.set(nameOf(ref), sizeBytes);
  const source = from.scan()[Symbol.asyncIterator]();
  const copyNext = async (): Promise<void> => {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      const { ref, sizeBytes } = next.value;
      counts.blobs += 1;
      const there = present.get(nameOf(ref));
      present.delete(nameOf(ref));
      if (there === sizeBytes) continue;
      if (there !== undefined) {
        await requireClaim();
        await to.remove([ref]);
      }
      if (!(await copyBlob(copy, ref, sizeBytes))) continue;
      counts.copied += 1;
      counts.copiedBytes += sizeBytes;
    }
  };
  await Promise.all(Array.from({ length: copiesAtOnce }, copyNext));
  await requireClaim();
  const extra = [...present.keys()].map((name) => Uint8Array.from(Buffer.from(name, "hex")));
  for (const ref of extra) {
    await requireClaim();
    await to.remove([ref]);
  }
  return { ...counts, removed: extra.length };
}

// Returns whether the blob was still there, and whole.
async function copyBlob(
  { from, to, requireClaim, onFinding }: BlobCopy,
  ref: BlobRef,
  sizeBytes: number,
): Promise<boolean> {
  const writer = await to.create(ref);
  try {
    for await (const chunk of await from.read(ref, { offset: 0, length: sizeBytes })) {
      await writer.write(chunk);
    }
    await writer.finish();
    return true;
  } catch (cause) {
    // After another run has completed the copy, the blob may be one that nodes serve.
    await requireClaim();
    await writer.abort();
    if (cause instanceof BlobMissingError) return false; // swept meanwhile
    if (cause instanceof BlobDamagedError) {
      for (const finding of damageOf(`blob ${nameOf(ref)}`, [cause.message])) onFinding(finding);
      return false;
    }
    throw cause;
  }
}

function nameOf(ref: BlobRef): string {
  return Buffer.from(ref.buffer, ref.byteOffset, ref.byteLength).toString("hex");
}
