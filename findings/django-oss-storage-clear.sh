#!/usr/bin/env bash
# Package: django-oss-storage 1.1.1 (with Django 3.2.25 and oss2 2.18.4; Python 3.9 to 3.12).
# Expected: listdir() returns the names inside a folder, as Django's other storages do, and
#   `collectstatic --clear` empties the storage before it copies the current files.
# Seen: listdir() returns whole keys, prefix included. --clear joins them to the folder once more:
#   it prints "Deleting 'static/old.css'" and deletes static/static/old.css, which does not exist.
#   OSS reports that as a success. Every old file stays, also in subfolders.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check django-oss-storage==1.1.1 Django==3.2.25 oss2==2.18.4
install -D /dev/null assets/new.css
venv/bin/python - <<'PY'
import sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, unquote, urlsplit
import django
from django.conf import settings

keys = {"static/old.css", "static/css/site.css"}
deleted = []
FILE = """<Contents><Key>%s</Key><Size>1</Size><ETag>1</ETag><Type>Normal</Type><StorageClass>Standard
</StorageClass><LastModified>2024-01-01T00:00:00.000Z</LastModified></Contents>"""


def listing(prefix):
    inside = sorted({prefix + key[len(prefix) :].partition("/")[0] for key in keys if key.startswith(prefix)})
    entries = [FILE % key if key in keys else f"<CommonPrefixes><Prefix>{key}/</Prefix></CommonPrefixes>" for key in inside]
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(entries)}</ListBucketResult>"


class Fake(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        url = urlsplit(self.path)
        key, query = unquote(url.path).removeprefix("/bucket/"), parse_qs(url.query, keep_blank_values=True)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body = 200, ""
        if "acl" in query:
            body = "<A><AccessControlList><Grant>private</Grant></AccessControlList></A>"
        elif not key:
            body = listing(query["prefix"][0])
        elif self.command == "PUT":
            keys.add(key)
        elif self.command == "DELETE":
            status = 204
            deleted.append(key)
            keys.discard(key)
        elif key not in keys:
            status, body = 404, "<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_HEAD = do_PUT = do_DELETE = answer

    log_message = lambda *_: None


server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
threading.Thread(target=server.serve_forever, daemon=True).start()
settings.configure(
    OSS_ACCESS_KEY_ID="id", OSS_ACCESS_KEY_SECRET="secret", OSS_BUCKET_NAME="bucket",
    OSS_ENDPOINT=f"http://127.0.0.1:{server.server_port}", STATIC_URL="/static/", STATICFILES_DIRS=["assets"],
    STATICFILES_STORAGE="django_oss_storage.backends.OssStaticStorage",
    INSTALLED_APPS=["django.contrib.staticfiles"],
)
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

print("django-oss-storage", version("django-oss-storage"))
listed = staticfiles_storage.listdir("")
print("listdir(''): expected (['css'], ['old.css']), seen", listed)
call_command("collectstatic", clear=True, interactive=False)
print("keys deleted:", deleted, "\nkeys now:", sorted(keys))
if (listed, deleted, sorted(keys)) != (
    (["static/css/"], ["static/old.css"]),
    ["static/static/old.css"],
    ["static/css/site.css", "static/new.css", "static/old.css"],
):
    sys.exit("This differs from what is described above.")
PY
