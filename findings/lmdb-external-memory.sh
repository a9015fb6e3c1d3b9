#!/usr/bin/env bash
# Package: lmdb 2.9.4, with Node 20.19.0 and 22.23.3.
# Expected: reading a value of 17 kB costs 17 kB, and the same under every version of Node.
# Seen: under Node 20, a value of 16 KiB or more that is read in the transaction that has written it
#   comes as a view of a buffer of 4 GiB, which V8 counts: `process.memoryUsage().external` goes from
#   2 to 4,098 MiB, and stays there. The resident memory does not grow. Smaller values are copied.
#   The binary for Node 22 is built without V8's interface, and copies each value.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.mjs" <<'JS'
import { open } from "lmdb";

const database = open({ path: "database", encoding: "binary" });
const seen = [16_000, 17_000].map((bytes) => {
  database.transactionSync(() => {
    database.putSync("key", Buffer.alloc(bytes));
    database.get("key");
  });
  return process.memoryUsage().external > 2 ** 31 ? "4 GiB" : "little";
});
console.log(seen.join(", then "));
await database.close();
JS
cd "$dir"
seen=()
for version in 20.19.0 22.23.3; do
  mkdir "$version"
  cp main.mjs "$version"
  (cd "$version" && npm init -y && npm install --no-audit --no-fund lmdb@2.9.4 "node@$version") > /dev/null 2>&1
  seen+=("$(cd "$version" && node_modules/node/bin/node main.mjs)")
done
echo "external memory under Node 20: ${seen[0]}; under Node 22: ${seen[1]}"
[ "${seen[0]}" = "little, then 4 GiB" ] && [ "${seen[1]}" = "little, then little" ]
