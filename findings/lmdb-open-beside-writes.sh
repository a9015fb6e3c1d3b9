#!/usr/bin/env bash
# Package: lmdb 2.9.4 and 3.5.6 (Node).
# Expected: processes may open and close an environment at any time while another process writes to
#   it: LMDB is made for several processes.
# Seen: the writer's transaction fails with MDB_BAD_TXN, within seconds when the writer commits
#   without a pause. An open takes no write lock, but sets the environment's shared transaction
#   number to the one that it has read from the file before (`mdb_env_open2` in mdb.c). A commit in
#   between is set back.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/opener.mjs" <<'JS'
import { open } from "lmdb";

process.on("disconnect", () => process.exit(0)); // the writer has ended
for (;;) {
  await open({ path: process.argv[2] }).close();
  await new Promise((resolve) => setImmediate(resolve));
}
JS
cat > "$dir/writer.mjs" <<'JS'
import { fork } from "node:child_process";
import { open } from "lmdb";

const [path, mode] = process.argv.slice(2);
const database = open({ path, noSync: true });
const opener = mode === "beside" ? fork("opener.mjs", [path]) : undefined;
const end = Date.now() + 30_000;
let seen = "no error";
let commits = 0;
try {
  while (Date.now() < end && commits < 2_000_000) {
    database.transactionSync(() => database.putSync("counter", (commits += 1)));
    if (commits % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
} catch (error) {
  seen = error.message.split(":")[0];
}
console.log(seen);
opener?.kill();
process.kill(process.pid, "SIGKILL"); // a failed environment cannot be closed
JS
cd "$dir"
npm init -y > /dev/null
for version in 2.9.4 3.5.6; do
  npm install --no-audit --no-fund --loglevel=error "lmdb@$version" > /dev/null
  alone=$({ node writer.mjs "$dir/alone-$version" alone 2> /dev/null || true; } 2> /dev/null)
  beside=$({ node writer.mjs "$dir/beside-$version" beside 2> /dev/null || true; } 2> /dev/null)
  echo "$version: a writer alone: $alone; beside a process that opens and closes: $beside"
  [ "$alone" = "no error" ] && [ "$beside" = MDB_BAD_TXN ]
done
