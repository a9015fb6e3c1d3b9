"""What both Python programs share: the environment, and the report of each story."""

import base64
import json
import os
import sys
import traceback

ENDPOINT = os.environ["CONFORMANCE_ENDPOINT"]
ID = os.environ["CONFORMANCE_ID"]
SECRET = os.environ["CONFORMANCE_SECRET"]
REGION = os.environ["CONFORMANCE_REGION"]
V4 = os.environ["CONFORMANCE_SIGNATURE"] == "v4"
BUCKET = os.environ["CONFORMANCE_BUCKET"]
APPLICATION = os.environ["CONFORMANCE_APPLICATION"]
ODD_KEY = "dir/a b+中&%41.txt"


def encode(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


def callback(path, body="bucket=${bucket}&object=${object}&v=${x:v}"):
    return encode({"callbackUrl": APPLICATION + path, "callbackBody": body})


VARIABLES = encode({"x:v": "one two"})


def answer(key):
    return {"Status": "OK", "received": f"bucket={BUCKET}&object={key}&v=one%20two"}


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def tell(stories):
    for name, story in stories.items():
        try:
            story()
            result = {"story": name, "ok": True}
        except Exception:
            result = {"story": name, "ok": False, "detail": traceback.format_exc()}
        print(json.dumps(result))
        sys.stdout.flush()
