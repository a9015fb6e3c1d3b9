// Reads a request's bucket and key in one snapshot, under the hinted bucket id. When the hint is
// wrong, the look-up starts again with the right id.
import type { Entry } from "@ossicle/store";
import type { Bucket } from "./bucket.ts";
import { parsedBucketPolicy } from "../records/parsed-policies.ts";
import type { BucketHints } from "./bucket-hints.ts";
import { decodeHead, type Head } from "../records/head.ts";
import type { StorageServices } from "../records/storage-services.ts";
import {
  bucketRecords,
  configRecords,
  gateRecords,
  headRecords,
  serverRecords,
} from "../records/key-space.ts";

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

/** The name of the record with an account's block of public access. */
export function accountBlockName(
  { ownAccountId }: Pick<BucketHints, "ownAccountId">,
  accountId: string,
): "public-access-block" | `public-access-block/${string}` {
  return accountId === ownAccountId ? "public-access-block" : `public-access-block/${accountId}`;
}

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
  const withPayload = include.includes("payload");
  const hint = services.hints.get(name);
  const sinceMs = services.hints.now();
  let configs = configsOf(include, hint?.gate.hasPolicy === true);
  let id = hint?.id;
  let owner = hint?.record.owner ?? "";
  for (let round = 0; round < maxRounds; round += 1) {
    const keys = [bucketRecords.key(name)];
    if (id !== undefined) {
      keys.push(gateRecords.key(id));
      for (const config of configs) keys.push(configRecords.key(id, config));
      if (key !== undefined) keys.push(headRecords.key(id, key));
      if (configs.includes("acl"))
        keys.push(serverRecords.key(accountBlockName(services.hints, owner)));
    }
    const [bucketEntry, gateEntry, ...rest] = await services.metadata.getMany(keys, {
      payloads: withPayload,
    });
    if (bucketEntry === undefined) return { bucket: undefined, head: undefined };
    const known = hint?.recordVersion === bucketEntry.version ? hint : undefined;
    const record = known?.record ?? bucketRecords.decode(bucketEntry.value);
    const actual = known?.id ?? Buffer.from(record.id, "hex");
    if (id === undefined || gateEntry === undefined || Buffer.compare(actual, id) !== 0) {
      id = actual;
      ({ owner } = record);
      continue;
    }
    const sameGate = known?.gateVersion === gateEntry.version;
    const gate = sameGate ? known.gate : gateRecords.decode(gateEntry.value);
    if (gate.hasPolicy === true && !configs.includes("policy")) {
      configs = configsOf(include, true);
      continue;
    }
    const bucket: Bucket = {
      name,
      id: actual,
      record,
      recordVersion: bucketEntry.version,
      gate,
      gateVersion: gateEntry.version,
      ...settingsOf(configs, rest, {
        name: accountBlockName(services.hints, owner),
        block: configs.includes("acl") ? rest.at(-1) : undefined, // the last key
      }),
    };
    if (!sameGate) services.hints.set(name, bucket);
    if (configs.includes("delivery-policy") && configs.includes("cors")) {
      const policyBytes = rest[configs.indexOf("delivery-policy")]?.value.length ?? 0;
      services.hints.remember(bucket, { sinceMs, policyBytes });
    }
    const headEntry = key === undefined ? undefined : rest[configs.length];
    if (headEntry === undefined) return { bucket, head: undefined };
    return { bucket, head: decodeHead(headEntry, withPayload) };
  }
  throw new Error(`bucket ${name} keeps changing, or has no gate: run \`ossicle verify\``);
}

/** An account's block of public access, if it has one. */
interface AccountBlock {
  readonly name: ReturnType<typeof accountBlockName>;
  readonly block: Entry | undefined;
}

type ConfigName = (typeof accessConfigs)[number] | "delivery-policy" | "cors" | "policy";

// The documents that a look-up reads, in the order of its keys.
function configsOf(include: readonly LookUpPart[], hasPolicy: boolean): readonly ConfigName[] {
  const configs: ConfigName[] = include.includes("access") ? [...accessConfigs] : [];
  if (include.includes("delivery policy")) configs.push("delivery-policy");
  if (include.includes("vary")) configs.push("cors");
  if (hasPolicy) configs.push("policy");
  return configs;
}

function settingsOf(
  configs: readonly ConfigName[],
  entries: readonly (Entry | undefined)[],
  account: AccountBlock,
): ReturnType<typeof decideAccess> & Pick<Bucket, "deliveryPolicy" | "variesByOrigin" | "policy"> {
  const entryOf = (name: ConfigName): Entry | undefined => entries[configs.indexOf(name)];
  const [delivery, cors, policy] = [entryOf("delivery-policy"), entryOf("cors"), entryOf("policy")];
  return {
    ...decideAccess(accessConfigs.map(entryOf), account),
    ...(delivery === undefined
      ? {}
      : { deliveryPolicy: configRecords.decode("delivery-policy", delivery.value) }),
    ...(cors === undefined
      ? {}
      : { variesByOrigin: configRecords.decode("cors", cors.value).responseVary === true }),
    ...(policy === undefined
      ? {}
      : { policy: parsedBucketPolicy(configRecords.decode("policy", policy.value).policy) }),
  };
}

// The documents that decide about requests other than the owner's.
const accessConfigs = ["acl", "public-access-block", "request-payment"] as const;

function decideAccess(
  [acl, block, payment]: readonly (Entry | undefined)[],
  { name, block: ofAccount }: AccountBlock,
): Pick<Bucket, "acl" | "blocksPublic" | "requesterPays"> {
  return {
    acl: acl === undefined ? "private" : configRecords.decode("acl", acl.value).acl,
    blocksPublic:
      (block !== undefined &&
        configRecords.decode("public-access-block", block.value).blockPublicAccess) ||
      (ofAccount !== undefined && serverRecords.decode(name, ofAccount.value).blockPublicAccess),
    requesterPays:
      payment !== undefined &&
      configRecords.decode("request-payment", payment.value).payer === "Requester",
  };
}
