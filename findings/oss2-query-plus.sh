#!/usr/bin/env bash
# Package: oss2 2.19.1 (the official Python SDK), V4 signatures.
# Expected: in the query, list_objects(prefix="a b") sends the bytes that it has signed: %20 for the
#   space, as the specification of V4 writes it.
# Seen: it signs prefix=a%20b and sends prefix=a+b. The same holds for response-content-type and the
#   other parameters of get_object(). A server that reads `+` as itself, as in the path, computes
#   another signature; under V1, where the prefix is not signed, it lists another prefix.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.py" <<'PY'
import hashlib, hmac, re, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote
import oss2

seen = []


class Fake(BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        body = b"<ListBucketResult><IsTruncated>false</IsTruncated><NextMarker/></ListBucketResult>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def signature(headers, query):
    """The V4 signature of GET /bucket/ with this canonical query."""
    names = sorted(name for name in headers if re.match(r"x-oss-|content-(type|md5)$", name))
    canonical = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = f"GET\n/bucket/\n{query}\n{canonical}\n\nUNSIGNED-PAYLOAD"
    date = headers["x-oss-date"]
    scope = f"{date[:8]}/cn-hangzhou/oss/aliyun_v4_request"
    text = f"OSS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = b"aliyun_v4secret"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


server = HTTPServer(("127.0.0.1", 0), Fake)
threading.Thread(target=server.serve_forever, daemon=True).start()
auth = oss2.AuthV4("id", "secret")
endpoint = f"http://127.0.0.1:{server.server_port}"
bucket = oss2.Bucket(auth, endpoint, "bucket", region="cn-hangzhou")
bucket.list_objects(prefix="a b")
path, headers = seen[0]
sent = path.split("?", 1)[1]
prefix = next(part for part in sent.split("&") if part.startswith("prefix="))
print("sent:", prefix)
wanted = re.search(r"Signature=([0-9a-f]+)", headers["authorization"])[1]
others = sorted(quote(part.split("=")[0], safe="") + (f"={part.split('=')[1]}" if part.split("=")[1] else "")
                for part in sent.split("&") if not part.startswith("prefix="))
for value in ("a%20b", "a%2Bb", "a+b"):
    query = "&".join(sorted(others + [f"prefix={value}"]))
    if signature(headers, query) == wanted:
        print("signed:", f"prefix={value}")
PY
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q oss2==2.19.1
seen=$("$dir/venv/bin/python" "$dir/main.py")
echo "$seen"
[ "$seen" = "sent: prefix=a+b
signed: prefix=a%20b" ]
