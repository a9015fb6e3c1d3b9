// Judges a request by everything that may decide about it, in OSS's documented order: the session's
// policy; the policies of the user and of the bucket together; the owner; the ACLs. The answer says
// what decided (`ossicle policy explain`).
import {
  type Access,
  type BucketAcl,
  decide,
  existingTagPrefix,
  isAllowed,
  type Policy,
  type PolicyQuestion,
} from "@ossicle/protocol";
import {
  belongsTo,
  type Identity,
  isAccountItself,
  isPermanentKeyOf,
} from "../accounts/identity.ts";
import type { Bucket } from "../objects/buckets/bucket.ts";
import type { FoundVersion } from "../objects/versions/find-version.ts";
import { declarationOf } from "./declaration-of.ts";
import { isPublicStatement } from "./is-public-policy.ts";
import { actionOf, impliedActionsOf } from "./policy-actions.ts";
import type { Subject } from "./subject.ts";

/** The version that a request is about, and its headers. */
export interface Asked {
  readonly found: FoundVersion;
  /**
   * Headers of the request, or of the request that a form stands for. Absent for an object that an
   * operation only reads on the way, such as a copy's source.
   */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Further actions that policies must allow, without `oss:`: those of a copy's tags. */
  readonly implied?: readonly string[];
}

/** What decided about a request, and how. */
export type Judgement =
  | { readonly isAllowed: boolean; readonly by: "session policy" }
  | {
      readonly isAllowed: boolean;
      readonly by: "user policy" | "bucket policy";
      /** The policy's name, and the number of its statement, from 1. */
      readonly policy: string;
      readonly statement: number;
      /** Whether both a policy of the user and that of the bucket deny. */
      readonly isByBoth?: true;
    }
  /** With "each key", the handler judges every key of the document. */
  | { readonly isAllowed: true; readonly by: "ownership" | "openness" | "each key" }
  | { readonly isAllowed: boolean; readonly by: "ACL"; readonly acl: BucketAcl }
  | {
      readonly isAllowed: false;
      /**
       * Operations of the owner need an account. Users, and other accounts than the owner, need an
       * Allow for them. A bucket whose requester pays admits only senders that agree to pay.
       */
      readonly by: "anonymity" | "no policy" | "another account" | "request payment";
    };

/** The policies that may decide about a sender's requests: its session's, its own, the bucket's. */
export function policiesOf(identity: Identity, bucket: Bucket | undefined): readonly Policy[] {
  const { session, user } = identity.kind === "account" ? identity : {};
  return [
    ...(session?.policy === undefined ? [] : [session.policy]),
    ...(user?.policies ?? []).map(({ policy }) => policy),
    ...(bucket?.policy === undefined ? [] : [bucket.policy]),
  ];
}

/** Judges a request about an existing bucket, or about the service. */
export function judge(identity: Identity, subject: Subject, asked: Asked): Judgement {
  const { found, headers = {}, implied = [] } = asked;
  const { access, level, judgesKeys } = declarationOf(subject.operation);
  if (access === "anyone") return { isAllowed: true, by: "openness" };
  const isOwner = isAccountItself(identity, ownerOf(identity, found));
  if (isOwner && policiesOf(identity, found.bucket).length === 0) {
    return { isAllowed: true, by: "ownership" };
  }
  const actions = [
    actionOf(meantVersion(subject, found)),
    ...impliedActionsOf(subject, headers),
    ...implied.map((action) => `oss:${action}`),
  ];
  const questions = actions.map(questionsAbout(identity, subject, asked));
  const session = judgeSession(identity, subject, questions);
  if (session !== undefined) return session;
  const isOwners = access === "owner" || level === "service";
  if (isOwners && identity.kind === "anonymous" && !listings.has(subject.operation)) {
    return { isAllowed: false, by: "anonymity" };
  }
  if (isUnpaid(identity, subject, found)) return { isAllowed: false, by: "request payment" };
  if (judgesKeys === true && needsPolicies(identity, found)) {
    return { isAllowed: true, by: "each key" };
  }
  const byPolicy = judgeByPolicies(identity, found, questions);
  if (byPolicy?.isAllowed === false && !isRescue(identity, subject, found)) return byPolicy;
  if (isOwner) return { isAllowed: true, by: "ownership" };
  if (byPolicy !== undefined) return byPolicy;
  if (isOwners) return { isAllowed: false, by: reasonFor(identity, found) };
  if (actions.some((action) => notByAcl.has(action))) {
    return { isAllowed: false, by: reasonFor(identity, found) };
  }
  const acl = effectiveAcl(access, found);
  return { isAllowed: grantsTo(identity, acl, access), by: "ACL", acl };
}

/** A writer that an ACL lets in can neither retain objects nor bypass a retention. */
const notByAcl: ReadonlySet<string> = new Set([
  "oss:PutObjectRetention",
  "oss:PutObjectLegalHold",
  "oss:BypassGovernanceRetention",
]);

/** A bucket policy may open these to anonymous senders, which no ACL does (OSS's EC pages). */
const listings: ReadonlySet<Subject["operation"]> = new Set([
  "listObjects",
  "listObjectsV2",
  "listObjectVersions",
]);

/** Judges by the policy of a temporary key; undefined where it has none, or allows the request. */
function judgeSession(
  identity: Identity,
  subject: Subject,
  questions: readonly PolicyQuestion[],
): Judgement | undefined {
  if (identity.kind !== "account" || identity.session?.policy === undefined) return undefined;
  if (declarationOf(subject.operation).judgesKeys === true) return undefined;
  const { policy } = identity.session;
  if (questions.every((question) => isAllowed(policy, question))) return undefined;
  return { isAllowed: false, by: "session policy" };
}

// Where there is no bucket, an account asks about what is its own.
function ownerOf(identity: Identity, { bucket }: Pick<FoundVersion, "bucket">): string {
  if (bucket !== undefined) return bucket.record.owner;
  return identity.kind === "account" ? identity.account.id : "";
}

function needsPolicies(identity: Identity, { bucket }: FoundVersion): boolean {
  if (bucket?.policy !== undefined) return true;
  return identity.kind === "account" && !isAccountItself(identity, ownerOf(identity, { bucket }));
}

/**
 * Whether the sender, and not the owner of the bucket, pays for a request. Operations on the bucket
 * itself are free, except for lists and uploads.
 */
export function isCharged(
  identity: Identity,
  { operation }: Pick<Subject, "operation">,
  bucket: Bucket | undefined,
): boolean {
  if (bucket?.requesterPays !== true || belongsTo(identity, bucket.record.owner)) return false;
  const { level, access } = declarationOf(operation);
  return access !== "anyone" && (level === "object" || chargedInBuckets.has(operation));
}

const chargedInBuckets: ReadonlySet<Subject["operation"]> = new Set([
  "listObjects",
  "listObjectsV2",
  "listObjectVersions",
  "listMultipartUploads",
  "deleteMultipleObjects",
  "postObject",
]);

// Anonymous senders cannot pay (OSS documentation, pay-by-requester). Not even a free operation is
// open to them.
function isUnpaid(identity: Identity, subject: Subject, { bucket }: FoundVersion): boolean {
  if (bucket?.requesterPays !== true) return false;
  if (identity.kind === "anonymous") return true;
  return isCharged(identity, subject, bucket) && !identity.facts.agreesToPay;
}

function reasonFor(
  identity: Identity,
  found: FoundVersion,
): "anonymity" | "no policy" | "another account" {
  if (identity.kind === "anonymous") return "anonymity";
  return belongsTo(identity, ownerOf(identity, found)) ? "no policy" : "another account";
}

const rescues: ReadonlySet<Subject["operation"]> = new Set([
  "getBucketPolicy",
  "putBucketPolicy",
  "deleteBucketPolicy",
]);

// A bucket that never had versions has no other version than the one without an id.
function meantVersion(subject: Subject, { bucket }: FoundVersion): Subject {
  const isOnlyOne = subject.versionId === "null" && bucket?.gate.versioning === undefined;
  return isOnlyOne ? { ...subject, versionId: undefined } : subject;
}

// A statement with a condition may deny everything to the owner too. OSS does not document a way
// out; here the owner's own keys can always replace the policy.
function isRescue(identity: Identity, { operation }: Subject, found: FoundVersion): boolean {
  return isPermanentKeyOf(identity, ownerOf(identity, found)) && rescues.has(operation);
}

// An explicit Deny of either takes precedence. An Allow of either ends the judgement, so that the
// ACLs are not read. Both hold for all actions of the request. An account's own policies cannot
// allow its users anything in the bucket of another account.
function judgeByPolicies(
  identity: Identity,
  { bucket }: FoundVersion,
  questions: readonly PolicyQuestion[],
): Judgement | undefined {
  const named = (identity.kind === "account" ? identity.user?.policies : undefined) ?? [];
  const own = named.map(({ policy }) => policy);
  const isForeign = !belongsTo(identity, ownerOf(identity, { bucket }));
  const ofBucket = bucket === undefined ? [] : bindingPolicies(identity, bucket);
  const decideOne = (question: PolicyQuestion): Judgement | undefined => {
    const decided = decide(own, question);
    const byUser = isForeign && decided?.effect === "Allow" ? undefined : decided;
    const byBucket = decide(ofBucket, question);
    const isDeniedByBoth = byUser?.effect === "Deny" && byBucket?.effect === "Deny";
    const both = isDeniedByBoth ? { isByBoth: true as const } : {};
    if (byBucket !== undefined && (byUser === undefined || byBucket.effect === "Deny")) {
      const isAllowed = byBucket.effect === "Allow";
      const statement = byBucket.statement + 1;
      return { isAllowed, by: "bucket policy", policy: "bucket policy", statement, ...both };
    }
    if (byUser === undefined) return undefined;
    const isAllowed = byUser.effect === "Allow";
    const policy = named[byUser.policy]?.name ?? "";
    return { isAllowed, by: "user policy", policy, statement: byUser.statement + 1 };
  };
  const judgements = questions.map(decideOne);
  const denial = judgements.find((judgement) => judgement?.isAllowed === false);
  return denial ?? (judgements.includes(undefined) ? undefined : judgements[0]);
}

// The bucket's policy without the statements that do not count. For its owner: those that name
// everyone, without a condition (bucket policy documentation). Under a public access block: those
// that let everyone in.
function bindingPolicies(
  identity: Identity,
  { policy, blocksPublic, record }: Bucket,
): readonly Policy[] {
  if (policy === undefined) return [];
  const isOwner = isPermanentKeyOf(identity, record.owner);
  const isEveryone = ({ principals, conditions }: Policy["statements"][number]): boolean =>
    conditions.length === 0 && principals?.negated === false && principals.patterns.includes("*");
  const binds = (statement: Policy["statements"][number]): boolean =>
    !(isOwner && isEveryone(statement)) && !(blocksPublic === true && isPublicStatement(statement));
  if (policy.statements.every(binds)) return [policy];
  // A statement that does not count applies to no sender, so that the numbers stay.
  const none = { patterns: [], negated: false };
  const statements = policy.statements.map((statement) =>
    binds(statement) ? statement : { ...statement, principals: none },
  );
  return [{ ...policy, statements }];
}

function questionsAbout(
  identity: Identity,
  { bucket = "*", key }: Subject,
  { found }: Asked,
): (action: string) => PolicyQuestion {
  const { region, condition } = identity.facts;
  const owner = ownerOf(identity, found);
  const name = key === undefined ? bucket : `${bucket}/${key}`;
  const resource = `acs:oss:${region}:${owner}:${name}`;
  const fact = (asked: string): string | undefined => {
    const lower = asked.toLowerCase();
    if (!lower.startsWith(existingTagPrefix)) return condition(lower);
    const tag = asked.slice(existingTagPrefix.length);
    return found.version?.record.tags?.find(([tagKey]) => tagKey === tag)?.[1];
  };
  const principals = principalsOf(identity);
  return (action) => ({ action, resource, principals, fact });
}

// What a bucket policy may call a sender (bucket policy documentation, Principal). The id of the
// account names the account's own keys only, not its users.
function principalsOf(identity: Identity): readonly string[] {
  if (identity.kind === "anonymous") return [];
  const { account, user, session } = identity;
  const arn = /^acs:ram::(\d*):role\/(.*)$/.exec(session?.arn ?? "");
  const role = arn === null ? [] : [`arn:sts::${arn[1]}:assumed-role/${arn[2]}`];
  if (user !== undefined) return [user.id, ...role];
  return session === undefined ? [account.id] : role;
}

function grantsTo({ kind }: Identity, acl: BucketAcl, access: Access): boolean {
  if (acl === "public-read-write") return true;
  if (access !== "read") return false;
  return acl === "public-read" || (acl === "authenticated-read" && kind === "account");
}

/**
 * The ACL that decides: for reading the object's own, unless it is `default`; otherwise the
 * bucket's.
 */
function effectiveAcl(access: Access, { bucket, version }: FoundVersion): BucketAcl {
  if (bucket?.blocksPublic === true) return "private";
  const own = access === "read" ? version?.record.acl : undefined;
  return own === undefined || own === "default" ? (bucket?.acl ?? "private") : own;
}
