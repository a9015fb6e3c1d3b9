// Removes an account with its users, groups and keys. An account that owns a bucket stays. First
// the account is marked, so that its keys are refused and no bucket can be created for it (the
// commit of PutBucket checks the record). A removal that is interrupted can be repeated.
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { bucketRecords, principalRecords, serverRecords } from "../objects/records/key-space.ts";
import type { PrincipalRecord } from "../objects/records/server-records.ts";
import { changePrincipal, OperatorError, removeKeys } from "./change-principal.ts";

/** Removes an account. Throws OperatorError when there is none, or it owns a bucket. */
export async function removeAccount(metadata: MetadataStore, name: string): Promise<void> {
  const named = { kind: "account", name } as const;
  // A look before the mark, so that a mistaken command refuses no key of an account in use.
  const [entry] = await metadata.getMany([principalRecords.key("account", name)]);
  if (entry !== undefined) {
    await requireNoBucket(metadata, name, principalRecords.decode(entry.value).id);
  }
  const { id } = await changePrincipal(metadata, named, (record) => ({
    ...record,
    isLeaving: true,
  }));
  await requireNoBucket(metadata, name, id).catch(async (cause: unknown) => {
    await changePrincipal(metadata, named, withoutMark);
    throw cause;
  });
  await removeKeys(metadata, ({ account }) => account?.id === id);
  for (const kind of ["user", "group"] as const) {
    for await (const { key, value } of entriesOf(metadata, principalRecords.range(kind))) {
      if (principalRecords.decode(value).account?.id !== id) continue;
      await commitOnce(metadata, { checks: [], puts: [], deletes: [key] });
    }
  }
  const block = serverRecords.key(`public-access-block/${id}`);
  await commitOnce(metadata, { checks: [], puts: [], deletes: [block] });
  await changePrincipal(metadata, named, () => undefined);
}

function withoutMark(record: PrincipalRecord): PrincipalRecord {
  const { isLeaving: _isLeaving, ...kept } = record;
  return kept;
}

async function requireNoBucket(metadata: MetadataStore, name: string, id: string): Promise<void> {
  for await (const { key, value } of entriesOf(metadata, bucketRecords.range())) {
    if (bucketRecords.decode(value).owner !== id) continue;
    const [bucket] = bucketRecords.partsOf(key);
    throw new OperatorError(`account ${name} owns the bucket ${bucket}: delete its buckets first`);
  }
}
