// Configuration documents of a bucket, one record each. They are not in the gate: changing one
// disturbs no upload.
import type {
  CallbackPolicyConfiguration,
  BucketAccessMonitorConfiguration,
  BucketArchiveDirectReadConfiguration,
  BucketPublicAccessBlockConfiguration,
  BucketRequestPaymentConfiguration,
  BucketResourceGroupConfiguration,
  BucketTransferAccelerationConfiguration,
  CorsConfiguration,
  DeliveryPolicyConfiguration,
  TagSet,
} from "@ossicle/protocol";
import { OssError } from "@ossicle/protocol";
import type { Check } from "@ossicle/store";
import { commitOnce, pauseBeforeTry } from "../records/commit.ts";
import { configKey, gateKey } from "../records/keys.ts";
import { type Bucket, lookUp, type LookUpServices } from "./look-up.ts";
import { type AclRecord, decodeRecord, encodeRecord } from "../records/records.ts";
import type { StorageServices } from "../records/storage-services.ts";

/** Every kind of document, under the name of its record. */
export interface BucketConfigs {
  readonly acl: AclRecord;
  readonly cors: CorsConfiguration;
  readonly tags: TagSet;
  readonly "callback-policy": CallbackPolicyConfiguration;
  readonly "request-payment": BucketRequestPaymentConfiguration;
  readonly "transfer-acceleration": BucketTransferAccelerationConfiguration;
  readonly "access-monitor": BucketAccessMonitorConfiguration;
  readonly "archive-direct-read": BucketArchiveDirectReadConfiguration;
  readonly "public-access-block": BucketPublicAccessBlockConfiguration;
  readonly "resource-group": BucketResourceGroupConfiguration;
  /** With its secrets sealed (accounts/secret-box.ts). */
  readonly "delivery-policy": DeliveryPolicyConfiguration;
}

/** Most tries against other writers of the same bucket. */
const maxTries = 8;

/** Reads a document; undefined when the bucket has none. */
export async function readConfig<Name extends keyof BucketConfigs>(
  { metadata }: Pick<StorageServices, "metadata">,
  { id }: Pick<Bucket, "id">,
  name: Name,
): Promise<BucketConfigs[Name] | undefined> {
  const [entry] = await metadata.getMany([configKey(id, name)]);
  return entry === undefined ? undefined : decodeRecord<BucketConfigs[Name]>(entry.value);
}

/** A document to write; without a value, one to remove. */
interface NewConfig<Name extends keyof BucketConfigs> {
  readonly name: Name;
  readonly value: BucketConfigs[Name] | undefined;
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
 * Replaces a document by one made from it, atomically. Throws NoSuchBucket, ServiceUnavailable.
 */
export async function changeConfig<Name extends keyof BucketConfigs>(
  services: LookUpServices,
  bucket: Bucket,
  name: Name,
  change: (config: BucketConfigs[Name]) => BucketConfigs[Name] | undefined,
): Promise<void> {
  await untilDone(services, bucket, async (current) => {
    const key = configKey(current.id, name);
    const [entry] = await services.metadata.getMany([key]);
    if (entry === undefined) return true;
    const value = change(decodeRecord<BucketConfigs[Name]>(entry.value));
    const learntFrom = [{ key, version: entry.version }];
    return tryWriteConfig(services, current, { name, value }, learntFrom);
  });
}

/**
 * Writes a document once. Returns false when the bucket, or a record that the document was learnt
 * from, has changed meanwhile.
 */
export async function tryWriteConfig<Name extends keyof BucketConfigs>(
  { metadata }: Pick<StorageServices, "metadata">,
  { id, gateVersion }: Bucket,
  { name, value }: NewConfig<Name>,
  learntFrom: readonly Check[] = [],
): Promise<boolean> {
  const key = configKey(id, name);
  const committed = await commitOnce(metadata, {
    checks: [{ key: gateKey(id), version: gateVersion }, ...learntFrom],
    puts: value === undefined ? [] : [{ key, value: encodeRecord(value) }],
    deletes: value === undefined ? [key] : [],
  });
  return committed.ok;
}

async function untilDone(
  services: LookUpServices,
  bucket: Bucket,
  attempt: (current: Bucket) => Promise<boolean>,
): Promise<void> {
  let current: Bucket | undefined = bucket;
  for (let tries = 0; tries < maxTries && current?.record.id === bucket.record.id; tries += 1) {
    if (tries > 0) await pauseBeforeTry(tries);
    if (await attempt(current)) return;
    current = (await lookUp(services, bucket.name)).bucket;
  }
  // Another bucket may have taken the name.
  if (current?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: bucket.name });
  }
  throw new OssError("ServiceUnavailable");
}
