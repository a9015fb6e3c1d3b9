// Configuration documents of a bucket, one record each. They are not in the gate, so that changing
// one does not conflict with uploads. A change of what uploads read touches the gate, because an
// upload may go without that read (request/run-on-guess.ts). So does a change of what the gate
// tells readers.
import { type Check, isPossibleKey, type Put } from "@ossicle/store";
import { commitOnce } from "../records/commit.ts";
import type { Bucket } from "./bucket.ts";
import { untilDone } from "./change-gate.ts";
import type { LookUpServices } from "./look-up.ts";
import type { StorageServices } from "../records/storage-services.ts";
import type { BucketConfigs } from "../records/bucket-configs.ts";
import { configRecords, gateRecords } from "../records/key-space.ts";
import type { GateRecord } from "../records/records.ts";

/** Reads a document; undefined when the bucket has none. */
export async function readConfig<Name extends keyof BucketConfigs>(
  { metadata }: Pick<StorageServices, "metadata">,
  { id }: Pick<Bucket, "id">,
  name: Name,
): Promise<BucketConfigs[Name] | undefined> {
  const [entry] = await metadata.getMany([configRecords.key(id, name)]);
  return entry === undefined ? undefined : configRecords.decode(name, entry.value);
}

/** A document to write. Without a value the document is removed. */
interface NewConfig<Name extends keyof BucketConfigs> {
  readonly name: Name;
  readonly value: BucketConfigs[Name] | undefined;
  /** What changes in the gate with it. */
  readonly gate?: Partial<GateRecord>;
  /** Records that are written with it, such as a job. */
  readonly puts?: readonly Put[];
}

/** Writes a document, or removes it. Throws NoSuchBucket, ServiceUnavailable. */
export async function writeConfig<Name extends keyof BucketConfigs>(
  services: LookUpServices,
  bucket: Bucket,
  config: NewConfig<Name>,
): Promise<void> {
  await untilDone(services, bucket, (current) => tryWriteConfig(services, current, config));
}

/**
 * Replaces a document by the result of `change`, atomically. Does nothing when the bucket has no
 * such document. Throws NoSuchBucket, ServiceUnavailable.
 */
export async function changeConfig<Name extends keyof BucketConfigs>(
  services: LookUpServices,
  bucket: Bucket,
  name: Name,
  change: (config: BucketConfigs[Name]) => BucketConfigs[Name] | undefined,
): Promise<void> {
  await untilDone(services, bucket, async (current) => {
    const key = configRecords.key(current.id, name);
    const [entry] = await services.metadata.getMany([key]);
    if (entry === undefined) return true;
    const value = change(configRecords.decode(name, entry.value));
    const learntFrom = [{ key, version: entry.version }];
    return tryWriteConfig(services, current, { name, value }, learntFrom);
  });
}

/**
 * Tries to write a document once. Returns false when the bucket, or a record from which the
 * document was computed, has changed in the meantime.
 */
export async function tryWriteConfig<Name extends keyof BucketConfigs>(
  { metadata }: Pick<StorageServices, "metadata">,
  { id, gate: oldGate, gateVersion }: Bucket,
  { name, value, gate: changes, puts = [] }: NewConfig<Name>,
  learntFrom: readonly Check[] = [],
): Promise<boolean> {
  const key = configRecords.key(id, name);
  // A name from a request may be longer than a key can be: no such document exists.
  if (value === undefined && !isPossibleKey(key)) return true;
  const gateKey = gateRecords.key(id);
  const isRead = readByUploads.has(name) || changes !== undefined;
  const gate = { ...oldGate, ...changes };
  // While a bucket is being deleted, only the deletion writes its gate.
  if (isRead && gate.state !== "active") return false;
  const committed = await commitOnce(metadata, {
    checks: [{ key: gateKey, version: gateVersion }, ...learntFrom],
    puts: [
      ...(isRead ? [{ key: gateKey, value: gateRecords.encode(gate) }] : []),
      ...(value === undefined ? [] : [{ key, value: configRecords.encode(name, value) }]),
      ...puts,
    ],
    deletes: value === undefined ? [key] : [],
  });
  return committed.ok;
}

/** The documents that an upload reads (`lookUp` with "delivery policy" and "vary"). */
const readByUploads: ReadonlySet<keyof BucketConfigs> = new Set(["delivery-policy", "cors"]);
