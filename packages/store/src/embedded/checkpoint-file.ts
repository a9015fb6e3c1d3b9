// The checkpoint: a snapshot of the index that is durable, and where the log goes on behind it.
// After a power cut the index is returned to that snapshot, and the log is replayed.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { errorCode } from "../error-facts.ts";
import { syncFolderNow } from "../files/folder-sync.ts";
import { metaPageBytes } from "../lmdb/lmdb-meta.ts";
import type { LogEnd } from "../log/log-record.ts";

/** Name of the file, in the folder of the database. */
export const checkpointFileName = "checkpoint";

/** A checkpoint. */
export interface Checkpoint {
  /** Counts checkpoints. */
  readonly sequence: number;
  /** The snapshot holds every record of the log before this. */
  readonly log: LogEnd;
  /** Start of the machine in which it was written (see {@link readBootId}). */
  readonly bootId: string;
  /** LMDB's meta page of the snapshot. */
  readonly meta: Buffer;
  /** Whether an Ossicle before format 3 wrote it: its index must be converted. */
  readonly isEarlier: boolean;
}

/**
 * The file has two slots, which are written in turn, so that a checkpoint whose writing is
 * interrupted leaves the one before. A slot takes one sector.
 */
const slotBytes = 512;
const slotOffsets = [0, 4_096] as const;

const magic = Buffer.from("ossicle\u0002", "latin1");
const earlierMagic = Buffer.from("ossicle\u0001", "latin1");
const sequenceAt = 8;
const positionAt = 16;
const segmentAt = 24;
const logChecksumAt = 32;
const bootIdAt = 36;
const bootIdBytes = 36;
const metaAt = 72;
const checksumAt = slotBytes - 4;

/** Reads the newest checkpoint; undefined when there is none. */
export function readCheckpoint(folder: string): Checkpoint | undefined {
  const path = join(folder, checkpointFileName);
  if (!existsSync(path)) return undefined;
  const file = openSync(path, "r");
  try {
    const slots = slotOffsets
      .map((offset) => readSlot(file, offset))
      .filter((slot) => slot !== undefined);
    // A conversion removes the file, so an earlier version has written such a slot last.
    const earlier = slots.filter(({ isEarlier }) => isEarlier);
    return (earlier.length > 0 ? earlier : slots)
      .toSorted((one, other) => one.sequence - other.sequence)
      .at(-1);
  } finally {
    closeSync(file);
  }
}

function readSlot(file: number, offset: number): Checkpoint | undefined {
  const slot = Buffer.alloc(slotBytes);
  if (readSync(file, slot, 0, slotBytes, offset) < slotBytes) return undefined;
  return decodeSlot(slot);
}

function decodeSlot(slot: Buffer): Checkpoint | undefined {
  const isEarlier = slot.subarray(0, magic.length).equals(earlierMagic);
  if (!isEarlier && !slot.subarray(0, magic.length).equals(magic)) return undefined;
  if (crc32(slot.subarray(0, checksumAt)) !== slot.readUInt32LE(checksumAt)) return undefined;
  return {
    sequence: slot.readDoubleLE(sequenceAt),
    log: {
      position: slot.readDoubleLE(positionAt),
      segment: slot.readDoubleLE(segmentAt),
      checksum: slot.readUInt32LE(logChecksumAt),
    },
    bootId: slot.toString("latin1", bootIdAt, bootIdAt + bootIdBytes).trimEnd(),
    meta: Buffer.from(slot.subarray(metaAt, metaAt + metaPageBytes)),
    isEarlier,
  };
}

function encodeSlot({ sequence, log, bootId, meta, isEarlier }: Checkpoint): Buffer {
  const slot = Buffer.alloc(slotBytes);
  (isEarlier ? earlierMagic : magic).copy(slot);
  slot.writeDoubleLE(sequence, sequenceAt);
  slot.writeDoubleLE(log.position, positionAt);
  slot.writeDoubleLE(log.segment, segmentAt);
  slot.writeUInt32LE(log.checksum, logChecksumAt);
  slot.write(bootId.padEnd(bootIdBytes), bootIdAt, bootIdBytes, "latin1");
  meta.copy(slot, metaAt);
  slot.writeUInt32LE(crc32(slot.subarray(0, checksumAt)), checksumAt);
  return slot;
}

/** Writes a checkpoint into the slot of its sequence. It is durable afterwards. */
export function writeCheckpoint(folder: string, checkpoint: Omit<Checkpoint, "isEarlier">): void {
  const path = join(folder, checkpointFileName);
  const isNew = !existsSync(path);
  const file = openSync(path, isNew ? "w+" : "r+", 0o600);
  try {
    const offset = slotOffsets[checkpoint.sequence % slotOffsets.length] ?? 0;
    writeSync(file, encodeSlot({ ...checkpoint, isEarlier: false }), 0, slotBytes, offset);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) syncFolderNow(folder);
}

/** Makes the file durable as it is. */
export function syncCheckpoint(folder: string): void {
  const path = join(folder, checkpointFileName);
  if (!existsSync(path)) return;
  const file = openSync(path, "r+");
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * The content of a checkpoint file that was written in another start of the machine. For tests that
 * simulate power cuts; with `bootId`, for fixtures that count as written since the machine started.
 */
export function withOtherBootId(content: Buffer, bootId = "another"): Buffer {
  const changed = Buffer.from(content);
  for (const offset of slotOffsets) {
    const checkpoint = decodeSlot(changed.subarray(offset, offset + slotBytes));
    if (checkpoint !== undefined) {
      encodeSlot({ ...checkpoint, bootId }).copy(changed, offset);
    }
  }
  return changed;
}

/**
 * Names the machine's current start, which ends with a power cut. Empty on systems that do not name
 * it: there the index is synced with every commit.
 */
export function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT") throw cause;
    return "";
  }
}
