"""A registry that keeps its images in a bucket: an image is pushed over its HTTP API, pulled back and deleted."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
port = os.environ["OSS_ENDPOINT"].rsplit(":", 1)[1]
config = f"""
version: 0.1
log: {{ level: error, accesslog: {{ disabled: true }} }}
storage:
  oss:
    accesskeyid: {os.environ["OSS_ACCESS_KEY_ID"]}
    accesskeysecret: {os.environ["OSS_ACCESS_KEY_SECRET"]}
    region: oss-cn-hangzhou
    bucket: {os.environ["OSS_BUCKET"]}
    endpoint: localhost:{port}
    secure: false
    chunksize: 5242880
  delete: {{ enabled: true }}
http: {{ addr: "127.0.0.1:{os.environ["OSS_FREE_PORT"]}" }}
"""
registry_url = f"http://127.0.0.1:{os.environ['OSS_FREE_PORT']}"


def call(method, path, body=None, headers=None):
    url = path if path.startswith("http") else registry_url + path
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def check(what, expected, seen):
    print(f"ok {what}" if expected == seen else f"FAIL {what}: {seen!r:.300}", flush=True)


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def push(content, chunk=None):
    _, headers, _ = call("POST", "/v2/demo/blobs/uploads/")
    location, last = headers["Location"], content
    octets = {"Content-Type": "application/octet-stream"}
    for start in range(0, len(content), chunk) if chunk else []:
        part = content[start : start + chunk]
        span = {"Content-Range": f"{start}-{start + len(part) - 1}", **octets}
        location, last = call("PATCH", location, part, span)[1]["Location"], b""
    return call("PUT", f"{location}&digest={digest(content)}", last, octets)[0]


def described(content, media_type):
    return {"mediaType": media_type, "size": len(content), "digest": digest(content)}


with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
    file.write(config)
    file.flush()
    registry = subprocess.Popen([sys.argv[1], "serve", file.name])
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(registry_url + "/v2/").close()
                break
            except OSError:
                time.sleep(0.1)
        small, large = b"a small layer", os.urandom(14_000_000)
        image = json.dumps({"architecture": "amd64", "os": "linux"}).encode()
        check("push of a layer", 201, push(small))
        check("push of 14 MB", 201, push(large))
        check("push in chunks", 201, push(large[1:], chunk=6_000_000))
        check("push of an image's configuration", 201, push(image))
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": described(image, "application/vnd.docker.container.image.v1+json"),
                "layers": [
                    described(layer, "application/vnd.docker.image.rootfs.diff.tar.gzip")
                    for layer in (small, large, large[1:])
                ],
            }
        ).encode()
        put = call("PUT", "/v2/demo/manifests/latest", manifest, {"Content-Type": MANIFEST})
        check("push of the manifest", 201, put[0])
        check("tags", ["latest"], json.loads(call("GET", "/v2/demo/tags/list")[2])["tags"])
        pulled = call("GET", "/v2/demo/manifests/latest", headers={"Accept": MANIFEST})
        check("pull of the manifest", manifest, pulled[2])
        for layer in (small, large, large[1:]):
            seen = digest(call("GET", f"/v2/demo/blobs/{digest(layer)}")[2])
            check(f"pull of {len(layer)} bytes", digest(layer), seen)
        check("delete", 202, call("DELETE", f"/v2/demo/manifests/{digest(manifest)}")[0])
        check("after the delete", 404, call("GET", "/v2/demo/manifests/latest")[0])
    finally:
        registry.terminate()
        registry.wait()
