"""The stories, told with oss2."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import oss2
import requests
from story import *

if V4:
    bucket = oss2.Bucket(oss2.AuthV4(ID, SECRET), ENDPOINT, BUCKET, region=REGION)
    service = oss2.Service(oss2.AuthV4(ID, SECRET), ENDPOINT, region=REGION)
else:
    bucket = oss2.Bucket(oss2.Auth(ID, SECRET), ENDPOINT, BUCKET)
    service = oss2.Service(oss2.Auth(ID, SECRET), ENDPOINT)


def fails(kind, work, **expected):
    try:
        work()
    except kind as error:
        for name, value in expected.items():
            same(getattr(error, name), value)
        return
    raise AssertionError("it did not fail")


def bucket_story():
    bucket.create_bucket(oss2.BUCKET_ACL_PRIVATE)
    same([one.name for one in service.list_buckets(prefix=BUCKET).buckets], [BUCKET])
    info = bucket.get_bucket_info()
    same((info.name, info.acl.grant), (BUCKET, "private"))
    same(bucket.get_bucket_location().location, "oss-" + REGION)
    same(bucket.get_bucket_stat().object_count, 0)


def bucket_acl():
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    same(bucket.get_bucket_acl().acl, "public-read")
    bucket.put_bucket_acl(oss2.BUCKET_ACL_PRIVATE)


def put_get():
    bucket.put_object("a.txt", b"hello", headers={"x-oss-meta-author": "alice"})
    got = bucket.get_object("a.txt")
    same(got.read(), b"hello")
    same(got.headers["x-oss-meta-author"], "alice")
    bucket.put_object("generated", (part for part in [b"one", b"two"]))
    same(bucket.get_object("generated").read(), b"onetwo")


def odd_key():
    bucket.put_object(ODD_KEY, b"odd")
    same(bucket.get_object(ODD_KEY).read(), b"odd")


def range_story():
    got = bucket.get_object("a.txt", byte_range=(1, 3))
    same((got.status, got.read()), (206, b"ell"))


def head():
    same(bucket.head_object("a.txt").content_length, 5)
    same(bucket.get_object_meta("a.txt").content_length, 5)
    same(bucket.object_exists("missing"), False)


def missing():
    fails(oss2.exceptions.NoSuchKey, lambda: bucket.get_object("missing"), ec="0026-00000001")
    fails(oss2.exceptions.NoSuchKey, lambda: bucket.head_object("missing"), ec="0026-00000001")


def list_story():
    for key in ["l/1", "l/2", "l/sub/3"]:
        bucket.put_object(key, b"x")
    page = bucket.list_objects(prefix="l/", delimiter="/", max_keys=2)
    same([one.key for one in page.object_list], ["l/1", "l/2"])
    rest = bucket.list_objects(prefix="l/", delimiter="/", marker=page.next_marker)
    same(rest.prefix_list, ["l/sub/"])
    same([one.key for one in bucket.list_objects(prefix="dir/").object_list], [ODD_KEY])


def list_v2():
    page = bucket.list_objects_v2(prefix="l/", max_keys=2, fetch_owner=True)
    same(len(page.object_list), 2)
    rest = bucket.list_objects_v2(prefix="l/", continuation_token=page.next_continuation_token)
    same([one.key for one in rest.object_list], ["l/sub/3"])


def copy():
    bucket.copy_object(BUCKET, ODD_KEY, "copy.txt")
    same(bucket.get_object("copy.txt").read(), b"odd")


def object_acl():
    same(bucket.get_object_acl("a.txt").acl, "default")
    bucket.put_object_acl("a.txt", oss2.OBJECT_ACL_PUBLIC_READ)
    same(bucket.get_object_acl("a.txt").acl, "public-read")


def presign_get():
    same(requests.get(bucket.sign_url("GET", ODD_KEY, 300, slash_safe=True)).content, b"odd")


def presign_put():
    headers = {"Content-Type": "text/plain"}
    url = bucket.sign_url("PUT", "p.txt", 300, headers=dict(headers), slash_safe=True)
    same(requests.put(url, data=b"presigned", headers=headers).status_code, 200)
    same(bucket.get_object("p.txt").read(), b"presigned")


def callback_answered():
    headers = {"x-oss-callback": callback("/ok"), "x-oss-callback-var": VARIABLES}
    result = bucket.put_object("cb.txt", b"x", headers=headers)
    same(json.loads(result.resp.read()), answer("cb.txt"))


def callback_failed():
    result = bucket.put_object("cbf.txt", b"stored", headers={"x-oss-callback": callback("/fail")})
    same((result.status, result.headers["x-oss-ec"]), (203, "0007-00000203"))
    assert b"<Code>CallbackFailed</Code><Message>Error status : 500.</Message>" in result.resp.read()
    same(bucket.get_object("cbf.txt").read(), b"stored")


def callback_refused():
    headers = {"x-oss-callback": callback("/ok", "$(object)")}
    fails(
        oss2.exceptions.InvalidArgument,
        lambda: bucket.put_object("cbr.txt", b"x", headers=headers),
        status=400,
        ec="0007-00000105",
    )
    same(bucket.object_exists("cbr.txt"), False)


def callback_presigned():
    query = {"callback": callback("/ok"), "callback-var": VARIABLES}
    url = bucket.sign_url("PUT", "cbp.txt", 300, params=query, slash_safe=True)
    same(requests.put(url, data=b"x").json(), answer("cbp.txt"))


def delete():
    same(bucket.delete_object("a.txt").status, 204)
    keys = [one.key for one in bucket.list_objects(max_keys=1000).object_list]
    same(sorted(bucket.batch_delete_objects(keys).deleted_keys), sorted(keys))


def delete_bucket():
    bucket.put_object("left", b"x")
    fails(oss2.exceptions.BucketNotEmpty, bucket.delete_bucket, status=409)
    bucket.delete_object("left")
    bucket.delete_bucket()


tell(
    {
        "bucket": bucket_story,
        "bucket-acl": bucket_acl,
        "put-get": put_get,
        "odd-key": odd_key,
        "range": range_story,
        "head": head,
        "missing": missing,
        "list": list_story,
        "list-v2": list_v2,
        "copy": copy,
        "object-acl": object_acl,
        "presign-get": presign_get,
        "presign-put": presign_put,
        "callback-answered": callback_answered,
        "callback-failed": callback_failed,
        "callback-refused": callback_refused,
        "callback-presigned": callback_presigned,
        "delete": delete,
        "delete-bucket": delete_bucket,
    }
)
