// Accounts beside the store's own; users and groups, with their policies. A user may do only what
// its own policies, those of its groups, bucket policies or ACLs allow, as a RAM user of Alibaba
// Cloud.
import { randomInt } from "node:crypto";
import { parsePolicy, PolicyError } from "@ossicle/protocol";
import type { Check, MetadataStore } from "@ossicle/store";
import { openMetadata } from "../data-folder/open-metadata.ts";
import type { StorePlace } from "../data-folder/layout.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { principalRecords } from "../objects/records/key-space.ts";
import { parsedPolicy } from "../objects/records/parsed-policies.ts";
import type {
  PrincipalKind,
  PrincipalName,
  PrincipalRecord,
} from "../objects/records/server-records.ts";
import type { Account, NamedPolicy, User } from "./identity.ts";
import {
  changePrincipal,
  missing,
  type NamedPrincipal,
  OperatorError,
  removeKeys,
} from "./change-principal.ts";
import { removeAccount } from "./remove-account.ts";

/** Longest policy of a user or group, in characters (RAM limits: 6,144). */
const maxPolicyLength = 6_144;

/** Most policies of a user or group (RAM limits: 20). Together they must fit into one record. */
const maxPolicies = 20;

/** Most groups of a user (RAM limits: 50). */
const maxGroups = 50;

/** An account, a user or a group, as it is listed. */
export interface ListedPrincipal extends PrincipalRecord {
  readonly name: string;
}

/** What a new principal has beside its name. */
export interface NewPrincipal {
  readonly note: string;
  /** The name of a user's or a group's account; the store's own when absent. */
  readonly account?: string | undefined;
}

/**
 * The accounts, the users or the groups of a store. Names are unique in the store. Every method
 * throws OperatorError for a mistake.
 */
export interface Principals {
  readonly add: (name: string, about: NewPrincipal) => Promise<ListedPrincipal>;
  readonly list: () => Promise<readonly ListedPrincipal[]>;
  /**
   * Removes it. The access keys of a user are removed too, and the users, groups and keys of an
   * account. An account that owns a bucket stays.
   */
  readonly remove: (name: string) => Promise<void>;
  /** Sets a policy by its name, or replaces it. */
  readonly setPolicy: (name: string, policyName: string, text: string) => Promise<void>;
  readonly removePolicy: (name: string, policyName: string) => Promise<void>;
  /** Sets the groups of a user. */
  readonly setGroups: (name: string, groups: readonly string[]) => Promise<void>;
}

/** The accounts, users or groups in a database. */
export function principalsOf(
  metadata: MetadataStore,
  kind: PrincipalKind,
  clock: () => number,
): Principals {
  const change = async (
    name: string,
    by: (record: PrincipalRecord) => PrincipalRecord,
  ): Promise<void> => {
    await changePrincipal(metadata, { kind, name }, by);
  };
  return {
    add: (name, about) => addPrincipal(metadata, { kind, name }, { ...about, nowMs: clock() }),
    list: () => listPrincipals(metadata, kind),
    remove: (name) =>
      kind === "account"
        ? removeAccount(metadata, name)
        : removePrincipal(metadata, { kind, name }),
    setPolicy: (name, policyName, text) =>
      change(name, (record) => withPolicy(record, policyName, text)),
    removePolicy: (name, policyName) => change(name, (record) => withoutPolicy(record, policyName)),
    setGroups: async (name, groups) => {
      const found = await requireGroups(metadata, [...new Set(groups)]);
      await change(name, (record) => {
        const other = found.find(({ account }) => account?.id !== record.account?.id);
        if (other === undefined)
          return { ...record, groups: found.map(({ name, id }) => ({ name, id })) };
        throw new OperatorError(`group ${other.name} belongs to another account than ${name}`);
      });
    },
  };
}

/** The principals of a store. */
export type PrincipalsByKind = Readonly<Record<PrincipalKind, Principals>>;

/** All principals in a database. */
export function allPrincipalsOf(metadata: MetadataStore, clock: () => number): PrincipalsByKind {
  const of = (kind: PrincipalKind): Principals => principalsOf(metadata, kind, clock);
  return { account: of("account"), user: of("user"), group: of("group") };
}

/** The accounts, users or groups of a store that this process does not serve itself. */
export interface OpenedPrincipals extends Principals {
  readonly close: () => Promise<void>;
}

/**
 * Opens the accounts, users or groups of a store. Throws ConfigurationError when the place holds
 * none.
 */
export async function openPrincipals(
  place: StorePlace,
  kind: PrincipalKind,
  clock: () => number = Date.now,
): Promise<OpenedPrincipals> {
  const metadata = await openMetadata(place);
  return { ...principalsOf(metadata, kind, clock), close: () => metadata.close() };
}

/** An account beside the store's own; undefined when it was removed. */
export async function findAccount(
  metadata: Pick<MetadataStore, "getMany">,
  { name, id }: PrincipalName,
): Promise<Account | undefined> {
  const found = await findStaying(metadata, name);
  return found?.id === id ? { id, displayName: id, name } : undefined;
}

/** An account that is not being removed, and the check that it stays; undefined without one. */
export async function findStaying(
  metadata: Pick<MetadataStore, "getMany">,
  name: string,
): Promise<{ readonly id: string; readonly check: Check } | undefined> {
  const key = principalRecords.key("account", name);
  const [entry] = await metadata.getMany([key]);
  if (entry === undefined) return undefined;
  const { id, isLeaving } = principalRecords.decode(entry.value);
  return isLeaving === true ? undefined : { id, check: { key, version: entry.version } };
}

/** A user with its policies and those of its groups; undefined when it was removed. */
export async function findUser(
  metadata: Pick<MetadataStore, "getMany">,
  { name, id }: PrincipalName,
): Promise<User | undefined> {
  const [entry] = await metadata.getMany([principalRecords.key("user", name)]);
  if (entry === undefined) return undefined;
  const record = principalRecords.decode(entry.value);
  if (record.id !== id) return undefined; // another user of the same name
  const keys = record.groups.map((group) => principalRecords.key("group", group.name));
  const entries = keys.length === 0 ? [] : await metadata.getMany(keys);
  const ofGroups = entries.flatMap((entry, index) => {
    const group = record.groups[index];
    const found = entry === undefined ? undefined : principalRecords.decode(entry.value);
    return found === undefined || found.id !== group?.id ? [] : policiesOf(found, `${group.name}/`);
  });
  return { name, id, policies: [...policiesOf(record, ""), ...ofGroups] };
}

function policiesOf({ policies }: PrincipalRecord, prefix: string): readonly NamedPolicy[] {
  return Object.entries(policies).map(([name, text]) => ({
    name: prefix + name,
    policy: parsedPolicy(text),
  }));
}

async function addPrincipal(
  metadata: MetadataStore,
  { kind, name }: NamedPrincipal,
  { note, account, nowMs }: NewPrincipal & { readonly nowMs: number },
): Promise<ListedPrincipal> {
  requireName(kind, name);
  const key = principalRecords.key(kind, name);
  const found = account === undefined ? undefined : await requireAccount(metadata, account);
  const record: PrincipalRecord = {
    id: newId(kind),
    createdMs: nowMs,
    note,
    policies: {},
    groups: [],
    ...(found === undefined ? {} : { account: found.account }),
  };
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: "absent" }, ...(found === undefined ? [] : [found.check])],
    puts: [{ key, value: principalRecords.encode(record) }],
    deletes: [],
  });
  if (!committed.ok) {
    if (account !== undefined) await requireAccount(metadata, account); // it was removed meanwhile
    throw new OperatorError(`there is ${article(kind)} ${kind} ${name} already`);
  }
  return { ...record, name };
}

// The ids of the store's own account have 16 digits too (accounts/credentials.ts).
function newId(kind: PrincipalKind): string {
  const digits = String(randomInt(1e7, 1e8));
  return kind === "account"
    ? digits + String(randomInt(1e7, 1e8))
    : `2${randomInt(1e8, 1e9)}${digits}`;
}

/** An account by name, and the check that it stays. Throws OperatorError when there is none. */
export async function requireAccount(
  metadata: Pick<MetadataStore, "getMany">,
  name: string,
): Promise<{ readonly account: PrincipalName; readonly check: Check }> {
  const found = await findStaying(metadata, name);
  if (found === undefined) throw missing({ kind: "account", name });
  return { account: { name, id: found.id }, check: found.check };
}

async function listPrincipals(
  metadata: MetadataStore,
  kind: PrincipalKind,
): Promise<readonly ListedPrincipal[]> {
  const found: ListedPrincipal[] = [];
  for await (const { key, value } of entriesOf(metadata, principalRecords.range(kind))) {
    const [, name] = principalRecords.partsOf(key);
    found.push({ ...principalRecords.decode(value), name });
  }
  return found;
}

async function removePrincipal(metadata: MetadataStore, named: NamedPrincipal): Promise<void> {
  const { id } = await changePrincipal(metadata, named, () => undefined);
  // Without their user the keys are refused already.
  await removeKeys(metadata, ({ user }) => user?.id === id);
}

function withPolicy(record: PrincipalRecord, policyName: string, text: string): PrincipalRecord {
  if (!/^[\w-]{1,128}$/.test(policyName)) {
    throw new OperatorError("a policy's name has 1 to 128 letters, digits, _ and -");
  }
  if (text.length > maxPolicyLength) {
    throw new OperatorError(`a policy has at most ${maxPolicyLength} characters`);
  }
  try {
    parsePolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new OperatorError(cause.message, { cause });
  }
  const policies = { ...record.policies, [policyName]: text };
  if (Object.keys(policies).length > maxPolicies) {
    throw new OperatorError(
      `at most ${maxPolicies} policies: join their statements, or use groups`,
    );
  }
  return { ...record, policies };
}

function withoutPolicy(record: PrincipalRecord, policyName: string): PrincipalRecord {
  const { [policyName]: removed, ...policies } = record.policies;
  if (removed === undefined) throw new OperatorError(`there is no policy ${policyName}`);
  return { ...record, policies };
}

async function requireGroups(
  metadata: MetadataStore,
  groups: readonly string[],
): Promise<readonly ListedPrincipal[]> {
  if (groups.length > maxGroups) throw new OperatorError(`at most ${maxGroups} groups`);
  if (groups.length === 0) return [];
  const found = await metadata.getMany(groups.map((name) => principalRecords.key("group", name)));
  return groups.map((name, index) => {
    const entry = found[index];
    if (entry === undefined) throw missing({ kind: "group", name });
    return { name, ...principalRecords.decode(entry.value) };
  });
}

function article(kind: PrincipalKind): string {
  return kind === "account" ? "an" : "a";
}

// The form of RAM's user and group names.
function requireName(kind: PrincipalKind, name: string): void {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(name)) return;
  throw new OperatorError(
    `the name of ${article(kind)} ${kind} has 1 to 64 letters, digits, ., _ and -`,
  );
}
