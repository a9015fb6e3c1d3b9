// Dumps and loads the records of a database, for fixtures.
import pg from "pg";

/** A record: key, version, value, and payload or null; bytes in base64. */
export type DumpedRecord = readonly [
  key: string,
  version: string,
  value: string,
  payload: string | null,
];

const encoded = (column: string): string => `replace(encode(${column}, 'base64'), E'\\n', '')`;

async function during<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Reads every record of a database. */
export function dumpRecords(address: string): Promise<readonly DumpedRecord[]> {
  const columns = [encoded("key"), "version::text", encoded("value"), encoded("payload")];
  const text = `select ${columns.join(", ")} from ossicle_records order by key`;
  return during(address, async (client) => {
    const { rows } = await client.query<[string, string, string, string | null]>({
      text,
      rowMode: "array",
    });
    return rows;
  });
}

/** Writes records into a database that has none. */
export async function loadRecords(
  address: string,
  records: readonly DumpedRecord[],
): Promise<void> {
  const text =
    "insert into ossicle_records (key, version, value, payload) values " +
    "(decode($1, 'base64'), $2, decode($3, 'base64'), decode($4, 'base64'))";
  await during(address, async (client) => {
    for (const record of records) await client.query(text, [...record]);
  });
}
