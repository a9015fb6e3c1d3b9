#!/usr/bin/env bash
# Package: aiooss2 0.2.11, which requires aiohttp >=3.9.1,<4.
# Expected: aiooss2 works with every aiohttp in that range. A patch release such as 3.10.6 breaks
#   nothing.
# Seen: with aiohttp 3.10.6 and 3.14.5, put_object() raises a TypeError before it sends a request.
#   There aiohttp's class Payload has a new abstract method, which aiooss2's subclass does not
#   implement. get_object() still works, and `pip check` reports nothing. put_object() stores bytes
#   if the bucket is made with enable_crc=False.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/main.py" <<'PY'
import asyncio, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
import aiooss2, oss2


class Fake(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


async def main(endpoint):
    async def attempt(call):
        try:
            result = await call
            if hasattr(result, "read"):
                await result.read()
            return str(result.status)
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    results = []
    for crc in (True, False):
        async with aiooss2.AioBucket(oss2.Auth("id", "secret"), endpoint, "bucket", enable_crc=crc) as bucket:
            results.append(await attempt(bucket.get_object("key")))
            results.append(await attempt(bucket.put_object("key", b"hello")))
    return results


server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
threading.Thread(target=server.serve_forever, daemon=True).start()
get, put, get_unchecked, put_unchecked = asyncio.run(main(f"http://127.0.0.1:{server.server_port}"))
print(f"aiooss2 {version('aiooss2')}, aiohttp {version('aiohttp')}: get_object {get}, put_object {put};")
print(f"  with enable_crc=False: get_object {get_unchecked}, put_object {put_unchecked}")
broken = put.startswith("TypeError: Can't instantiate abstract class AsyncPayload")
if (get, get_unchecked, put_unchecked) != ("200",) * 3 or (put != "200" if sys.argv[1] == "works" else not broken):
    sys.exit("This differs from what is described above.")
PY
for one in 3.10.5=works 3.10.6=breaks 3.14.5=breaks; do
  venv="$dir/${one%=*}"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check aiooss2==0.2.11 "aiohttp==${one%=*}"
  "$venv/bin/pip" check --disable-pip-version-check
  "$venv/bin/python" "$dir/main.py" "${one#*=}"
done
