#!/usr/bin/env bash
# Packages: ali-oss 6.23.0 (the official JavaScript SDK) and oss2 2.19.1 (the official Python SDK).
# Expected: both store a processed image by the same request: POST ?x-oss-process, whose body is the
#   parameter x-oss-process with the process, the save action and the name of the new object in
#   URL-safe Base64.
# Seen: ali-oss percent-encodes the value, as in a form, and oss2 sends it as it is. Nothing tells
#   the two apart: the Content-Type is image/png, after the key, in the one, and absent in the other.
#   A server must decode `%2F`, and must not read `+` as a space.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"; kill "${server:-}" 2> /dev/null || true' EXIT
cat > "$dir/server.mjs" <<'JS'
import { createServer } from "node:http";
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const type = request.headers["content-type"] ?? "none";
    process.stdout.write(`${request.method} ${type} ${body}\n`);
    const answer = JSON.stringify({ bucket: "bucket", fileSize: 1, object: "a", status: "OK" });
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
JS
cat > "$dir/main.mjs" <<'JS'
import OSS from "ali-oss";
const client = new OSS({
  ...{ accessKeyId: "id", accessKeySecret: "secret", bucket: "bucket", region: "oss-cn-hangzhou" },
  endpoint: `http://127.0.0.1:${process.argv[2]}`,
});
await client.processObjectSave("a.png", "ab.png", "image/resize,w_10").catch(() => undefined);
JS
cat > "$dir/main.py" <<'PY'
import base64, sys, oss2
bucket = oss2.Bucket(oss2.Auth("id", "secret"), f"http://127.0.0.1:{sys.argv[1]}", "bucket")
name = base64.urlsafe_b64encode(b"ab.png").decode()
bucket.process_object("a.png", f"image/resize,w_10|sys/saveas,o_{name}")
PY
(cd "$dir" && npm install --no-save --no-fund --no-audit --loglevel=error ali-oss@6.23.0 > /dev/null)
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q oss2==2.19.1
node "$dir/server.mjs" > "$dir/seen" &
server=$!
until [ -s "$dir/seen" ]; do sleep 0.1; done
port=$(head -1 "$dir/seen")
node "$dir/main.mjs" "$port"
"$dir/venv/bin/python" "$dir/main.py" "$port"
seen=$(tail -n +2 "$dir/seen")
echo "$seen"
[ "$seen" = "POST image/png x-oss-process=image%2Fresize%2Cw_10%7Csys%2Fsaveas%2Co_YWIucG5n
POST none x-oss-process=image/resize,w_10|sys/saveas,o_YWIucG5n" ]
