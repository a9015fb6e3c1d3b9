// Changes and removes the records of principals, against other writers.
import { OssError } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/records/commit.ts";
import { entriesOf } from "../objects/records/entries-of.ts";
import { accessKeyRecords, principalRecords } from "../objects/records/key-space.ts";
import type {
  AccessKeyRecord,
  PrincipalKind,
  PrincipalRecord,
} from "../objects/records/server-records.ts";

/** A mistake in a command of the operator. */
export class OperatorError extends Error {
  override readonly name: string = "OperatorError";
}

/** Which principal. */
export interface NamedPrincipal {
  readonly kind: PrincipalKind;
  readonly name: string;
}

/** Most tries of a change against other writers. */
const maxTries = 10;

/**
 * Replaces the record of a principal, or removes it where `by` returns undefined, and returns the
 * earlier record. Throws OperatorError when there is none, and what `by` throws.
 */
export async function changePrincipal(
  metadata: MetadataStore,
  { kind, name }: NamedPrincipal,
  by: (record: PrincipalRecord) => PrincipalRecord | undefined,
): Promise<PrincipalRecord> {
  const key = principalRecords.key(kind, name);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const [entry] = await metadata.getMany([key]);
    if (entry === undefined) throw missing({ kind, name });
    const before = principalRecords.decode(entry.value);
    const after = by(before);
    const committed = await commitOnce(metadata, {
      checks: [{ key, version: entry.version }],
      puts: after === undefined ? [] : [{ key, value: encoded(after) }],
      deletes: after === undefined ? [key] : [],
    });
    if (committed.ok) return before;
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

/** Removes the access keys that match. */
export async function removeKeys(
  metadata: MetadataStore,
  matches: (record: AccessKeyRecord) => boolean,
): Promise<void> {
  for await (const { key, value } of entriesOf(metadata, accessKeyRecords.range())) {
    if (!matches(accessKeyRecords.decode(value))) continue;
    await commitOnce(metadata, { checks: [], puts: [], deletes: [key] });
  }
}

/** The error for a principal that does not exist. */
export function missing({ kind, name }: NamedPrincipal): OperatorError {
  return new OperatorError(`there is no ${kind} ${name}`);
}
