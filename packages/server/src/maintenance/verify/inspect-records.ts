// Inspects single records: one inspector for each kind of key.
import type { Entry, MetadataStore } from "@ossicle/store";
import { isFailure } from "../../callback/deliveries/ledger.ts";
import { damageOf, type Finding } from "./finding.ts";
import {
  type InspectingServices,
  inspectPart,
  inspectVersion,
  type InspectOptions,
} from "./inspect-object.ts";
import { idText } from "../../callback/deliveries/delivery.ts";
import {
  type BucketId,
  bucketRecords,
  deliveryRecords,
  failureRecords,
  gateRecords,
  headRecords,
  hiddenRecords,
  jobRecords,
  type KeyLetter,
  partRecords,
  versionRecords,
} from "../../objects/records/key-space.ts";
import { manifestOwner } from "../../objects/records/references.ts";
import { asSeen } from "../../objects/versions/hide-object.ts";

/** What inspectors are given beside the record. */
export interface InspectionContext {
  readonly services: InspectingServices;
  readonly options: InspectOptions;
  /** Names of buckets by the hex of their ids. */
  readonly bucketNames: ReadonlyMap<string, string>;
}

/** Looks at one record. */
export type Inspector = (context: InspectionContext, entry: Entry) => Promise<readonly Finding[]>;

/** The inspectors by the letter of their keys, in the order in which records are read. */
export const inspectors: Readonly<Record<KeyLetter, Inspector>> = {
  s: inspectOther,
  a: inspectOther,
  k: inspectOther,
  m: inspectOther,
  b: inspectBucket,
  c: inspectOther,
  g: inspectGate,
  o: inspectHead,
  v: inspectNoncurrent,
  w: inspectHidden,
  u: inspectOther,
  p: inspectUploadPart,
  x: inspectOther,
  i: inspectOther,
  r: inspectOther,
  z: inspectOther,
  l: inspectDelivery,
  q: inspectJob,
  f: inspectFailure,
  n: inspectOther,
};

/** Whether a delivery's record says that it is due. */
export async function isDue(metadata: MetadataStore, id: Uint8Array): Promise<boolean> {
  const [delivery] = await metadata.getMany([deliveryRecords.key(id)]);
  return delivery !== undefined && deliveryRecords.decode(delivery.value).state === "due";
}

// A kind without rules beyond those of its key and record.
async function inspectOther(): Promise<readonly Finding[]> {
  return [];
}

async function inspectBucket(
  { services }: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  const { id } = bucketRecords.decode(value);
  const [gate] = await services.metadata.getMany([gateRecords.key(Buffer.from(id, "hex"))]);
  const [name] = bucketRecords.partsOf(key);
  const subject = `bucket ${name}`;
  return damageOf(subject, gate === undefined ? ["it has no gate: no upload can write to it"] : []);
}

async function inspectGate(
  { services }: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  const { name } = gateRecords.decode(value);
  const [bucket] = await services.metadata.getMany([bucketRecords.key(name)]);
  const id = Buffer.from(gateRecords.partsOf(key)[0]).toString("hex");
  if (bucket !== undefined && bucketRecords.decode(bucket.value).id === id) return [];
  return [{ kind: "leftover", subject: `gate ${id}`, problem: `no bucket ${name} refers to it` }];
}

async function inspectHead(
  context: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const [bucket, objectKey] = headRecords.partsOf(key);
  const record = headRecords.decode(value);
  const subject = `object ${nameOfBucket(context, bucket)}/${objectKey}`;
  const version = { record, payload };
  return damageOf(subject, await inspectVersion(context.services, version, context.options));
}

async function inspectNoncurrent(
  context: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const [bucket, objectKey] = versionRecords.partsOf(key);
  const record = versionRecords.decode(value);
  const name = `${nameOfBucket(context, bucket)}/${objectKey}`;
  const subject = `object ${name}, version ${record.id}`;
  const version = { record, payload };
  return damageOf(subject, await inspectVersion(context.services, version, context.options));
}

async function inspectHidden(
  context: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const { services, options } = context;
  const [bucket, delivery] = hiddenRecords.partsOf(key);
  const hidden = hiddenRecords.decode(value);
  const version = { record: asSeen(hidden), payload };
  const subject = `hidden object ${nameOfBucket(context, bucket)}/${hidden.key}`;
  const problems = await inspectVersion(services, version, options);
  if (await isDue(services.metadata, delivery)) return damageOf(subject, problems);
  return damageOf(subject, [...problems, "no due delivery will ever reveal or discard it"]);
}

async function inspectUploadPart(
  { services, options }: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  const [upload, partNumber] = partRecords.partsOf(key);
  const subject = `part ${partNumber} of upload ${idText(upload)}`;
  const record = partRecords.decode(value);
  const part = { record, owner: manifestOwner(upload, partNumber) };
  return damageOf(subject, await inspectPart(services, part, options));
}

async function inspectDelivery(
  { services }: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const record = deliveryRecords.decode(value);
  const [id] = deliveryRecords.partsOf(key);
  const subject = `delivery ${idText(id)}`;
  if (record.state !== "due") return [];
  const { policy, version, bucketId, bodyBytes } = record;
  if (policy?.onFailure === "hide" && version === undefined) {
    const at = hiddenRecords.key(Buffer.from(bucketId, "hex"), id);
    const [hidden] = await services.metadata.getMany([at]);
    if (hidden === undefined) return damageOf(subject, ["its hidden object is not there"]);
  }
  const there = payload?.length ?? 0;
  if (there === bodyBytes) return [];
  return damageOf(subject, [`${there} of its body's ${bodyBytes} bytes are there`]);
}

async function inspectJob(
  { services }: InspectionContext,
  { key }: Entry,
): Promise<readonly Finding[]> {
  const [, , kind, id] = jobRecords.partsOf(key);
  if (kind !== "delivery" || (await isDue(services.metadata, id))) return [];
  const problem = "the delivery is not due, or not there";
  return [{ kind: "leftover", subject: `job of delivery ${idText(id)}`, problem }];
}

async function inspectFailure(
  { services }: InspectionContext,
  { key }: Entry,
): Promise<readonly Finding[]> {
  const [, id] = failureRecords.partsOf(key);
  const [delivery] = await services.metadata.getMany([deliveryRecords.key(id)]);
  if (delivery !== undefined && isFailure(deliveryRecords.decode(delivery.value))) return [];
  const problem = "the delivery has not failed, or is not there";
  return [{ kind: "leftover", subject: `failure of delivery ${idText(id)}`, problem }];
}

function nameOfBucket({ bucketNames }: InspectionContext, bucket: BucketId): string {
  const id = Buffer.from(bucket).toString("hex");
  return bucketNames.get(id) ?? id;
}
