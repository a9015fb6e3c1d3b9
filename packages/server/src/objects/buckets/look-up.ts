// Reads a request's bucket and key in one snapshot, under the hinted bucket id. When the hint is
// wrong, the look-up starts again with the right id.
import type { Entry } from "@ossicle/store";
import type { Bucket } from "./bucket.ts";
import type { BucketHints } from "./bucket-hints.ts";
import { decodeHead, type Head } from "../records/head.ts";
import type { StorageServices } from "../records/storage-services.ts";
import { bucketRecords, configRecords, gateRecords, headRecords } from "../records/key-space.ts";

/** What a look-up may read beside bucket, gate and head. */
export type LookUpPart =
  /**
   * The bucket's ACL and the documents that override it. Requests of the bucket's owner do not need
   * them.
   */
  | "access"
  /** The head's small body. */
  | "payload"
  /** The bucket's delivery policy. */
  | "delivery policy"
  /** Whether the CORS rules say `ResponseVary`. */
  | "vary";

/** What writers need. */
const byDefault: readonly LookUpPart[] = ["access", "payload"];

/** What a look-up found. */
export interface LookedUp {
  readonly bucket: Bucket | undefined;
  readonly head: Head | undefined;
}

/**
 * Most rounds of a look-up. Each round after the second means that the bucket was deleted and
 * created again, which does not happen this often.
 */
const maxRounds = 10;

/** What a look-up reads from. */
export interface LookUpServices extends Pick<StorageServices, "metadata"> {
  readonly hints: BucketHints;
}

/** Reads a bucket and, if a key is given, the key's head. */
export async function lookUp(
  services: LookUpServices,
  name: string,
  key?: string,
  include: readonly LookUpPart[] = byDefault,
): Promise<LookedUp> {
  const withAccess = include.includes("access");
  const withPayload = include.includes("payload");
  const withPolicy = include.includes("delivery policy");
  const withVary = include.includes("vary");
  const hint = services.hints.get(name);
  const sinceMs = services.hints.now();
  let id = hint?.id;
  for (let round = 0; round < maxRounds; round += 1) {
    const keys = [bucketRecords.key(name)];
    if (id !== undefined) {
      keys.push(gateRecords.key(id));
      if (key !== undefined) keys.push(headRecords.key(id, key));
      if (withAccess) {
        for (const name of accessConfigs) keys.push(configRecords.key(id, name));
      }
      if (withPolicy) keys.push(configRecords.key(id, "delivery-policy"));
      if (withVary) keys.push(configRecords.key(id, "cors"));
    }
    const [bucketEntry, gateEntry, ...rest] = await services.metadata.getMany(keys, {
      payloads: withPayload,
    });
    const headEntry = key === undefined ? undefined : rest[0];
    const corsEntry = withVary ? rest.pop() : undefined;
    const policyEntry = withPolicy ? rest.pop() : undefined;
    const access = withAccess ? rest.slice(key === undefined ? 0 : 1) : [];
    if (bucketEntry === undefined) return { bucket: undefined, head: undefined };
    const known = hint?.recordVersion === bucketEntry.version ? hint : undefined;
    const record = known?.record ?? bucketRecords.decode(bucketEntry.value);
    const actual = known?.id ?? Buffer.from(record.id, "hex");
    if (id === undefined || gateEntry === undefined || Buffer.compare(actual, id) !== 0) {
      id = actual;
      continue;
    }
    const sameGate = known?.gateVersion === gateEntry.version;
    const gate = sameGate ? known.gate : gateRecords.decode(gateEntry.value);
    const bucket: Bucket = {
      name,
      id: actual,
      record,
      recordVersion: bucketEntry.version,
      gate,
      gateVersion: gateEntry.version,
      ...decideAccess(access),
      ...(policyEntry === undefined
        ? {}
        : { deliveryPolicy: configRecords.decode("delivery-policy", policyEntry.value) }),
      ...(corsEntry === undefined
        ? {}
        : {
            variesByOrigin: configRecords.decode("cors", corsEntry.value).responseVary === true,
          }),
    };
    if (!sameGate) services.hints.set(name, bucket);
    if (withPolicy && withVary) {
      const policyBytes = policyEntry?.value.length ?? 0;
      services.hints.remember(bucket, { sinceMs, policyBytes });
    }
    if (headEntry === undefined) return { bucket, head: undefined };
    return { bucket, head: decodeHead(headEntry, withPayload) };
  }
  throw new Error(`bucket ${name} keeps changing, or has no gate: run \`ossicle verify\``);
}

// The documents that decide about requests other than the owner's.
const accessConfigs = ["acl", "public-access-block", "request-payment"] as const;

function decideAccess([acl, block, payment]: readonly (Entry | undefined)[]): Pick<
  Bucket,
  "acl" | "blocksPublic" | "requesterPays"
> {
  return {
    acl: acl === undefined ? "private" : configRecords.decode("acl", acl.value).acl,
    blocksPublic:
      block !== undefined &&
      configRecords.decode("public-access-block", block.value).blockPublicAccess,
    requesterPays:
      payment !== undefined &&
      configRecords.decode("request-payment", payment.value).payer === "Requester",
  };
}
