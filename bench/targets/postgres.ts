// PostgreSQL without Ossicle: writes rows like those of small PUTs, 64 in a statement, for some
// seconds. Prints the rows a second. Arguments: address, bytes of a value, of a payload, seconds.
import { Database } from "../../packages/store/src/postgres/database.ts";
import { byteaArray, int8Array } from "../../packages/store/src/postgres/binary-array.ts";
import { keyOf } from "../load.ts";

const [address = "", valueBytes = "500", payloadBytes = "4096", seconds = "3"] =
  process.argv.slice(2);

/** Rows in a statement, and statements at the same time, as the adapter has them. */
const rows = 64;
const statements = 4;

/** Different keys, as in the load on nodes. */
const keys = 20_000;

const database = new Database(address);
await database.runScript(
  "create table if not exists bench_rows (key bytea primary key, version int8 not null, " +
    "value bytea not null, payload bytea)",
);
const upsert = {
  name: "bench_upsert",
  text:
    "insert into bench_rows select * from unnest($1::bytea[], $2::int8[], $3::bytea[], " +
    "$4::bytea[]) on conflict (key) do update set version = excluded.version, " +
    "value = excluded.value, payload = excluded.payload",
};
const value = Buffer.alloc(Number(valueBytes), "v");
const payload = Buffer.alloc(Number(payloadBytes), "ossicle!");
const values = byteaArray(Array.from({ length: rows }, () => value));
const payloads = byteaArray(Array.from({ length: rows }, () => payload));
const endMs = Date.now() + Number(seconds) * 1_000;
let at = 0;
let done = 0;
async function work(): Promise<void> {
  while (Date.now() < endMs) {
    const batch = Array.from({ length: rows }, () => (at += 1));
    const named = batch
      .map((index) => Buffer.from(`o12345678${keyOf(index % keys)}`))
      .sort((one, other) => Buffer.compare(one, other));
    await database.run(upsert, [byteaArray(named), int8Array(batch), values, payloads]);
    done += rows;
  }
}
const startMs = Date.now();
await Promise.all(Array.from({ length: statements }, work));
process.stdout.write(`${(done / (Date.now() - startMs)) * 1_000}\n`);
await database.close();
