// Copies the records of an LMDB environment into another one.
import { setImmediate } from "node:timers/promises";
import { type Database, open, type RootDatabase } from "lmdb";

/** The databases of an environment. Those of earlier versions lack some. */
const databaseNames = ["entries", "payloads", "log"] as const;

/** Records that are copied in one transaction. */
const batchRecords = 2_000;

const raw = { keyEncoding: "binary", encoding: "binary" } as const;

/** Opens an environment for reading only, so that nothing in its file changes. */
export function openForCopy(folder: string): RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({ path: folder, readOnly: true, maxDbs: 4, ...raw });
}

/** Opens a database; undefined where an environment that is open for reading lacks it. */
export function findDatabase(
  root: RootDatabase<Buffer, Buffer>,
  name: string,
): Database<Buffer, Buffer> | undefined {
  return root.openDB<Buffer, Buffer>({ name, ...raw }); // the types of `lmdb` lack undefined
}

/**
 * Copies one snapshot of all databases. The records keep their bytes, versions included. Other work
 * of the process goes on meanwhile.
 */
export async function copyDatabases(
  from: RootDatabase<Buffer, Buffer>,
  to: RootDatabase<Buffer, Buffer>,
): Promise<void> {
  const opened = databaseNames.map((name) => ({
    source: findDatabase(from, name),
    target: to.openDB<Buffer, Buffer>({ name, ...raw }),
  }));
  from.resetReadTxn();
  const transaction = from.useReadTransaction();
  try {
    for (const { source, target } of opened) {
      let start: Buffer | undefined;
      for (;;) {
        const range = { transaction, limit: batchRecords, ...(start && { start }) };
        const records = [...(source?.getRange(range) ?? [])];
        to.transactionSync(() => {
          for (const { key, value } of records) target.putSync(key, value);
        });
        if (records.length < batchRecords) break;
        start = records.at(-1)?.key;
        await setImmediate();
      }
    }
  } finally {
    transaction.done();
  }
}
