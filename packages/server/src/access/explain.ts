// Judges an imagined request by the policies and ACLs of a store (`ossicle policy explain`).
// Actions that headers imply, referer lists and session policies are not judged.
import { operations, type OperationName } from "@ossicle/protocol";
import { loadAccount } from "../accounts/credentials.ts";
import type { Identity, RequestFacts } from "../accounts/identity.ts";
import { missing, OperatorError } from "../accounts/change-principal.ts";
import { findAccount, findUser, requireAccount } from "../accounts/principals.ts";
import { openMetadata } from "../data-folder/open-metadata.ts";
import type { StorePlace } from "../data-folder/layout.ts";
import { readConfig } from "../objects/buckets/bucket-config.ts";
import { BucketHints } from "../objects/buckets/bucket-hints.ts";
import type { LookUpServices } from "../objects/buckets/look-up.ts";
import { principalRecords } from "../objects/records/key-space.ts";
import { findVersion } from "../objects/versions/find-version.ts";
import { declarationOf } from "./declaration-of.ts";
import { judge, type Judgement } from "./judge.ts";

/** An imagined request. */
export interface ImaginedRequest {
  /** OSS's name of the operation, for example `GetObject`. */
  readonly operation: string;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly versionId?: string | undefined;
  /** The sender: `account`, `anonymous`, `user/NAME` or `account/NAME`. */
  readonly sender: string;
  /** Facts by condition key in lower case, for example `acs:sourceip`. */
  readonly facts: Readonly<Record<string, string | undefined>>;
  /** The region that resources are named with. */
  readonly region: string;
}

/** A judgement with the text of the statement that decided. */
export interface Explanation {
  readonly judgement: Judgement;
  /** JSON of the statement. */
  readonly statement?: string;
}

/** Explains decisions of a store. */
export interface Explainer {
  /** Throws OperatorError for an unknown operation, sender or bucket. */
  readonly explain: (request: ImaginedRequest) => Promise<Explanation>;
  readonly close: () => Promise<void>;
}

/** Opens a store to explain its decisions. Throws ConfigurationError when the place holds none. */
export async function openExplainer(place: StorePlace): Promise<Explainer> {
  const metadata = await openMetadata(place);
  const account = await loadAccount(metadata).catch(async (cause: unknown) => {
    await metadata.close();
    throw cause;
  });
  const services = { metadata, hints: new BucketHints(account.id) };
  return { explain: (request) => explain(services, request), close: () => metadata.close() };
}

async function explain(services: LookUpServices, request: ImaginedRequest): Promise<Explanation> {
  const { bucket, key, versionId } = request;
  const operation = operationOf(request.operation);
  const identity = await senderOf(services, request);
  const include = ["access"] as const;
  const nothing = { bucket: undefined, head: undefined, version: undefined };
  const found =
    bucket === undefined
      ? nothing
      : await findVersion(services, { bucket, key, versionId }, include);
  const { judgesKeys, makesBucket } = declarationOf(operation);
  const { level } = declarationOf(operation);
  if ((level !== "service" && bucket === undefined) || (level === "object" && !key)) {
    const target = level === "object" ? "bucket/key" : "bucket";
    throw new OperatorError(`${request.operation} needs a target: ${target}`);
  }
  if (judgesKeys === true) {
    throw new OperatorError(`${request.operation} is decided for each key: explain DeleteObject`);
  }
  if (bucket !== undefined && found.bucket === undefined && makesBucket !== true) {
    throw new OperatorError(`there is no bucket ${bucket}`);
  }
  const judgement = judge(identity, { operation, bucket, key, versionId }, { found });
  const text = await textOf(services, { judgement, identity, bucket: found.bucket });
  return { judgement, ...(text === undefined ? {} : { statement: text }) };
}

function operationOf(name: string): OperationName {
  const found = Object.entries(operations).find(([, operation]) => operation.name === name);
  if (found === undefined) {
    throw new OperatorError(`${name} is not an operation: for example GetObject, ListObjects`);
  }
  return found[0] as OperationName; // a key of the table
}

async function senderOf(
  { metadata }: Pick<LookUpServices, "metadata">,
  { sender, facts: known, region }: ImaginedRequest,
): Promise<Identity> {
  const facts: RequestFacts = {
    region,
    condition: (key) => known[key],
    agreesToPay: known["x-oss-request-payer"] === "requester",
    isSignedInUrl: false,
  };
  if (sender === "anonymous") return { kind: "anonymous", facts };
  const account = await loadAccount(metadata);
  const owner = {
    kind: "account",
    account,
    accessKeyId: known["acs:accessid"] ?? "",
    facts,
  } as const;
  if (sender === "account") return owner;
  const [, kind, name] = /^(user|account)\/(.+)$/.exec(sender) ?? [];
  if (name === undefined) {
    const forms = "account, anonymous, user/NAME or account/NAME";
    throw new OperatorError(`${sender}: expected ${forms}`);
  }
  if (kind === "account") {
    const found = await requireAccount(metadata, name);
    return { ...owner, account: { id: found.account.id, displayName: found.account.id } };
  }
  const [entry] = await metadata.getMany([principalRecords.key("user", name)]);
  if (entry === undefined) throw missing({ kind: "user", name });
  const { id, account: own } = principalRecords.decode(entry.value);
  const user = await findUser(metadata, { name, id });
  const ofUser = own === undefined ? account : await findAccount(metadata, own);
  if (user === undefined || ofUser === undefined) throw missing({ kind: "user", name });
  return { ...owner, account: ofUser, user };
}

interface Decided {
  readonly judgement: Judgement;
  readonly identity: Identity;
  readonly bucket: Parameters<typeof readConfig>[1] | undefined;
}

// The statement as the operator wrote it: a policy that was read is a form of it.
async function textOf(
  services: LookUpServices,
  { judgement, identity, bucket }: Decided,
): Promise<string | undefined> {
  if (judgement.by !== "bucket policy" && judgement.by !== "user policy") return undefined;
  const text =
    judgement.by === "bucket policy"
      ? bucket && (await readConfig(services, bucket, "policy"))?.policy
      : await userPolicyText(services, identity, judgement.policy);
  if (text === undefined) return undefined;
  const { Statement: statements } = JSON.parse(text) as { readonly Statement: unknown };
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  return JSON.stringify(list[judgement.statement - 1]);
}

// A policy of a group has the group's name before its own.
async function userPolicyText(
  { metadata }: Pick<LookUpServices, "metadata">,
  identity: Identity,
  name: string,
): Promise<string | undefined> {
  const user = identity.kind === "account" ? identity.user?.name : undefined;
  const [group, ofGroup] = name.includes("/") ? name.split("/", 2) : [];
  const key =
    group === undefined
      ? principalRecords.key("user", user ?? "")
      : principalRecords.key("group", group);
  const [entry] = await metadata.getMany([key]);
  return entry && principalRecords.decode(entry.value).policies[ofGroup ?? name];
}
