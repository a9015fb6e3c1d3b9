#!/usr/bin/env bash
# Package: oss2 2.19.1.
# Expected: resumable_upload(..., headers={"x-oss-callback": ...}) asks for the callback in the request that
#   creates the object: in PutObject for a small file, in CompleteMultipartUpload for one above the threshold.
# Seen: above the threshold, oss2 sends the header with InitiateMultipartUpload and ListParts, which
#   ignore it, and not with CompleteMultipartUpload. So the same call with the same headers calls
#   back for small files and never for large ones. Both return status 200.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check oss2==2.19.1
cd "$dir"
venv/bin/python - <<'PY'
import base64, json, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import urlsplit
import oss2

ANSWERS = {
    "ListParts": b"<ListPartsResult><IsTruncated>false</IsTruncated>"
    b"<NextPartNumberMarker>0</NextPartNumberMarker></ListPartsResult>",
    "InitiateMultipartUpload": b"<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key>"
    b"<UploadId>1</UploadId></InitiateMultipartUploadResult>",
    "CompleteMultipartUpload": b"<CompleteMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key>"
    b'<ETag>"1"</ETag></CompleteMultipartUploadResult>',
}
requests = []


class Fake(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = urlsplit(self.path).query
        operation = {
            "GET": "ListParts",
            "PUT": "UploadPart" if "partNumber" in query else "PutObject",
            "POST": "InitiateMultipartUpload" if query.startswith("uploads") else "CompleteMultipartUpload",
        }[self.command]
        requests.append((operation, "x-oss-callback" in self.headers))
        body = ANSWERS.get(operation, b"")
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("x-oss-request-id", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{server.server_port}"
bucket = oss2.Bucket(oss2.Auth("id", "secret"), endpoint, "bucket", enable_crc=False)
parameter = {"callbackUrl": "http://application.example/", "callbackBody": "object=${object}"}
headers = {"x-oss-callback": base64.b64encode(json.dumps(parameter).encode()).decode()}
print("oss2", version("oss2"))
seen = {}
for name, size in [("small", 100_000), ("large", 300_000)]:
    with open(name, "wb") as file:
        file.write(bytes(size))
    requests.clear()
    result = oss2.resumable_upload(
        bucket, "key", name, store=oss2.ResumableStore(root="."), headers=headers,
        multipart_threshold=200_000, part_size=200_000, num_threads=1,
    )
    seen[name] = [*requests, result.status]
    print(f"{name}: (operation, with callback) {requests}, status {result.status}")
described = {
    "small": [("PutObject", True), 200],
    "large": [
        ("InitiateMultipartUpload", True), ("ListParts", True), ("UploadPart", False),
        ("UploadPart", False), ("CompleteMultipartUpload", False), 200,
    ],
}
if seen != described:
    sys.exit("This differs from what is described above.")
PY
