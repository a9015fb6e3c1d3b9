// Inspects single records: one inspector for each kind of key.
import type { Entry, MetadataStore } from "@ossicle/store";
import { type DeliveryRecord, idText } from "../../callback/deliveries/delivery.ts";
import { isFailure } from "../../callback/deliveries/ledger.ts";
import {
  bucketKey,
  bucketOfKey,
  deliveryKey,
  deliveryOfFailure,
  deliveryOfHidden,
  gateKey,
  hiddenKey,
  idOfKey,
  keyOfHead,
  nameOfKey,
  parseJobKey,
} from "../../objects/records/keys.ts";
import {
  keyOfVersion,
  manifestOwner,
  parseUploadKey,
  partNumberOf,
  uploadOfPart,
} from "../../objects/records/object-keys.ts";
import {
  type BucketRecord,
  decodeRecord,
  type GateRecord,
  type ObjectRecord,
  type PartRecord,
} from "../../objects/records/records.ts";
import type { KeyLetter } from "../../objects/records/key-space.ts";
import { asSeen, type HiddenRecord } from "../../objects/versions/hide-object.ts";
import { damageOf, type Finding } from "./finding.ts";
import {
  type InspectingServices,
  inspectPart,
  inspectVersion,
  type InspectOptions,
} from "./inspect-object.ts";

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
  b: inspectBucket,
  c: inspectOther,
  g: inspectGate,
  o: inspectHead,
  v: inspectNoncurrent,
  w: inspectHidden,
  u: inspectUpload,
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
  const [delivery] = await metadata.getMany([deliveryKey(id)]);
  return delivery !== undefined && decodeRecord<DeliveryRecord>(delivery.value).state === "due";
}

async function inspectOther(
  _context: InspectionContext,
  { value }: Entry,
): Promise<readonly Finding[]> {
  decodeRecord(value);
  return [];
}

async function inspectBucket(
  { services }: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  const { id } = decodeRecord<BucketRecord>(value);
  const [gate] = await services.metadata.getMany([gateKey(Buffer.from(id, "hex"))]);
  const subject = `bucket ${nameOfKey(key)}`;
  return damageOf(subject, gate === undefined ? ["it has no gate: no upload can write to it"] : []);
}

async function inspectGate(
  { services }: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  const { name } = decodeRecord<GateRecord>(value);
  const [bucket] = await services.metadata.getMany([bucketKey(name)]);
  const id = bucketOf(key);
  if (bucket !== undefined && decodeRecord<BucketRecord>(bucket.value).id === id) return [];
  return [{ kind: "leftover", subject: `gate ${id}`, problem: `no bucket ${name} has it` }];
}

async function inspectHead(
  context: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const record = decodeRecord<ObjectRecord>(value);
  const subject = `object ${nameOfBucket(context, key)}/${keyOfHead(key)}`;
  const version = { record, payload };
  return damageOf(subject, await inspectVersion(context.services, version, context.options));
}

async function inspectNoncurrent(
  context: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const record = decodeRecord<ObjectRecord>(value);
  const name = `${nameOfBucket(context, key)}/${keyOfVersion(key)}`;
  const subject = `object ${name}, version ${record.id}`;
  const version = { record, payload };
  return damageOf(subject, await inspectVersion(context.services, version, context.options));
}

async function inspectHidden(
  context: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const { services, options } = context;
  const hidden = decodeRecord<HiddenRecord>(value);
  const version = { record: asSeen(hidden), payload };
  const subject = `hidden object ${nameOfBucket(context, key)}/${hidden.key}`;
  const problems = await inspectVersion(services, version, options);
  if (await isDue(services.metadata, deliveryOfHidden(key))) return damageOf(subject, problems);
  return damageOf(subject, [...problems, "no delivery will ever show it or throw it away"]);
}

async function inspectUpload(
  _context: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  decodeRecord(value);
  parseUploadKey(key);
  return [];
}

async function inspectUploadPart(
  { services, options }: InspectionContext,
  { key, value }: Entry,
): Promise<readonly Finding[]> {
  const upload = uploadOfPart(key);
  const subject = `part ${partNumberOf(key)} of upload ${idText(upload)}`;
  const record = decodeRecord<PartRecord>(value);
  const part = { record, owner: manifestOwner(upload, partNumberOf(key)) };
  return damageOf(subject, await inspectPart(services, part, options));
}

async function inspectDelivery(
  { services }: InspectionContext,
  { key, value, payload }: Entry,
): Promise<readonly Finding[]> {
  const record = decodeRecord<DeliveryRecord>(value);
  const subject = `delivery ${idText(idOfKey(key))}`;
  if (record.state !== "due") return [];
  const { policy, version, bucketId, bodyBytes } = record;
  if (policy?.onFailure === "hide" && version === undefined) {
    const at = hiddenKey(Buffer.from(bucketId, "hex"), idOfKey(key));
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
  const { kind, id } = parseJobKey(key);
  if (kind !== "delivery" || (await isDue(services.metadata, id))) return [];
  const problem = "the delivery is not due, or not there";
  return [{ kind: "leftover", subject: `job of delivery ${idText(id)}`, problem }];
}

async function inspectFailure(
  { services }: InspectionContext,
  { key }: Entry,
): Promise<readonly Finding[]> {
  const id = deliveryOfFailure(key);
  const [delivery] = await services.metadata.getMany([deliveryKey(id)]);
  if (delivery !== undefined && isFailure(decodeRecord<DeliveryRecord>(delivery.value))) return [];
  const problem = "the delivery has not failed, or is not there";
  return [{ kind: "leftover", subject: `failure of delivery ${idText(id)}`, problem }];
}

function nameOfBucket({ bucketNames }: InspectionContext, key: Uint8Array): string {
  const id = bucketOf(key);
  return bucketNames.get(id) ?? id;
}

function bucketOf(key: Uint8Array): string {
  return Buffer.from(bucketOfKey(key)).toString("hex");
}
