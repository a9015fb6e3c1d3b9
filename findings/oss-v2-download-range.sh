#!/usr/bin/env bash
# Package: alibabacloud-oss-v2 1.4.1 (Python).
# Expected: the Downloader takes a GetObjectRequest and downloads what get_object() returns for it,
#   also for a request with a range_header.
# Seen: only a range from 0 to a later byte is downloaded right. "bytes=0-0" downloads the whole
#   object instead of one byte, and "bytes=-3" the first four bytes instead of the last three, both
#   without an error. A range that starts later, such as "bytes=3-5", is fetched, and then fails
#   with "out of order, expect offset 0, but got 3".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check alibabacloud-oss-v2==1.4.1
cd "$dir"
venv/bin/python - <<'PY'
import re, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
import alibabacloud_oss_v2 as oss

CONTENT = b"0123456789"


class Fake(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        first, last = 0, len(CONTENT) - 1
        found = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if found and found[1]:
            first, last = int(found[1]), min(int(found[2] or last), last)
        elif found:
            first = len(CONTENT) - int(found[2])
        part = CONTENT[first : last + 1]
        self.send_response(206 if found else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("x-oss-request-id", "1")
        self.send_header("Content-Length", str(len(part)))
        if found:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(CONTENT)}")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(part)

    do_GET = do_HEAD = answer

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


def downloaded(header):
    request = oss.GetObjectRequest(bucket="bucket", key="key", range_header=header)
    try:
        client.downloader().download_file(request, "file")
    except oss.exceptions.BaseError as error:
        return f"error: {error}"
    with open("file", "rb") as file:
        return file.read()


is_as_seen = True
for header, right, described in [
    ("bytes=0-4", b"01234", b"01234"),
    ("bytes=0-0", b"0", b"0123456789"),
    ("bytes=-3", b"789", b"0123"),
    ("bytes=3-5", b"345", "out of order, expect offset 0, but got 3"),
    ("bytes=7-", b"789", "out of order, expect offset 0, but got 7"),
]:
    request = oss.GetObjectRequest(bucket="bucket", key="key", range_header=header)
    returned = client.get_object(request).body.content
    found = downloaded(header)
    print(f"{header}: get_object {returned}, Downloader {found}")
    is_described = found == described if isinstance(described, bytes) else described in str(found)
    is_as_seen = is_as_seen and returned == right and is_described
if not is_as_seen:
    sys.exit("This differs from what is described above.")
PY
