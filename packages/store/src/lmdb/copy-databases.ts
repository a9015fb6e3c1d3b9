// Copies the records of an LMDB environment into another one.
import { setImmediate } from "node:timers/promises";
import { type Database, open, type RootDatabase, type Transaction } from "lmdb";

/** The databases of an environment. Those of earlier versions lack some. */
const databaseNames = ["entries", "payloads", "log"] as const;

/** Most records that are copied in one transaction, and their bytes. */
const batchRecords = 2_000;
const batchBytes = 1_048_576;

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
      let records: readonly Stored[];
      do {
        records = source === undefined ? [] : readBatch(source, { transaction, start });
        to.transactionSync(() => {
          for (const { key, value } of records) target.putSync(key, value);
        });
        // The next batch begins with the last record of this one.
        start = records.at(-1)?.key;
        await setImmediate();
      } while (records.length > 1);
    }
  } finally {
    transaction.done();
  }
}

interface Stored {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Reads at least two records, if there are as many. */
function readBatch(
  source: Database<Buffer, Buffer>,
  { transaction, start }: { readonly transaction: Transaction; readonly start: Buffer | undefined },
): readonly Stored[] {
  const records: Stored[] = [];
  let bytes = 0;
  const range = { transaction, limit: batchRecords, ...(start && { start }) };
  for (const record of source.getRange(range)) {
    records.push(record);
    bytes += record.value.length;
    if (bytes >= batchBytes && records.length > 1) break;
  }
  return records;
}
