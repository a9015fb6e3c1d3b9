#!/usr/bin/env bash
# Package: alibabacloud-oss-v2 1.4.1 (Python).
# Expected: upload_from() sends a stream from its position to its end, as put_object() of the same
#   SDK does, at any size. download_to() writes an object at the position of the stream that
#   it is given, so a header written before it stays, and two objects can follow each other.
# Seen: from part_size (6 MiB by default) on, upload_from() sends as many bytes as there are behind
#   the position, but from the start of the stream: an object of the right size with wrong content.
#   Below part_size the content is right. download_to() empties the stream first. Neither raises an
#   error, also when the store returns CRC-64 values, which the SDK checks by default.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check alibabacloud-oss-v2==1.4.1
cd "$dir"
venv/bin/python - <<'PY'
import io, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit
import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2.crc import Crc64

objects, parts = {}, {}


class Fake(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        query = parse_qs(address.query, keep_blank_values=True)
        content, status, text = b"", 200, b""
        if "uploads" in query:
            parts.clear()
            text = b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
        elif "partNumber" in query:
            parts[int(query["partNumber"][0])] = content = body
        elif self.command == "POST":
            content = objects[address.path] = b"".join(parts[number] for number in sorted(parts))
            text = b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"
        elif self.command == "PUT":
            content = objects[address.path] = body
        else:
            content = text = objects[address.path]  # the SDK asks for small objects as one range
            status = 206 if "Range" in self.headers else 200
        checksum = Crc64(0)
        checksum.update(content)
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("x-oss-request-id", "1")
        self.send_header("Content-Length", str(len(text)))
        if "uploads" not in query:
            self.send_header("x-oss-hash-crc64ecma", str(checksum.sum64()))
        if status == 206:
            self.send_header("Content-Range", f"bytes 0-{len(text) - 1}/{len(text)}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_PUT = do_POST = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
threading.Thread(target=server.serve_forever, daemon=True).start()
config = oss.config.load_default()
config.credentials_provider = oss.credentials.StaticCredentialsProvider("id", "secret")
config.region, config.endpoint = "cn-hangzhou", f"http://127.0.0.1:{server.server_port}"
config.use_path_style = True
client = oss.Client(config)
print("alibabacloud-oss-v2", version("alibabacloud-oss-v2"))

seen = {}
for name, part_size in [
    ("put_object", None),
    ("upload_from, one part", 100),
    ("upload_from, parts of 6 bytes", 6),
]:
    stream = io.BytesIO(b"HEADER:0123456789")
    stream.seek(len(b"HEADER:"))
    request = oss.PutObjectRequest(bucket="bucket", key="key")
    if part_size is None:
        request.body = stream
        client.put_object(request)
    else:
        client.uploader(part_size=part_size).upload_from(request, stream)
    seen[name] = objects["/bucket/key"]
objects["/bucket/key"] = b"0123456789"
stream = io.BytesIO()
stream.write(b"HEADER:")
for _ in range(2):
    client.downloader().download_to(oss.GetObjectRequest(bucket="bucket", key="key"), stream)
seen["a header and two calls of download_to"] = stream.getvalue()
for name, content in seen.items():
    print(f"{name}: {content}")
described = [b"0123456789", b"0123456789", b"HEADER:012", b"0123456789"]
if list(seen.values()) != described:
    sys.exit("This differs from what is described above.")
PY
