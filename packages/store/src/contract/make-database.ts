// Makes databases for tests.
import pg from "pg";

/** Makes an empty database on a server, which an address without a database names. */
export async function makeDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client(`${server}/postgres`);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return `${server}/${name}`;
}
