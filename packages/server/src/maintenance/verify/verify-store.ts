// `ossicle verify`: reads every record and every blob, and says what is damaged and what is left
// over. It changes nothing, and may run beside a server: what looks wrong is looked at again, since
// it may have been changed in between.
import type { BlobStore, Entry } from "@ossicle/store";
import type { DeliveryRecord } from "../../callback/deliveries/delivery.ts";
import { isFailure } from "../../callback/deliveries/ledger.ts";
import { entriesOf } from "../../objects/records/entries-of.ts";
import { asSeen, type HiddenRecord } from "../../objects/versions/hide-object.ts";
import {
  bucketKey,
  deliveryKey,
  garbageKey,
  gateKey,
  hiddenKey,
  idOfKey,
  intentKey,
  jobRange,
  keyOfHead,
  kindRange,
  parseJobKey,
  referenceRange,
} from "../../objects/records/keys.ts";
import {
  keyOfVersion,
  manifestOwner,
  parseUploadKey,
  partNumberOf,
} from "../../objects/records/object-keys.ts";
import {
  type BucketRecord,
  decodeRecord,
  type GateRecord,
  type ObjectRecord,
  type PartRecord,
} from "../../objects/records/records.ts";
import {
  type InspectingServices,
  inspectPart,
  inspectVersion,
  type InspectOptions,
} from "./inspect-object.ts";

/** Something that is not as it should be. */
export interface Finding {
  /** `damage` loses something; `leftover` only takes room. */
  readonly kind: "damage" | "leftover";
  /** What it is about, in words. */
  readonly subject: string;
  readonly problem: string;
}

/** What was looked at. */
export interface VerifyReport {
  readonly records: number;
  /** Versions of objects, hidden ones and delete markers included. */
  readonly versions: number;
  readonly parts: number;
  readonly deliveries: number;
  readonly blobs: number;
  /** Bytes that were read and held against their digests. */
  readonly bytes: number;
  /** Objects, parts, deliveries and other things that have a problem. */
  readonly damaged: number;
  readonly leftovers: number;
}

/** How to verify. */
export interface VerifyOptions {
  /** Whether bytes are read; otherwise only that they are there. */
  readonly readsBytes: boolean;
  readonly onFinding: (finding: Finding) => void;
}

/** Every kind of record, by the letter of its keys. */
const letters = "sabcgovwupxirzlqfn";

/** Records read at a time. */
const rowsAtATime = 200;

/** Most looks at something that is changed while it is looked at. */
const maxLooks = 4;

type Inspected = Omit<Finding, "kind"> & { readonly kind?: Finding["kind"] };

/** Verifies a store. */
export async function verifyStore(
  services: InspectingServices,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const run = new Verification(services, options);
  await run.readRecords();
  await run.checkDue();
  await run.readBlobs();
  return run.report;
}

class Verification {
  readonly #services: InspectingServices;
  readonly #options: VerifyOptions;
  readonly #inspect: InspectOptions;
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
  /** Names by id; buckets are read before what is in them. */
  readonly #buckets = new Map<string, string>();
  /** What was told last: one damaged thing may have several problems. */
  #toldOf = "";
  /** Deliveries that are due. */
  readonly #due = new Set<string>();

  constructor(services: InspectingServices, options: VerifyOptions) {
    this.#services = services;
    this.#options = options;
    this.#inspect = {
      readsBytes: options.readsBytes,
      onBytes: (count) => (this.#counts.bytes += count),
    };
  }

  get report(): VerifyReport {
    return this.#counts;
  }

  async readRecords(): Promise<void> {
    const { metadata } = this.#services;
    for (const letter of letters) {
      const range = { ...kindRange(letter), pageRows: rowsAtATime };
      for await (const entry of entriesOf(metadata, range)) {
        this.#counts.records += 1;
        await this.#look(entry);
      }
    }
  }

  async #look(seen: Omit<Entry, "payload">): Promise<void> {
    let version: number = seen.version;
    let findings: readonly Inspected[] = [];
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const [entry] = await this.#services.metadata.getMany([seen.key]);
      if (entry === undefined) return; // it is gone
      // What is wrong with a record that stays as it was is wrong indeed.
      if (looks > 0 && entry.version === version) break;
      ({ version } = entry);
      findings = await this.#inspectEntry(entry).catch((cause: unknown) => [
        { subject: printable(entry.key), problem: `its record cannot be read: ${String(cause)}` },
      ]);
      if (findings.length === 0) break;
    }
    this.#count(seen.key);
    for (const finding of findings) this.#tell(finding);
  }

  #count(key: Uint8Array): void {
    const letter = String.fromCharCode(key[0] ?? 0);
    if (letter === "o" || letter === "v" || letter === "w") this.#counts.versions += 1;
    if (letter === "p") this.#counts.parts += 1;
    if (letter === "l") this.#counts.deliveries += 1;
  }

  #tell({ kind = "damage", subject, problem }: Inspected): void {
    if (kind === "leftover") this.#counts.leftovers += 1;
    else if (subject !== this.#toldOf) this.#counts.damaged += 1;
    this.#toldOf = subject;
    this.#options.onFinding({ kind, subject, problem });
  }

  async #inspectEntry(entry: Entry): Promise<readonly Inspected[]> {
    const { key, value, payload } = entry;
    switch (String.fromCharCode(key[0] ?? 0)) {
      case "b":
        return this.#inspectBucket(entry);
      case "g":
        return this.#inspectGate(entry);
      case "o":
      case "v": {
        const isHead = key[0] === "o".charCodeAt(0);
        const name = isHead ? keyOfHead(key) : keyOfVersion(key);
        const record = decodeRecord<ObjectRecord>(value);
        const which = isHead ? "" : `, version ${record.id}`;
        const subject = `object ${this.#bucketName(key)}/${name}${which}`;
        const version = { record, payload };
        return about(subject, await inspectVersion(this.#services, version, this.#inspect));
      }
      case "w": {
        const hidden = decodeRecord<HiddenRecord>(value);
        const version = { record: asSeen(hidden), payload };
        const subject = `hidden object ${this.#bucketName(key)}/${hidden.key}`;
        const problems = await inspectVersion(this.#services, version, this.#inspect);
        if (await this.#isDue(key.subarray(9))) return about(subject, problems);
        return about(subject, [...problems, "no delivery will ever show it or throw it away"]);
      }
      case "u":
        decodeRecord(value);
        parseUploadKey(key);
        return [];
      case "p": {
        const subject = `part ${partNumberOf(key)} of upload ${Buffer.from(key.subarray(1, 17)).toString("hex").toUpperCase()}`;
        const record = decodeRecord<PartRecord>(value);
        const part = { record, owner: manifestOwner(key.subarray(1, 17), partNumberOf(key)) };
        return about(subject, await inspectPart(this.#services, part, this.#inspect));
      }
      case "l":
        return this.#inspectDelivery(entry);
      case "q":
        return this.#inspectJob(entry);
      case "f":
        return this.#inspectFailure(entry);
      default:
        decodeRecord(value);
        return [];
    }
  }

  #bucketName(key: Uint8Array): string {
    const id = bucketOf(key);
    return this.#buckets.get(id) ?? id;
  }

  async #inspectBucket({ key, value }: Entry): Promise<readonly Inspected[]> {
    const { id } = decodeRecord<BucketRecord>(value);
    this.#buckets.set(id, Buffer.from(key.subarray(1)).toString());
    const [gate] = await this.#services.metadata.getMany([gateKey(Buffer.from(id, "hex"))]);
    const subject = `bucket ${Buffer.from(key.subarray(1)).toString()}`;
    return gate === undefined
      ? [{ subject, problem: "it has no gate: no upload can write to it" }]
      : [];
  }

  async #inspectGate({ key, value }: Entry): Promise<readonly Inspected[]> {
    const { name } = decodeRecord<GateRecord>(value);
    const [bucket] = await this.#services.metadata.getMany([bucketKey(name)]);
    const id = bucketOf(key);
    if (bucket !== undefined && decodeRecord<BucketRecord>(bucket.value).id === id) return [];
    return [{ kind: "leftover", subject: `gate ${id}`, problem: `no bucket ${name} has it` }];
  }

  async #inspectDelivery({ key, value, payload }: Entry): Promise<readonly Inspected[]> {
    const record = decodeRecord<DeliveryRecord>(value);
    const id = hexOf(idOfKey(key));
    const subject = `delivery ${id}`;
    if (record.state !== "due") return [];
    this.#due.add(id);
    const { policy, version, bucketId } = record;
    if (policy?.onFailure === "hide" && version === undefined) {
      const at = hiddenKey(Buffer.from(bucketId, "hex"), idOfKey(key));
      const [hidden] = await this.#services.metadata.getMany([at]);
      if (hidden === undefined) return [{ subject, problem: "its hidden object is not there" }];
    }
    if ((payload?.length ?? 0) === record.bodyBytes) return [];
    return [
      {
        subject,
        problem: `${payload?.length ?? 0} of its body's ${record.bodyBytes} bytes are there`,
      },
    ];
  }

  async #inspectJob({ key }: Entry): Promise<readonly Inspected[]> {
    const { kind, id } = parseJobKey(key);
    if (kind !== "delivery") return [];
    const isDue = await this.#isDue(id);
    const problem = "the delivery is not due, or not there";
    return isDue ? [] : [{ kind: "leftover", subject: `job of delivery ${hexOf(id)}`, problem }];
  }

  async #isDue(id: Uint8Array): Promise<boolean> {
    const [delivery] = await this.#services.metadata.getMany([deliveryKey(id)]);
    return delivery !== undefined && decodeRecord<DeliveryRecord>(delivery.value).state === "due";
  }

  async #inspectFailure({ key }: Entry): Promise<readonly Inspected[]> {
    const id = key.subarray(9);
    const [delivery] = await this.#services.metadata.getMany([deliveryKey(id)]);
    const isListed =
      delivery !== undefined && isFailure(decodeRecord<DeliveryRecord>(delivery.value));
    const problem = "the delivery has not failed, or is not there";
    return isListed
      ? []
      : [{ kind: "leftover", subject: `failure of delivery ${hexOf(id)}`, problem }];
  }

  /** A delivery that is due without a job would never be sent. */
  async checkDue(): Promise<void> {
    let stuck = [...this.#due];
    // Once more for those without one: settled since, or taken over, which moved the job under the
    // scan.
    for (let looks = 0; looks < 2 && stuck.length > 0; looks += 1) {
      const jobs = await this.#jobs();
      stuck = stuck.filter((id) => !jobs.has(id));
      const left: string[] = [];
      for (const id of stuck) if (await this.#isDue(Buffer.from(id, "hex"))) left.push(id);
      stuck = left;
    }
    for (const id of stuck) {
      this.#tell({ subject: `delivery ${id}`, problem: "it is due, but no job will ever send it" });
    }
  }

  /** Ids of deliveries that have a job. */
  async #jobs(): Promise<ReadonlySet<string>> {
    const jobs = new Set<string>();
    for await (const { key } of entriesOf(this.#services.metadata, jobRange(2 ** 48 - 1))) {
      const { kind, id } = parseJobKey(key);
      if (kind === "delivery") jobs.add(hexOf(id));
    }
    return jobs;
  }

  /**
   * A blob has an intent (its upload is under way), a reference, or a mark as garbage; else
   * nothing will ever remove it.
   */
  async readBlobs(): Promise<void> {
    const { blobs } = this.#services;
    for await (const { ref, sizeBytes } of blobs.scan()) {
      this.#counts.blobs += 1;
      if (await this.#isKnown(ref)) continue;
      if (!(await isThere(blobs, ref))) continue; // swept meanwhile
      this.#tell({
        kind: "leftover",
        subject: `blob ${Buffer.from(ref).toString("hex")}`,
        problem: `nothing knows its ${sizeBytes} bytes`,
      });
    }
  }

  // In the order in which a blob's life passes through them, so that none is missed between two
  // reads.
  async #isKnown(ref: Uint8Array): Promise<boolean> {
    const { metadata } = this.#services;
    const [intent] = await metadata.getMany([intentKey(ref)]);
    if (intent !== undefined) return true;
    const { rows } = await metadata.scan({ ...referenceRange(ref), limit: 1 });
    if (rows.length > 0) return true;
    const [garbage] = await metadata.getMany([garbageKey(ref)]);
    return garbage !== undefined;
  }
}

async function isThere(blobs: BlobStore, ref: Uint8Array): Promise<boolean> {
  try {
    const bytes = await blobs.read(ref, { offset: 0, length: 0 });
    await bytes[Symbol.asyncIterator]().return?.();
    return true;
  } catch {
    return false;
  }
}

function about(subject: string, problems: readonly string[]): readonly Inspected[] {
  return problems.map((problem) => ({ subject, problem }));
}

function bucketOf(key: Uint8Array): string {
  return Buffer.from(key.subarray(1, 9)).toString("hex");
}

function hexOf(id: Uint8Array): string {
  return Buffer.from(id).toString("hex").toUpperCase();
}

function printable(key: Uint8Array): string {
  return `record ${String.fromCharCode(key[0] ?? 0)} ${Buffer.from(key.subarray(1)).toString("hex")}`;
}
