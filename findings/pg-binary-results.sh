#!/usr/bin/env bash
# Package: pg 8.23.1 (node-postgres), against PGlite 0.5.14 behind pglite-socket 0.2.17.
# Expected: `binary: true` changes how results travel, not what they are. A type that the driver
#   cannot decode from its binary form is an error, or arrives as a Buffer.
# Seen: the driver decodes every binary column as UTF-8 text, and then reads the number from the
#   bytes of that text. Each byte above 0x7f has become the three bytes of U+FFFD. So 200::int4 is
#   239, 3000000000::int8 is 4022320623, and 1.5::float8 is 0.992…, without an error. Small values
#   are right. A query without parameters is right too, because it ignores the option.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.mjs" <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { createServer } from "node:net";
import pg from "pg";

const free = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => free.once("listening", resolve));
const { port } = free.address();
await new Promise((resolve) => free.close(resolve));
const server = new PGLiteSocketServer({ db: await PGlite.create(), port, host: "127.0.0.1" });
await server.start();
const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
await client.connect();
async function read(value, values, binary) {
  const text = `select ${value} as x ${values.length > 0 ? "where $1::int4 = 1" : ""}`;
  return String((await client.query({ text, values, binary })).rows[0].x);
}
let isAsSeen = true;
for (const [value, text, binary] of [
  ["100::int4", "100", "100"],
  ["200::int4", "200", "239"],
  ["3000000000::int8", "3000000000", "4022320623"],
  ["1.5::float8", "1.5", "0.9921555519104004"],
]) {
  const found = [await read(value, [1], false), await read(value, [1], true)];
  console.log(`${value}: ${found[0]} as text, ${found[1]} as binary`);
  isAsSeen &&= found[0] === text && found[1] === binary;
}
const plain = await read("200::int4", [], true);
console.log(`200::int4 without a parameter: ${plain} as binary`);
process.exit(isAsSeen && plain === "200" ? 0 : 1);
JS
cd "$dir"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error \
  pg@8.23.1 @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17 > /dev/null
node main.mjs
