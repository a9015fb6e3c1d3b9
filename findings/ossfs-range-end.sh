#!/usr/bin/env bash
# Package: ossfs 2025.5.0 (with fsspec 2026.9.0 and oss2 2.18.4).
# Expected: cat_file(path, start, end) slices as content[start:end], as in every fsspec file system:
#   `end` is exclusive, either number may be negative, and a range may extend past the end. The
#   cache_type of open() changes how much is fetched, never what read() returns.
# Seen: ossfs copies both numbers into the Range header unchanged. So `end` is inclusive, and end=3
#   without a start reads the LAST three bytes ("bytes=-3"). For a range that is malformed, or not
#   wholly inside the object, OSS sends the whole object. Reads of an open file fetch the extra byte
#   as well: the default cache ("readahead") hides it, but with "none" and "blockcache" read(3)
#   returns 4 bytes, and with "bytes" the last read returns a wrong byte.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check \
  ossfs==2025.5.0 fsspec==2026.9.0 oss2==2.18.4 aiooss2==0.2.11 aiohttp==3.14.5
"$dir/venv/bin/python" - <<'PY'
import re, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
import fsspec

DATA = b"0123456789"
LISTING = b"""<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>digits</Key><Size>10</Size>
<ETag>1</ETag><LastModified>2024-01-01T00:00:00.000Z</LastModified><Type>Normal</Type>
<StorageClass>Standard</StorageClass></Contents></ListBucketResult>"""


class Fake(BaseHTTPRequestHandler):
    """One object, by OSS's rule: unless x-oss-range-behavior is "standard", a range that is not
    wholly inside the object is ignored."""

    protocol_version = "HTTP/1.1"
    asked = None

    def do_GET(self):
        status, body = 200, DATA if self.path.startswith("/bucket/digits") else LISTING
        Fake.asked = self.headers.get("Range")
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", Fake.asked or "")
        if match:
            first, last = match.groups()
            start = int(first) if first else len(DATA) - int(last)
            end = int(last) if first and last else len(DATA) - 1
            if self.headers.get("x-oss-range-behavior") == "standard":
                end = min(end, len(DATA) - 1)
            if 0 <= start <= end < len(DATA):
                status, body = 206, DATA[start : end + 1]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(DATA)}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
threading.Thread(target=server.serve_forever, daemon=True).start()
oss = fsspec.filesystem("oss", endpoint=f"http://127.0.0.1:{server.server_port}", key="id", secret="secret")
print("ossfs", version("ossfs"))
seen = {}
for start, end in [(2, 5), (None, 3), (5, 100), (-3, None), (2, -2)]:
    seen[start, end] = oss.cat_file("bucket/digits", start, end)
    print(f"cat_file({start}, {end}): expected {DATA[start:end]}, seen {seen[start, end]}, Range: {Fake.asked}")
for cache in ["readahead", "none", "blockcache", "bytes"]:
    with oss.open("bucket/digits", block_size=4, cache_type=cache) as file:
        seen[cache] = [file.read(3), file.read(3), file.seek(8), file.read(2), file.seek(4), file.read()]
    print(f"{cache}: read(3) twice, seek(8), read(2), seek(4), read(): {seen[cache]}")
described = {
    (2, 5): b"2345", (None, 3): b"789", (5, 100): DATA, (-3, None): DATA, (2, -2): DATA,
    "readahead": [b"012", b"345", 8, b"89", 4, b"456789"],
    "none": [b"0123", b"4567", 8, b"89", 4, b"456789"],
    "blockcache": [b"012", b"3445", 8, b"89", 4, b"4567889"],
    "bytes": [b"012", b"345", 8, b"89", 4, b"456788"],
}
if seen != described:
    sys.exit("This differs from what is described above.")
PY
