// `ossicle verify`: reads every record and every blob, and reports damage and leftovers. It changes
// nothing, and may run beside a server. A record with a problem is therefore read again, since the
// server may have changed it in between.
import { type Entry, maxKeyLength, type MetadataStore } from "@ossicle/store";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { damageOf, type Finding } from "./finding.ts";
import { inspectBlob } from "./inspect-blobs.ts";
import { inspectDue } from "./inspect-due.ts";
import type { KeyRange } from "../../objects/records/record-kind.ts";
import type { InspectingServices } from "./inspect-object.ts";
import { type InspectionContext, inspectors } from "./inspect-records.ts";
import { idText } from "../../callback/deliveries/delivery.ts";
import {
  bucketRecords,
  deliveryRecords,
  type KeyLetter,
  keySpace,
  letterOf,
} from "../../objects/records/key-space.ts";

/** What was looked at. */
export interface VerifyReport {
  readonly records: number;
  /** Versions of objects, hidden ones and delete markers included. */
  readonly versions: number;
  readonly parts: number;
  readonly deliveries: number;
  readonly blobs: number;
  /** Bytes that were read and compared with their digests. */
  readonly bytes: number;
  /** Objects, parts, deliveries and other things that have a problem. */
  readonly damaged: number;
  readonly leftovers: number;
}

/** How to verify. */
export interface VerifyOptions {
  /** Whether bytes are read. Otherwise only their presence is checked. */
  readonly readsBytes: boolean;
  readonly onFinding: (finding: Finding) => void;
}

/** Records read at a time. */
const rowsAtATime = 200;

/** Most times that a record is inspected while a server changes it. */
const maxLooks = 4;

/** Verifies a store. */
export async function verifyStore(
  services: InspectingServices,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const tally = new Tally(options);
  const { metadata, blobs } = services;
  const context: InspectionContext = {
    services,
    options: { readsBytes: options.readsBytes, onBytes: (count) => tally.bytesRead(count) },
    bucketNames: await readBucketNames(metadata),
  };
  // `Object.keys` is typed as strings, but the keys of this table are exactly `KeyLetter`.
  for (const letter of Object.keys(inspectors) as KeyLetter[]) {
    const range = { ...keySpace[letter].range(), pageRows: rowsAtATime };
    for await (const entry of entriesOf(metadata, range)) {
      const { findings, last } = await inspect(context, letter, entry);
      tally.recordRead(last);
      tally.tell(findings);
    }
  }
  for (const range of unknownRanges()) {
    for await (const { key } of entriesOf(metadata, range)) {
      tally.tell(damageOf(printable(key), ["no kind of record has this key"]));
    }
  }
  tally.tell(await inspectDue(metadata, tally.due));
  for await (const blob of blobs.scan()) {
    tally.blobSeen();
    tally.tell(await inspectBlob(services, blob));
  }
  return tally.report;
}

/** The ranges of keys between those of the kinds. */
function unknownRanges(): readonly KeyRange[] {
  const known = Object.values(keySpace)
    .map((kind) => kind.range())
    .toSorted((one, other) => Buffer.compare(one.from, other.from));
  const begins = [Buffer.alloc(0), ...known.map(({ to }) => to)];
  const ends = [...known.map(({ from }) => from), Buffer.alloc(maxKeyLength, 0xff)];
  return begins
    .map((from, at) => ({ from, to: ends[at] ?? from }))
    .filter(({ from, to }) => Buffer.compare(from, to) < 0);
}

async function readBucketNames(metadata: MetadataStore): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for await (const { key, value } of entriesOf(metadata, bucketRecords.range())) {
    const [name] = bucketRecords.partsOf(key);
    const record = unlessDamaged(() => bucketRecords.decode(value));
    if (record !== undefined) names.set(record.id, name);
  }
  return names;
}

// A damaged record is reported where it is inspected.
function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

interface Inspected {
  readonly findings: readonly Finding[];
  /** The record as it was read last; undefined where it is gone. */
  readonly last: Entry | undefined;
}

// Inspects a record again while it has problems and keeps changing, at most `maxLooks` times.
async function inspect(
  context: InspectionContext,
  letter: KeyLetter,
  seen: Omit<Entry, "payload">,
): Promise<Inspected> {
  let last: Entry | undefined;
  let findings: readonly Finding[] = [];
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const [entry] = await context.services.metadata.getMany([seen.key]);
    if (entry === undefined) return { findings: [], last: undefined };
    // The record has not changed since the last inspection, so its problems are real.
    if (entry.version === last?.version) break;
    last = entry;
    findings = await readAndInspect(context, letter, entry).catch((cause: unknown) =>
      damageOf(printable(entry.key), [`its record cannot be read: ${String(cause)}`]),
    );
    if (findings.length === 0) break;
  }
  return { findings, last };
}

// Reads key and record before the inspector does, which expects them to be whole.
async function readAndInspect(
  context: InspectionContext,
  letter: KeyLetter,
  entry: Entry,
): Promise<readonly Finding[]> {
  keySpace[letter].read(entry.key, entry.value);
  return inspectors[letter](context, entry);
}

/** Counts what was inspected, and reports the findings. */
class Tally {
  readonly #options: VerifyOptions;
  readonly #counts = {
    records: 0,
    versions: 0,
    parts: 0,
    deliveries: 0,
    blobs: 0,
    bytes: 0,
    damaged: 0,
    leftovers: 0,
  };
  /** Ids of deliveries that are due. */
  readonly #due = new Set<string>();
  /** Subject of the last finding. Several problems of one subject count as one damaged record. */
  #toldOf = "";

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  get report(): VerifyReport {
    return this.#counts;
  }

  get due(): ReadonlySet<string> {
    return this.#due;
  }

  bytesRead(count: number): void {
    this.#counts.bytes += count;
  }

  blobSeen(): void {
    this.#counts.blobs += 1;
  }

  recordRead(entry: Entry | undefined): void {
    this.#counts.records += 1;
    if (entry === undefined) return;
    const letter = letterOf(entry.key);
    if (letter === "o" || letter === "v" || letter === "w") this.#counts.versions += 1;
    if (letter === "p") this.#counts.parts += 1;
    if (letter !== "l") return;
    this.#counts.deliveries += 1;
    const [id] = deliveryRecords.partsOf(entry.key);
    const record = unlessDamaged(() => deliveryRecords.decode(entry.value));
    if (record?.state === "due") this.#due.add(idText(id));
  }

  tell(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (finding.kind === "leftover") this.#counts.leftovers += 1;
      else if (finding.subject !== this.#toldOf) this.#counts.damaged += 1;
      this.#toldOf = finding.subject;
      this.#options.onFinding(finding);
    }
  }
}

function printable(key: Uint8Array): string {
  const letter = String.fromCharCode(key[0] ?? 0);
  return `record ${letter} ${Buffer.from(key.subarray(1)).toString("hex")}`;
}
