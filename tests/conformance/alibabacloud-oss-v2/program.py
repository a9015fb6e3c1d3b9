"""The stories, told with alibabacloud-oss-v2."""

import datetime
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import alibabacloud_oss_v2 as oss
import requests
from story import *

config = oss.config.load_default()
config.credentials_provider = oss.credentials.StaticCredentialsProvider(ID, SECRET)
config.region = REGION
config.endpoint = ENDPOINT
config.signature_version = "v4" if V4 else "v1"
config.retry_max_attempts = 1
client = oss.Client(config)
EXPIRES = datetime.timedelta(seconds=300)


def put(key, body, **more):
    return client.put_object(oss.PutObjectRequest(bucket=BUCKET, key=key, body=body, **more))


def get(key, **more):
    return client.get_object(oss.GetObjectRequest(bucket=BUCKET, key=key, **more))


def fails(work, **expected):
    try:
        work()
    except oss.exceptions.OperationError as error:
        cause = error.unwrap()
        for name, value in expected.items():
            same(getattr(cause, name), value)
        return
    raise AssertionError("it did not fail")


def bucket_story():
    client.put_bucket(oss.PutBucketRequest(bucket=BUCKET, acl="private"))
    found = client.list_buckets(oss.ListBucketsRequest(prefix=BUCKET)).buckets
    same([one.name for one in found], [BUCKET])
    same(client.get_bucket_info(oss.GetBucketInfoRequest(bucket=BUCKET)).bucket_info.name, BUCKET)
    where = client.get_bucket_location(oss.GetBucketLocationRequest(bucket=BUCKET))
    same(where.location, "oss-" + REGION)
    same(client.get_bucket_stat(oss.GetBucketStatRequest(bucket=BUCKET)).object_count, 0)


def bucket_acl():
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=BUCKET, acl="public-read"))
    same(client.get_bucket_acl(oss.GetBucketAclRequest(bucket=BUCKET)).acl, "public-read")
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=BUCKET, acl="private"))


def put_get():
    result = put("a.txt", b"hello", metadata={"author": "alice"}, content_type="text/plain")
    same(result.etag, '"5D41402ABC4B2A76B9719D911017C592"')
    got = get("a.txt")
    same((got.body.read(), got.metadata["author"]), (b"hello", "alice"))


def odd_key():
    put(ODD_KEY, b"odd")
    same(get(ODD_KEY).body.read(), b"odd")


def range_story():
    got = get("a.txt", range_header="bytes=1-3", range_behavior="standard")
    same((got.status_code, got.body.read()), (206, b"ell"))


def head():
    same(client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key="a.txt")).content_length, 5)
    meta = client.get_object_meta(oss.GetObjectMetaRequest(bucket=BUCKET, key="a.txt"))
    same(meta.content_length, 5)
    same(client.is_object_exist(BUCKET, "missing"), False)


def missing():
    fails(lambda: get("missing"), code="NoSuchKey", ec="0026-00000001", status_code=404)
    request = oss.HeadObjectRequest(bucket=BUCKET, key="missing")
    fails(lambda: client.head_object(request), code="NoSuchKey", ec="0026-00000001")


def list_story():
    for key in ["l/1", "l/2", "l/sub/3"]:
        put(key, b"x")
    ask = dict(bucket=BUCKET, prefix="l/", delimiter="/")
    page = client.list_objects(oss.ListObjectsRequest(max_keys=2, **ask))
    same([one.key for one in page.contents], ["l/1", "l/2"])
    rest = client.list_objects(oss.ListObjectsRequest(marker=page.next_marker, **ask))
    same([one.prefix for one in rest.common_prefixes], ["l/sub/"])


def list_v2():
    ask = dict(bucket=BUCKET, prefix="l/", encoding_type="url")
    page = client.list_objects_v2(oss.ListObjectsV2Request(max_keys=2, fetch_owner=True, **ask))
    same(len(page.contents), 2)
    token = page.next_continuation_token
    rest = client.list_objects_v2(oss.ListObjectsV2Request(continuation_token=token, **ask))
    same([one.key for one in rest.contents], ["l/sub/3"])


def copy():
    request = oss.CopyObjectRequest(
        bucket=BUCKET, key="copy.txt", source_bucket=BUCKET, source_key=ODD_KEY
    )
    client.copy_object(request)
    same(get("copy.txt").body.read(), b"odd")


def object_acl():
    same(client.get_object_acl(oss.GetObjectAclRequest(bucket=BUCKET, key="a.txt")).acl, "default")
    client.put_object_acl(oss.PutObjectAclRequest(bucket=BUCKET, key="a.txt", acl="public-read"))
    found = client.get_object_acl(oss.GetObjectAclRequest(bucket=BUCKET, key="a.txt")).acl
    same(found, "public-read")


def use(presigned, body=None):
    return requests.request(
        presigned.method, presigned.url, headers=presigned.signed_headers, data=body
    )


def presign_get():
    request = oss.GetObjectRequest(bucket=BUCKET, key=ODD_KEY)
    same(use(client.presign(request, expires=EXPIRES)).content, b"odd")


def presign_put():
    request = oss.PutObjectRequest(bucket=BUCKET, key="p.txt", content_type="text/plain")
    same(use(client.presign(request, expires=EXPIRES), b"presigned").status_code, 200)
    same(get("p.txt").body.read(), b"presigned")


def callback_answered():
    result = put("cb.txt", b"x", callback=callback("/ok"), callback_var=VARIABLES)
    same(json.loads(result.callback_result), answer("cb.txt"))


def callback_failed():
    result = put("cbf.txt", b"stored", callback=callback("/fail"))
    same((result.status_code, result.headers["x-oss-ec"]), (203, "0007-00000203"))
    assert "<Message>Error status : 500.</Message>" in result.callback_result
    same(get("cbf.txt").body.read(), b"stored")


def callback_refused():
    refused = callback("/ok", "$(object)")
    fails(
        lambda: put("cbr.txt", b"x", callback=refused),
        code="InvalidArgument",
        status_code=400,
        ec="0007-00000105",
    )
    same(client.is_object_exist(BUCKET, "cbr.txt"), False)


def callback_presigned():
    query = {"callback": callback("/ok"), "callback-var": VARIABLES}
    in_query = oss.PutObjectRequest(bucket=BUCKET, key="cbp.txt", parameters=query)
    same(use(client.presign(in_query, expires=EXPIRES), b"x").json(), answer("cbp.txt"))
    in_headers = oss.PutObjectRequest(
        bucket=BUCKET, key="cbp.txt", callback=callback("/ok"), callback_var=VARIABLES
    )
    same(use(client.presign(in_headers, expires=EXPIRES), b"x").json(), answer("cbp.txt"))


def delete():
    request = oss.DeleteObjectRequest(bucket=BUCKET, key="a.txt")
    same(client.delete_object(request).status_code, 204)
    found = client.list_objects_v2(oss.ListObjectsV2Request(bucket=BUCKET, max_keys=1000)).contents
    objects = [oss.DeleteObject(key=one.key) for one in found]
    result = client.delete_multiple_objects(
        oss.DeleteMultipleObjectsRequest(bucket=BUCKET, objects=objects, encoding_type="url")
    )
    same(len(result.deleted_objects), len(objects))


def delete_bucket():
    put("left", b"x")
    remove = lambda: client.delete_bucket(oss.DeleteBucketRequest(bucket=BUCKET))
    fails(remove, code="BucketNotEmpty", status_code=409)
    client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="left"))
    remove()


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
