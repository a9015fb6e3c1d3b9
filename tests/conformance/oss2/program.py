"""Implements the stories with oss2."""

import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import oss2
import requests
from aliyunsdkcore.client import AcsClient
from aliyunsdksts.request.v20150401.AssumeRoleRequest import AssumeRoleRequest
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
    spaced = "dir/a b+"  # sent as dir%2Fa+b%2B
    same([one.key for one in bucket.list_objects(prefix=spaced).object_list], [ODD_KEY])
    named = {"response-content-disposition": "attachment; filename=a b"}
    same(bucket.get_object("a.txt", params=named).headers["Content-Disposition"], named.popitem()[1])


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


def callback_triggered():
    process = "trigger/callback,callback_{},callback-var_{}".format(callback("/ok"), VARIABLES)
    result = bucket.process_object("a.txt", process)
    same((result.status, result.headers["ETag"]), (200, bucket.head_object("a.txt").headers["ETag"]))
    fails(oss2.exceptions.NoSuchKey, lambda: bucket.process_object("missing.txt", process), status=404)


def multipart():
    key = "dir/multi part.bin"
    started = bucket.init_multipart_upload(key, headers={"x-oss-meta-author": "alice"}).upload_id
    bucket.upload_part(key, started, 1, b"a" * 102400)
    bucket.upload_part_copy(BUCKET, ODD_KEY, None, key, started, 2)
    same([one.key for one in bucket.list_multipart_uploads().upload_list], [key])
    parts = bucket.list_parts(key, started).parts
    same([one.size for one in parts], [102400, 3])
    same(bucket.complete_multipart_upload(key, started, parts).etag[-2:], "-2")
    same(bucket.get_object(key).read(), b"a" * 102400 + b"odd")


def multipart_abort():
    started = bucket.init_multipart_upload("aborted").upload_id
    bucket.abort_multipart_upload("aborted", started)
    fails(
        oss2.exceptions.NoSuchUpload,
        lambda: bucket.list_parts("aborted", started),
        status=404,
        ec="0042-00000002",
    )


def multipart_callback():
    started = bucket.init_multipart_upload("cbm.txt").upload_id
    part = bucket.upload_part("cbm.txt", started, 1, b"x")
    headers = {"x-oss-callback": callback("/ok"), "x-oss-callback-var": VARIABLES}
    parts = [oss2.models.PartInfo(1, part.etag)]
    result = bucket.complete_multipart_upload("cbm.txt", started, parts, headers=headers)
    same(json.loads(result.resp.read()), answer("cbm.txt"))


def append():
    same(bucket.append_object("log", 0, b"one ").next_position, 4)
    bucket.append_object("log", 4, b"two")
    fails(
        oss2.exceptions.PositionNotEqualToLength,
        lambda: bucket.append_object("log", 1, b"x"),
        status=409,
        ec="0026-00000016",
    )
    same(bucket.get_object("log").read(), b"one two")


def symlink():
    bucket.put_symlink(ODD_KEY, "link")
    same(bucket.get_symlink("link").target_key, ODD_KEY)
    same(bucket.get_object("link").read(), b"odd")


def object_tagging():
    rule = oss2.models.TaggingRule()
    rule.add("colour", "blue")
    rule.add("a b", "c+d")
    bucket.put_object_tagging("a.txt", oss2.models.Tagging(rule))
    found = bucket.get_object_tagging("a.txt").tag_set.tagging_rule
    same(found, {"colour": "blue", "a b": "c+d"})
    bucket.delete_object_tagging("a.txt")
    same(bucket.get_object_tagging("a.txt").tag_set.tagging_rule, {})


def restore():
    bucket.put_object("cold", b"x", headers={"x-oss-storage-class": "Archive"})
    fails(oss2.exceptions.ServerError, lambda: bucket.get_object("cold"), code="InvalidObjectState")
    same(bucket.restore_object("cold").status, 202)
    fails(oss2.exceptions.RestoreAlreadyInProgress, lambda: bucket.restore_object("cold"))


def cors():
    rule = oss2.models.CorsRule(
        allowed_origins=["https://a.example"], allowed_methods=["PUT"], max_age_seconds=60
    )
    bucket.put_bucket_cors(oss2.models.BucketCors([rule]))
    found = bucket.get_bucket_cors().rules[0]
    same((found.allowed_origins, found.max_age_seconds), (["https://a.example"], 60))
    bucket.delete_bucket_cors()
    fails(oss2.exceptions.NoSuchCors, bucket.get_bucket_cors)


def referer():
    config = oss2.models.BucketReferer(False, ["https://*.example.com"], True, ["https://bad.example.com"])
    bucket.put_bucket_referer(config)
    found = bucket.get_bucket_referer()
    same((found.allow_empty_referer, found.referers, found.black_referers),
         (False, ["https://*.example.com"], ["https://bad.example.com"]))
    url = bucket.sign_url("GET", "a.txt", 300)
    same([requests.get(url, headers={"Referer": page}).status_code
          for page in ("https://www.example.com/a", "https://bad.example.com/", "https://a.com/", "")],
         [200, 403, 403, 403])
    same(bucket.get_object("a.txt").status, 200)
    bucket.put_bucket_referer(oss2.models.BucketReferer(True, []))
    same(requests.get(url).status_code, 200)


def lifecycle():
    rule = oss2.models.LifecycleRule("old", "logs/", expiration=oss2.models.LifecycleExpiration(days=30))
    bucket.put_bucket_lifecycle(oss2.models.BucketLifecycle([rule]))
    same([(one.id, one.expiration.days) for one in bucket.get_bucket_lifecycle().rules], [("old", 30)])
    wrong = oss2.models.LifecycleRule(
        "wrong", "logs/", expiration=oss2.models.LifecycleExpiration(days=3),
        storage_transitions=[oss2.models.StorageTransition(days=4, storage_class="IA")])
    fails(oss2.exceptions.InvalidArgument,
          lambda: bucket.put_bucket_lifecycle(oss2.models.BucketLifecycle([wrong])))
    bucket.delete_bucket_lifecycle()
    fails(oss2.exceptions.NoSuchLifecycle, bucket.get_bucket_lifecycle)


def worm():
    other = oss2.Bucket(bucket.auth, bucket.endpoint, bucket.bucket_name + "-worm", region=bucket.region)
    other.create_bucket()
    other.init_bucket_worm(1)
    other.abort_bucket_worm()
    worm_id = other.init_bucket_worm(1).worm_id
    fails(oss2.exceptions.InvalidWORMConfiguration, lambda: other.extend_bucket_worm(worm_id, 2))
    other.complete_bucket_worm(worm_id)
    other.extend_bucket_worm(worm_id, 2)
    found = other.get_bucket_worm()
    same((found.state, found.retention_period_days), ("Locked", 2))
    fails(oss2.exceptions.WORMConfigurationLocked, other.abort_bucket_worm)
    other.delete_bucket()


def website():
    bucket.put_bucket_website(oss2.models.BucketWebsite("index.html", "error.html"))
    found = bucket.get_bucket_website()
    same((found.index_file, found.error_file), ("index.html", "error.html"))
    bucket.put_object("index.html", b"root")
    same(bucket.get_object("a/folder/").read(), b"root")
    bucket.delete_object("index.html")
    bucket.delete_bucket_website()
    fails(oss2.exceptions.NoSuchWebsite, bucket.get_bucket_website)


def logging():
    bucket.put_bucket_logging(oss2.models.BucketLogging(bucket.bucket_name, "logging/日志+"))
    found = bucket.get_bucket_logging()
    same((found.target_bucket, found.target_prefix), (bucket.bucket_name, "logging/日志+"))
    bucket.delete_bucket_logging()
    same(bucket.get_bucket_logging().target_bucket, "")


def inventory():
    m = oss2.models
    target = m.InventoryBucketDestination("1", "role", bucket.bucket_name, "CSV", "lists")
    config = m.InventoryConfiguration(
        inventory_id="all", is_enabled=True, inventory_schedule=m.InventorySchedule("Daily"),
        included_object_versions="Current", inventory_filter=m.InventoryFilter("in/"),
        optional_fields=["Size", "ETag"],
        inventory_destination=m.InventoryDestination(bucket_destination=target))
    bucket.put_bucket_inventory_configuration(config)
    same(bucket.get_bucket_inventory_configuration("all").inventory_filter.prefix, "in/")
    same(len(bucket.list_bucket_inventory_configurations().inventory_configurations), 1)
    bucket.delete_bucket_inventory_configuration("all")
    fails(oss2.exceptions.NoSuchInventory, lambda: bucket.get_bucket_inventory_configuration("all"))


def encryption():
    rule = oss2.models.ServerSideEncryptionRule("KMS", None, "SM4")
    bucket.put_bucket_encryption(rule)
    found = bucket.get_bucket_encryption()
    same((found.sse_algorithm, found.kms_master_keyid, found.kms_data_encryption), ("KMS", None, "SM4"))
    bucket.put_object("sealed", b"x" * 100000)
    read = bucket.get_object("sealed", byte_range=(99990, 99999))
    same(read.read(), b"x" * 10)
    same(read.headers["x-oss-server-side-encryption"], "KMS")
    same(read.headers["x-oss-server-side-data-encryption"], "SM4")
    same(len(read.headers["x-oss-server-side-encryption-key-id"]), 36)
    bucket.delete_object("sealed")
    bucket.delete_bucket_encryption()
    fails(oss2.exceptions.NoSuchServerSideEncryptionRule, bucket.get_bucket_encryption)


def select():
    text = 'name,age\nLora,27\n"Little, Eleanor",43\nRosie,44\n'
    bucket.put_object("people.csv", text)
    counts = bucket.create_select_object_meta("people.csv", {"OverwriteIfExists": True})
    same(counts.rows, 4)
    query = "select name from ossobject where age > 40 and cast(age as int) < 100"
    found = bucket.select_object("people.csv", query, None, {"CsvHeaderInfo": "Use", "EnablePayloadCrc": True})
    same(found.read(), b'"Little, Eleanor"\nRosie\n')
    bucket.put_object("people.json", '{"people":[{"name":"Lora"},{"name":"A/B"}]}')
    found = bucket.select_object("people.json", "select * from ossobject.people[*] where name like 'A%'",
                                 None, {"Json_Type": "DOCUMENT"})
    same(found.read(), b'{"name":"A\\/B"}\n')
    for key in ("people.csv", "people.json"):
        bucket.delete_object(key)


def account_block():
    service.put_public_access_block(True)
    same(service.get_public_access_block().block_public_access, True)
    service.delete_public_access_block()
    same(service.get_public_access_block().block_public_access, False)


def style():
    bucket.put_bucket_style("small", "image/resize,p_50")
    same(bucket.get_bucket_style("small").content, "image/resize,p_50")
    same([one.name for one in bucket.list_bucket_style().styles], ["small"])
    bucket.delete_bucket_style("small")
    same(bucket.list_bucket_style().styles, [])


def meta_query():
    bucket.put_object("searched/long", b"a longer text", headers={"x-oss-tagging": "colour=red"})
    bucket.open_bucket_meta_query()
    same(bucket.get_bucket_meta_query_status().state in ("Ready", "Running"), True)
    query = ('{"SubQueries": [{"Field": "Filename", "Operation": "prefix", "Value": "searched/"}, '
             '{"Field": "OSSTagging.colour", "Operation": "eq", "Value": "red"}], "Operation": "and"}')
    found = bucket.do_bucket_meta_query(oss2.models.MetaQuery("", 5, query, "Size", "asc"))
    same([one.file_name for one in found.files], ["searched/long"])
    bucket.close_bucket_meta_query()
    bucket.delete_object("searched/long")


def save_image():
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    bucket.put_object("pixel.png", pixel)
    name = oss2.compat.to_string(base64.urlsafe_b64encode(b"larger.png"))
    saved = bucket.process_object("pixel.png", "image/resize,w_2,limit_0|sys/saveas,o_" + name)
    same(saved.status, 200)
    info = json.loads(bucket.get_object("larger.png", process="image/info").read())
    same(info["ImageWidth"]["value"], "2")
    bucket.batch_delete_objects(["pixel.png", "larger.png"])


def policy():
    text = ('{"Version":"1","Statement":[{"Action":["oss:PutObject"],"Effect":"Allow",'
            '"Resource":["acs:oss:*:*:*/user1/*"]}]}')
    bucket.put_bucket_policy(text)
    same(bucket.get_bucket_policy().policy, text)
    bucket.delete_bucket_policy()
    fails(oss2.exceptions.NoSuchBucketPolicy, bucket.get_bucket_policy)


def bucket_tags():
    rule = oss2.models.TaggingRule()
    rule.add("team", "one")
    bucket.put_bucket_tagging(oss2.models.Tagging(rule))
    same(bucket.get_bucket_tagging().tag_set.tagging_rule, {"team": "one"})
    bucket.delete_bucket_tagging()
    same(bucket.get_bucket_tagging().tag_set.tagging_rule, {})


def request_payment():
    bucket.put_bucket_request_payment(oss2.models.PAYER_REQUESTER)
    same(bucket.get_bucket_request_payment().payer, oss2.models.PAYER_REQUESTER)
    bucket.put_bucket_request_payment(oss2.models.PAYER_BUCKETOWNER)


def bucket_settings():
    bucket.put_bucket_transfer_acceleration("true")
    same(bucket.get_bucket_transfer_acceleration().enabled, "true")
    bucket.put_bucket_access_monitor("Enabled")
    same(bucket.get_bucket_access_monitor().access_monitor.status, "Enabled")
    bucket.put_bucket_public_access_block(True)
    same(bucket.get_bucket_public_access_block().block_public_access, True)
    bucket.delete_bucket_public_access_block()
    bucket.put_bucket_https_config(oss2.models.BucketTlsVersion(True, ["TLSv1.2", "TLSv1.3"]))
    same(bucket.get_bucket_https_config().tls_version, ["TLSv1.2", "TLSv1.3"])
    bucket.put_bucket_https_config(oss2.models.BucketTlsVersion(False))
    same(bucket.get_bucket_https_config().tls_enabled, False)


def resource_group():
    same(bucket.get_bucket_resource_group().resource_group_id, "rg-default")
    bucket.put_bucket_resource_group("rg-acfmxazb4ph1234")
    same(bucket.get_bucket_resource_group().resource_group_id, "rg-acfmxazb4ph1234")


def archive_direct_read():
    bucket.put_bucket_archive_direct_read(True)
    same(bucket.get_bucket_archive_direct_read().enabled, True)


def callback_policy():
    value = callback("/answer")
    bucket.put_bucket_callback_policy([oss2.models.CallbackPolicyInfo("one", value)])
    found = bucket.get_bucket_callback_policy().callback_policies
    same([(one.policy_name, one.callback) for one in found], [("one", value)])
    bucket.delete_bucket_callback_policy()
    fails(oss2.exceptions.ServerError, bucket.get_bucket_callback_policy, status=404)


def live_channels():
    same(bucket.list_live_channel().channels, [])


def assume_role():
    # The older STS SDK, which signs in the RPC form.
    request = AssumeRoleRequest()
    request.set_endpoint(ENDPOINT.split("://")[1])
    request.set_protocol_type("http")
    request.set_RoleArn("acs:ram::1234567890123456:role/story")
    request.set_RoleSessionName("story")
    found = json.loads(AcsClient(ID, SECRET, REGION).do_action_with_exception(request))
    key = found["Credentials"]
    version = oss2.AUTH_VERSION_4 if V4 else oss2.AUTH_VERSION_1
    auth = oss2.StsAuth(
        key["AccessKeyId"], key["AccessKeySecret"], key["SecurityToken"], auth_version=version
    )
    temporary = oss2.Bucket(auth, ENDPOINT, BUCKET, region=REGION)
    temporary.put_object("by-role", b"x")
    same(temporary.get_object("by-role").read(), b"x")


def regions():
    same(service.describe_regions("oss-" + REGION).regions[0].region, "oss-" + REGION)


def versioning():
    name = BUCKET + "-v"
    versioned = oss2.Bucket(bucket.auth, ENDPOINT, name, region=REGION)
    versioned.create_bucket()
    versioned.put_bucket_versioning(oss2.models.BucketVersioningConfig("Enabled"))
    same(versioned.get_bucket_versioning().status, "Enabled")
    first = versioned.put_object("k", b"1").versionid
    versioned.put_object("k", b"2")
    versioned.delete_object("k")
    fails(oss2.exceptions.NoSuchKey, lambda: versioned.get_object("k"))
    same(versioned.get_object("k", params={"versionId": first}).read(), b"1")
    found = versioned.list_object_versions()
    same((len(found.versions), len(found.delete_marker)), (2, 1))
    listed = oss2.models.BatchDeleteObjectVersionList()
    for one in found.versions + found.delete_marker:
        listed.append(oss2.models.BatchDeleteObjectVersion(one.key, one.versionid))
    same(len(versioned.delete_object_versions(listed).delete_versions), 3)
    versioned.delete_bucket()


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
        "callback-triggered": callback_triggered,
        "multipart": multipart,
        "multipart-abort": multipart_abort,
        "multipart-callback": multipart_callback,
        "append": append,
        "symlink": symlink,
        "object-tagging": object_tagging,
        "restore": restore,
        "cors": cors,
        "referer": referer,
        "lifecycle": lifecycle,
        "worm": worm,
        "website": website,
        "logging": logging,
        "inventory": inventory,
        "encryption": encryption,
        "select": select,
        "account-block": account_block,
        "style": style,
        "meta-query": meta_query,
        "save-image": save_image,
        "policy": policy,
        "bucket-tags": bucket_tags,
        "request-payment": request_payment,
        "bucket-settings": bucket_settings,
        "resource-group": resource_group,
        "archive-direct-read": archive_direct_read,
        "callback-policy": callback_policy,
        "live-channels": live_channels,
        "assume-role": assume_role,
        "regions": regions,
        "versioning": versioning,
        "delete": delete,
        "delete-bucket": delete_bucket,
    }
)
