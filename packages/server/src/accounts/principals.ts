// Users and groups of the account, with their policies. A user may do only what its own policies,
// those of its groups, bucket policies or ACLs allow, as a RAM user of Alibaba Cloud.
import { randomInt } from "node:crypto";
import { OssError, parsePolicy, PolicyError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { openMetadata } from "../data-folder/open-metadata.ts";
import type { StorePlace } from "../data-folder/layout.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { accessKeyRecords, principalRecords } from "../objects/records/key-space.ts";
import { parsedPolicy } from "../objects/records/parsed-policies.ts";
import type {
  AccessKeyRecord,
  PrincipalKind,
  PrincipalRecord,
} from "../objects/records/server-records.ts";
import type { NamedPolicy, User } from "./identity.ts";

/** Longest policy of a user or group, in characters (RAM limits: 6,144). */
const maxPolicyLength = 6_144;

/** Most policies of a user or group (RAM limits: 20). Together they must fit into one record. */
const maxPolicies = 20;

/** Most groups of a user (RAM limits: 50). */
const maxGroups = 50;

/** A mistake in a command of the operator. */
export class OperatorError extends Error {
  override readonly name: string = "OperatorError";
}

/** A user or a group, as it is listed. */
export interface ListedPrincipal extends PrincipalRecord {
  readonly name: string;
}

/** The users or the groups of a store. Every method throws OperatorError for a mistake. */
export interface Principals {
  readonly add: (name: string, note: string) => Promise<ListedPrincipal>;
  readonly list: () => Promise<readonly ListedPrincipal[]>;
  /** Removes it. A user's access keys are removed too. */
  readonly remove: (name: string) => Promise<void>;
  /** Sets a policy by its name, or replaces it. */
  readonly setPolicy: (name: string, policyName: string, text: string) => Promise<void>;
  readonly removePolicy: (name: string, policyName: string) => Promise<void>;
  /** Sets the groups of a user. */
  readonly setGroups: (name: string, groups: readonly string[]) => Promise<void>;
}

/** The users or groups in a database. */
export function principalsOf(
  metadata: MetadataStore,
  kind: PrincipalKind,
  clock: () => number,
): Principals {
  const change = (name: string, by: (record: PrincipalRecord) => PrincipalRecord): Promise<void> =>
    changePrincipal(metadata, { kind, name }, by);
  return {
    add: (name, note) => addPrincipal(metadata, { kind, name }, { note, nowMs: clock() }),
    list: () => listPrincipals(metadata, kind),
    remove: (name) => removePrincipal(metadata, { kind, name }),
    setPolicy: (name, policyName, text) =>
      change(name, (record) => withPolicy(record, policyName, text)),
    removePolicy: (name, policyName) => change(name, (record) => withoutPolicy(record, policyName)),
    setGroups: async (name, groups) => {
      const found = await requireGroups(metadata, [...new Set(groups)]);
      await change(name, (record) => ({ ...record, groups: found }));
    },
  };
}

/** The users or groups of a store that this process does not serve itself. */
export interface OpenedPrincipals extends Principals {
  readonly close: () => Promise<void>;
}

/** Opens the users or groups of a store. Throws ConfigurationError when the place holds none. */
export async function openPrincipals(
  place: StorePlace,
  kind: PrincipalKind,
  clock: () => number = Date.now,
): Promise<OpenedPrincipals> {
  const metadata = await openMetadata(place);
  return { ...principalsOf(metadata, kind, clock), close: () => metadata.close() };
}

/** A user with its policies and those of its groups; undefined when it was removed. */
export async function findUser(
  metadata: Pick<MetadataStore, "getMany">,
  { name, id }: NonNullable<AccessKeyRecord["user"]>,
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

interface Named {
  readonly kind: PrincipalKind;
  readonly name: string;
}

async function addPrincipal(
  metadata: MetadataStore,
  { kind, name }: Named,
  { note, nowMs }: { readonly note: string; readonly nowMs: number },
): Promise<ListedPrincipal> {
  requireName(kind, name);
  const key = principalRecords.key(kind, name);
  const id = `2${randomInt(1e8, 1e9)}${randomInt(1e7, 1e8)}`;
  const record: PrincipalRecord = { id, createdMs: nowMs, note, policies: {}, groups: [] };
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: principalRecords.encode(record) }],
    deletes: [],
  });
  if (!committed.ok) throw new OperatorError(`there is a ${kind} ${name} already`);
  return { ...record, name };
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

async function removePrincipal(metadata: MetadataStore, { kind, name }: Named): Promise<void> {
  const key = principalRecords.key(kind, name);
  let id: string | undefined;
  for (let tries = 0; tries < maxTries && id === undefined; tries += 1) {
    const [entry] = await metadata.getMany([key]);
    if (entry === undefined) throw missing({ kind, name });
    const check = { key, version: entry.version };
    const committed = await commitOnce(metadata, { checks: [check], puts: [], deletes: [key] });
    if (committed.ok) ({ id } = principalRecords.decode(entry.value));
  }
  if (id === undefined) throw new OperatorError(`${kind} ${name} keeps changing; try again`);
  // Without their user the keys are refused already.
  for await (const { key: keyKey, value } of entriesOf(metadata, accessKeyRecords.range())) {
    if (accessKeyRecords.decode(value).user?.id !== id) continue;
    await commitOnce(metadata, { checks: [], puts: [], deletes: [keyKey] });
  }
}

/** Most tries of a change against other writers. */
const maxTries = 10;

async function changePrincipal(
  metadata: MetadataStore,
  { kind, name }: Named,
  by: (record: PrincipalRecord) => PrincipalRecord,
): Promise<void> {
  const key = principalRecords.key(kind, name);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const [entry] = await metadata.getMany([key]);
    if (entry === undefined) throw missing({ kind, name });
    const value = encoded(by(principalRecords.decode(entry.value)));
    const committed = await commitOnce(metadata, {
      checks: [{ key, version: entry.version }],
      puts: [{ key, value }],
      deletes: [],
    });
    if (committed.ok) return;
  }
  throw new OperatorError(`${kind} ${name} keeps changing; try again`);
}

// Throws OperatorError where all policies together are too large for a record.
function encoded(record: PrincipalRecord): Uint8Array {
  try {
    return principalRecords.encode(record);
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new OperatorError("all policies together are too large: use groups", { cause });
  }
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
): Promise<PrincipalRecord["groups"]> {
  if (groups.length > maxGroups) throw new OperatorError(`at most ${maxGroups} groups`);
  if (groups.length === 0) return [];
  const found = await metadata.getMany(groups.map((name) => principalRecords.key("group", name)));
  return groups.map((name, index) => {
    const entry = found[index];
    if (entry === undefined) throw missing({ kind: "group", name });
    return { name, id: principalRecords.decode(entry.value).id };
  });
}

// The form of RAM's user and group names.
function requireName(kind: PrincipalKind, name: string): void {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(name)) return;
  throw new OperatorError(`a ${kind}'s name has 1 to 64 letters, digits, ., _ and -`);
}

function missing({ kind, name }: Named): OperatorError {
  return new OperatorError(`there is no ${kind} ${name}`);
}
