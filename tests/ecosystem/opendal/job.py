"""A bucket as a service of OpenDAL: objects are written, read, listed, appended to, presigned and removed."""
import asyncio
import http.client
import os
import urllib.request

import opendal
from checks import check

settings = {
    "bucket": os.environ["OSS_BUCKET"],
    "endpoint": os.environ["OSS_ENDPOINT"],
    "addressing_style": "path",
    "access_key_id": os.environ["OSS_ACCESS_KEY_ID"],
    "access_key_secret": os.environ["OSS_ACCESS_KEY_SECRET"],
    "root": "/a root/",
}
store = opendal.Operator("oss", **settings)
odd, large = "a b+ü%41&=.txt", os.urandom(12 * 2**20 + 17)

store.write(odd, b"small", content_type="text/plain", user_metadata={"author": "alice"})
check("write and read", b"small", bytes(store.read(odd)))
check("stat", (5, "text/plain"), (store.stat(odd).content_length, store.stat(odd).content_type))
check("read of a range", b"mal", bytes(store.read(odd, offset=1, size=3)))
store.write("large", large, chunk=5 * 2**20, concurrent=2)
check("write in parts", large, bytes(store.read("large", concurrent=4, chunk=2**20)))
store.write("log", b"one ", append=True)
store.write("log", b"two", append=True)
check("append", b"one two", bytes(store.read("log")))
try:
    store.write(odd, b"other", if_not_exists=True)
    check("write if it does not exist", "refused", "written")
except opendal.exceptions.ConditionNotMatch:
    check("write if it does not exist", b"small", bytes(store.read(odd)))
store.write("sub/one", b"1")
check("list", [odd, "large", "log", "sub/"], sorted(one.path for one in store.list("/")))
store.copy(odd, "copied ü+")
check("copy", b"small", bytes(store.read("copied ü+")))


async def presigned():
    later = opendal.AsyncOperator("oss", **settings)
    return await later.presign_write("signed", 300), await later.presign_read("signed", 300)


put, get = asyncio.run(presigned())
host, _, path = put.url.removeprefix("http://").partition("/")
connection = http.client.HTTPConnection(host)  # urllib would add a Content-Type, which is not signed
connection.request(put.method, f"/{path}", b"by URL")
check("presigned upload", 200, connection.getresponse().status)
check("presigned download", b"by URL", urllib.request.urlopen(get.url).read())
store.remove_all("/")
check("remove_all", [], [one.path for one in store.list("/", recursive=True)])
