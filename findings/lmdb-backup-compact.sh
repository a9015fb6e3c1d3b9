#!/usr/bin/env bash
# Package: lmdb 2.9.4 (Node), the last version before 3.0.
# Expected: `backup(path, true)` leaves free pages out, as its types say: "Apply compaction while
#   making the backup (slower and smaller)".
# Seen: the parameter is ignored (`open.js` passes `false` on). The copy of a database that has lost
#   nearly all of its records has the size of the database. Version 3.5.6 makes a copy of 156 KiB.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.mjs" <<'JS'
import { mkdirSync, statSync } from "node:fs";
import { open } from "lmdb";

const database = open({ path: "database" });
for (let key = 0; key < 20_000; key += 1) void database.put(key, "x".repeat(1_000));
await database.committed;
for (let key = 100; key < 20_000; key += 1) void database.remove(key);
await database.committed;
for (const name of ["plain", "compact"]) {
  mkdirSync(name);
  await database.backup(name, name === "compact");
}
const [plain, compact] = ["plain", "compact"].map((name) => statSync(`${name}/data.mdb`).size);
console.log(compact < plain / 2 ? "smaller" : "as large");
await database.close();
JS
cd "$dir"
for version in 2.9.4 3.5.6; do
  mkdir "$version"
  cp main.mjs "$version"
  (cd "$version" && npm init -y && npm install --no-audit --no-fund "lmdb@$version") > /dev/null 2>&1
done
old=$(cd 2.9.4 && node main.mjs)
new=$(cd 3.5.6 && node main.mjs)
echo "a compact copy of 2.9.4 is $old; of 3.5.6, $new"
[ "$old" = "as large" ] && [ "$new" = smaller ]
