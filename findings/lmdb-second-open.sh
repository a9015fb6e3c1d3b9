#!/usr/bin/env bash
# Package: lmdb 3.5.6 (Node).
# Expected: each open() of a database gets the durability that its own options ask for, or refuses
#   them. By default a putSync() is on disk when it returns.
# Seen: when the process has the path open already, open() returns a second handle on the first
#   environment and ignores its own options without a warning. Behind an earlier open with
#   `noSync: true`, 50 putSync() calls of a handle with default durability make no fdatasync at all.
#   Opened alone, the same calls make 50.
set -euo pipefail
command -v strace > /dev/null || { echo "this script needs strace"; exit 2; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.mjs" <<'JS'
import { open } from "lmdb";

const [folder, mode] = process.argv.slice(2);
if (mode === "behind") open({ path: folder, noSync: true });
const database = open({ path: folder, overlappingSync: false });
for (let at = 0; at < 50; at += 1) database.putSync(`key ${at}`, "value");
process.exit(0); // no time for a later sync
JS
cd "$dir"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error lmdb@3.5.6 > /dev/null
count() {
  mkdir "$dir/$1"
  strace -f -e trace=fsync,fdatasync,msync -o "$dir/$1.trace" node main.mjs "$dir/$1" "$1"
  grep -c "sync(" "$dir/$1.trace" || true
}
alone=$(count alone)
behind=$(count behind)
echo "syncs of 50 durable writes: $alone alone, $behind behind an open with noSync"
[ "$alone" -ge 50 ] && [ "$behind" -eq 0 ]
