// The parameters of the statement that commits several batches.
import type { Commit, Put } from "../metadata-store.ts";
import { boolArray, byteaArray, int4Array, int8Array } from "./binary-array.ts";
import { keyText, type Waiting } from "./commit-queue.ts";

/** The parameters of {@link commitBatches}. A commit's batch is its position. */
export function commitParameters(group: readonly Waiting[]): readonly Buffer[] {
  const checks = group.flatMap(({ commit, written }, batch) =>
    commit.checks.map(({ key, version }) => {
      const isWritten = written.has(keyText(key));
      return { batch, key, version: version === "absent" ? undefined : version, isWritten };
    }),
  );
  const puts = group.flatMap(({ commit }, batch) =>
    lastPuts(commit).map((put) => ({ batch, version: commit.version, ...put })),
  );
  const deletes = group.flatMap(({ commit }, batch) =>
    commit.deletes.map((key) => ({ batch, key })),
  );
  return [
    int4Array(checks.map(({ batch }) => batch)),
    byteaArray(checks.map(({ key }) => key)),
    int8Array(checks.map(({ version }) => version)),
    boolArray(checks.map(({ isWritten }) => isWritten)),
    int4Array(puts.map(({ batch }) => batch)),
    byteaArray(puts.map(({ key }) => key)),
    int8Array(puts.map(({ version }) => version)),
    byteaArray(puts.map(({ value }) => value)),
    byteaArray(puts.map(({ payload }) => payload)),
    int4Array(deletes.map(({ batch }) => batch)),
    byteaArray(deletes.map(({ key }) => key)),
  ];
}

// Of several puts of one key the last counts, as in the other adapters. A statement cannot write a
// row twice.
function lastPuts({ puts }: Commit): readonly Put[] {
  if (puts.length < 2) return puts;
  return [...new Map(puts.map((put) => [keyText(put.key), put])).values()];
}
