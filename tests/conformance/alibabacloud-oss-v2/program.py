"""Implements the stories with alibabacloud-oss-v2."""

import base64
import datetime
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import alibabacloud_oss_v2 as oss
import requests
from alibabacloud_sts20150401.client import Client as StsClient
from alibabacloud_sts20150401.models import AssumeRoleRequest
from alibabacloud_tea_openapi.models import Config as StsConfig
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


def start(key):
    request = oss.InitiateMultipartUploadRequest(bucket=BUCKET, key=key)
    return dict(bucket=BUCKET, key=key, upload_id=client.initiate_multipart_upload(request).upload_id)


def multipart():
    upload = start("dir/multi part.bin")
    client.upload_part(oss.UploadPartRequest(part_number=1, body=b"a" * 102400, **upload))
    client.upload_part_copy(
        oss.UploadPartCopyRequest(
            part_number=2, source_bucket=BUCKET, source_key=ODD_KEY, **upload
        )
    )
    found = client.list_multipart_uploads(oss.ListMultipartUploadsRequest(bucket=BUCKET)).uploads
    same([one.key for one in found], [upload["key"]])
    parts = client.list_parts(oss.ListPartsRequest(**upload)).parts
    same([one.size for one in parts], [102400, 3])
    listed = [oss.UploadPart(part_number=one.part_number, etag=one.etag) for one in parts]
    done = client.complete_multipart_upload(
        oss.CompleteMultipartUploadRequest(
            complete_multipart_upload=oss.CompleteMultipartUpload(parts=listed), **upload
        )
    )
    same(done.etag[-3:], '-2"')
    same(get(upload["key"]).body.read(), b"a" * 102400 + b"odd")


def multipart_abort():
    upload = start("aborted")
    client.abort_multipart_upload(oss.AbortMultipartUploadRequest(**upload))
    fails(
        lambda: client.list_parts(oss.ListPartsRequest(**upload)),
        code="NoSuchUpload",
        status_code=404,
        ec="0042-00000002",
    )


def multipart_callback():
    upload = start("cbm.txt")
    client.upload_part(oss.UploadPartRequest(part_number=1, body=b"x", **upload))
    done = client.complete_multipart_upload(
        oss.CompleteMultipartUploadRequest(
            complete_all="yes", callback=callback("/ok"), callback_var=VARIABLES, **upload
        )
    )
    same(json.loads(done.callback_result), answer("cbm.txt"))


def extend(key, position, body):
    return client.append_object(
        oss.AppendObjectRequest(bucket=BUCKET, key=key, position=position, body=body)
    )


def append():
    same(extend("log", 0, b"one ").next_position, 4)
    extend("log", 4, b"two")
    fails(
        lambda: extend("log", 1, b"x"),
        code="PositionNotEqualToLength",
        status_code=409,
        ec="0026-00000016",
    )
    same(get("log").body.read(), b"one two")


def symlink():
    client.put_symlink(oss.PutSymlinkRequest(bucket=BUCKET, key="link", symlink_target="a.txt"))
    found = client.get_symlink(oss.GetSymlinkRequest(bucket=BUCKET, key="link"))
    same((found.target, get("link").body.read()), ("a.txt", b"hello"))


def object_tagging():
    at = dict(bucket=BUCKET, key="a.txt")
    tags = oss.TagSet(tags=[oss.Tag(key="a b", value="c+d")])
    client.put_object_tagging(oss.PutObjectTaggingRequest(tagging=oss.Tagging(tag_set=tags), **at))
    found = client.get_object_tagging(oss.GetObjectTaggingRequest(**at)).tag_set.tags
    same([(one.key, one.value) for one in found], [("a b", "c+d")])
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(**at))
    same(client.get_object_tagging(oss.GetObjectTaggingRequest(**at)).tag_set.tags or [], [])


def restore():
    put("cold", b"x", storage_class="Archive")
    fails(lambda: get("cold"), code="InvalidObjectState", status_code=403)
    request = oss.RestoreObjectRequest(bucket=BUCKET, key="cold")
    same(client.restore_object(request).status_code, 202)
    fails(lambda: client.restore_object(request), code="RestoreAlreadyInProgress", status_code=409)


def cors():
    rule = oss.CORSRule(allowed_origins=["https://a.example"], allowed_methods=["PUT"])
    config = oss.CORSConfiguration(cors_rules=[rule])
    client.put_bucket_cors(oss.PutBucketCorsRequest(bucket=BUCKET, cors_configuration=config))
    ask = oss.GetBucketCorsRequest(bucket=BUCKET)
    found = client.get_bucket_cors(ask).cors_configuration.cors_rules[0]
    same(found.allowed_origins, ["https://a.example"])
    client.delete_bucket_cors(oss.DeleteBucketCorsRequest(bucket=BUCKET))
    fails(lambda: client.get_bucket_cors(ask), code="NoSuchCORSConfiguration", status_code=404)


def referer():
    config = oss.RefererConfiguration(
        allow_empty_referer=True,
        referer_list=oss.RefererList(referers=["https://*.example.com"]),
        referer_blacklist=oss.RefererBlacklist(referers=["https://bad.example.com"]),
    )
    client.put_bucket_referer(oss.PutBucketRefererRequest(bucket=BUCKET, referer_configuration=config))
    ask = oss.GetBucketRefererRequest(bucket=BUCKET)
    found = client.get_bucket_referer(ask).referer_configuration
    same(found.referer_list.referers, ["https://*.example.com"])
    same(found.referer_blacklist.referers, ["https://bad.example.com"])
    none = oss.RefererConfiguration(allow_empty_referer=True, referer_list=oss.RefererList(referers=[]))
    client.put_bucket_referer(oss.PutBucketRefererRequest(bucket=BUCKET, referer_configuration=none))


def lifecycle():
    rule = oss.LifecycleRule(
        id="old",
        prefix="logs/",
        status="Enabled",
        expiration=oss.LifecycleRuleExpiration(days=30),
        abort_multipart_upload=oss.LifecycleRuleAbortMultipartUpload(days=3),
    )
    config = oss.LifecycleConfiguration(rules=[rule])
    client.put_bucket_lifecycle(oss.PutBucketLifecycleRequest(bucket=BUCKET, lifecycle_configuration=config))
    ask = oss.GetBucketLifecycleRequest(bucket=BUCKET)
    found = client.get_bucket_lifecycle(ask).lifecycle_configuration.rules
    same([(one.id, one.expiration.days, one.abort_multipart_upload.days) for one in found], [("old", 30, 3)])
    client.delete_bucket_lifecycle(oss.DeleteBucketLifecycleRequest(bucket=BUCKET))
    fails(lambda: client.get_bucket_lifecycle(ask), code="NoSuchLifecycle", status_code=404)


def worm():
    name = BUCKET + "-worm"
    client.put_bucket(oss.PutBucketRequest(bucket=name))
    days = oss.InitiateWormConfiguration(retention_period_in_days=1)
    ask = oss.InitiateBucketWormRequest(bucket=name, initiate_worm_configuration=days)
    client.initiate_bucket_worm(ask)
    client.abort_bucket_worm(oss.AbortBucketWormRequest(bucket=name))
    worm_id = client.initiate_bucket_worm(ask).worm_id
    client.complete_bucket_worm(oss.CompleteBucketWormRequest(bucket=name, worm_id=worm_id))
    longer = oss.ExtendWormConfiguration(retention_period_in_days=2)
    client.extend_bucket_worm(
        oss.ExtendBucketWormRequest(bucket=name, worm_id=worm_id, extend_worm_configuration=longer)
    )
    found = client.get_bucket_worm(oss.GetBucketWormRequest(bucket=name)).worm_configuration
    same((found.state, found.retention_period_in_days), ("Locked", 2))
    client.delete_bucket(oss.DeleteBucketRequest(bucket=name))


def object_worm():
    name = BUCKET + "-retained"
    client.put_bucket(oss.PutBucketRequest(bucket=name))
    client.put_bucket_versioning(oss.PutBucketVersioningRequest(
        bucket=name, versioning_configuration=oss.VersioningConfiguration(status="Enabled")))
    default = oss.ObjectWormConfigurationRuleDefaultRetention(mode="GOVERNANCE", days=1)
    client.put_bucket_object_worm_configuration(oss.PutBucketObjectWormConfigurationRequest(
        bucket=name, object_worm_configuration=oss.ObjectWormConfiguration(
            object_worm_enabled="Enabled",
            rule=oss.ObjectWormConfigurationRule(default_retention=default))))
    ask = oss.GetBucketObjectWormConfigurationRequest(bucket=name)
    found = client.get_bucket_object_worm_configuration(ask).object_worm_configuration
    same(found.rule.default_retention.days, 1)
    at = dict(bucket=name, key="k")
    version = client.put_object(oss.PutObjectRequest(body=b"x", **at)).version_id
    until = "2099-01-01T00:00:00.000Z"
    client.put_object_retention(oss.PutObjectRetentionRequest(
        **at, retention=oss.Retention(mode="GOVERNANCE", retain_until_date=until)))
    kept = client.get_object_retention(oss.GetObjectRetentionRequest(**at)).retention
    same((kept.mode, kept.retain_until_date), ("GOVERNANCE", until))
    for status in ("ON", "OFF"):
        client.put_object_legal_hold(oss.PutObjectLegalHoldRequest(
            **at, legal_hold=oss.LegalHold(status=status)))
        held = client.get_object_legal_hold(oss.GetObjectLegalHoldRequest(**at)).legal_hold
        same(held.status, status)
    gone = dict(version_id=version, **at)
    fails(lambda: client.delete_object(oss.DeleteObjectRequest(**gone)),
          code="FileImmutable", status_code=409)
    client.delete_object(oss.DeleteObjectRequest(bypass_governance_retention=True, **gone))
    client.delete_bucket(oss.DeleteBucketRequest(bucket=name))


def website():
    config = oss.WebsiteConfiguration(
        index_document=oss.IndexDocument(suffix="index.html", support_sub_dir=True, type=2),
        error_document=oss.ErrorDocument(key="error.html", http_status=404),
    )
    client.put_bucket_website(oss.PutBucketWebsiteRequest(bucket=BUCKET, website_configuration=config))
    ask = oss.GetBucketWebsiteRequest(bucket=BUCKET)
    found = client.get_bucket_website(ask).website_configuration
    same((found.index_document.suffix, found.error_document.key), ("index.html", "error.html"))
    client.delete_bucket_website(oss.DeleteBucketWebsiteRequest(bucket=BUCKET))
    fails(lambda: client.get_bucket_website(ask), code="NoSuchWebsiteConfiguration", status_code=404)


def logging():
    enabled = oss.LoggingEnabled(target_bucket=BUCKET, target_prefix="logs/")
    status = oss.BucketLoggingStatus(logging_enabled=enabled)
    client.put_bucket_logging(oss.PutBucketLoggingRequest(bucket=BUCKET, bucket_logging_status=status))
    ask = oss.GetBucketLoggingRequest(bucket=BUCKET)
    found = client.get_bucket_logging(ask).bucket_logging_status.logging_enabled
    same((found.target_bucket, found.target_prefix), (BUCKET, "logs/"))
    client.delete_bucket_logging(oss.DeleteBucketLoggingRequest(bucket=BUCKET))
    same(client.get_bucket_logging(ask).bucket_logging_status.logging_enabled, None)


def encryption():
    default = oss.ApplyServerSideEncryptionByDefault(sse_algorithm="KMS", kms_data_encryption="SM4")
    rule = oss.ServerSideEncryptionRule(apply_server_side_encryption_by_default=default)
    client.put_bucket_encryption(
        oss.PutBucketEncryptionRequest(bucket=BUCKET, server_side_encryption_rule=rule))
    ask = oss.GetBucketEncryptionRequest(bucket=BUCKET)
    found = client.get_bucket_encryption(ask).server_side_encryption_rule
    found = found.apply_server_side_encryption_by_default
    same((found.sse_algorithm, found.kms_data_encryption), ("KMS", "SM4"))
    client.put_object(oss.PutObjectRequest(bucket=BUCKET, key="sealed", body=b"x" * 100000))
    read = client.get_object(oss.GetObjectRequest(bucket=BUCKET, key="sealed"))
    same(read.body.content, b"x" * 100000)
    same((read.server_side_encryption, read.server_side_data_encryption), ("KMS", "SM4"))
    client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="sealed"))
    client.delete_bucket_encryption(oss.DeleteBucketEncryptionRequest(bucket=BUCKET))
    fails(lambda: client.get_bucket_encryption(ask),
          code="NoSuchServerSideEncryptionRule", status_code=404)


def select():
    text = 'name,age\nLora,27\n"Little, Eleanor",43\nRosie,44\n'
    client.put_object(oss.PutObjectRequest(bucket=BUCKET, key="people.csv", body=text))
    ask = oss.CreateSelectObjectMetaRequest(
        bucket=BUCKET, key="people.csv", process="csv/meta",
        select_meta_request=oss.CSVMetaRequest(overwrite_if_exists=True))
    if not V4:
        # Under V1, this SDK does not sign x-oss-process.
        fails(lambda: client.create_select_object_meta(ask), code="SignatureDoesNotMatch")
        return
    counts = client.create_select_object_meta(ask)
    same((counts.rows_count, counts.cols_count), (4, 2))
    query = base64.b64encode(b"select name from ossobject where age > 40").decode()
    source = oss.InputSerialization(csv=oss.CSVInput(file_header_info="Use"))
    target = oss.OutputSerialization(enable_payload_crc=True)
    found = client.select_object(oss.SelectObjectRequest(
        bucket=BUCKET, key="people.csv", process="csv/select",
        select_request=oss.SelectRequest(
            expression=query, input_serialization=source, output_serialization=target)))
    same(found.body.content, b'"Little, Eleanor"\nRosie\n')
    client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="people.csv"))


def overwrite_rules():
    client.put_object(oss.PutObjectRequest(bucket=BUCKET, key="kept/a", body=b"first"))
    rule = oss.OverwriteRule(id="1", action="forbid", prefix="kept/")
    client.put_bucket_overwrite_config(oss.PutBucketOverwriteConfigRequest(
        bucket=BUCKET, overwrite_configuration=oss.OverwriteConfiguration(rules=[rule])))
    ask = oss.GetBucketOverwriteConfigRequest(bucket=BUCKET)
    found = client.get_bucket_overwrite_config(ask).overwrite_configuration.rules
    same([(one.id, one.prefix) for one in found], [("1", "kept/")])
    again = oss.PutObjectRequest(bucket=BUCKET, key="kept/a", body=b"second")
    fails(lambda: client.put_object(again), code="FileAlreadyExists", status_code=409)
    client.delete_bucket_overwrite_config(oss.DeleteBucketOverwriteConfigRequest(bucket=BUCKET))
    client.put_object(again)
    client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="kept/a"))


def account_block():
    config = oss.PublicAccessBlockConfiguration(block_public_access=True)
    client.put_public_access_block(oss.PutPublicAccessBlockRequest(
        public_access_block_configuration=config))
    ask = oss.GetPublicAccessBlockRequest()
    found = client.get_public_access_block(ask).public_access_block_configuration
    same(found.block_public_access, True)
    client.delete_public_access_block(oss.DeletePublicAccessBlockRequest())
    found = client.get_public_access_block(ask).public_access_block_configuration
    same(found.block_public_access, False)


def inventory():
    config = oss.InventoryConfiguration(
        id="all",
        is_enabled=True,
        filter=oss.InventoryFilter(prefix="in/"),
        included_object_versions="Current",
        schedule=oss.InventorySchedule(frequency="Daily"),
        optional_fields=oss.OptionalFields(fields=["Size", "ETag"]),
        destination=oss.InventoryDestination(
            oss_bucket_destination=oss.InventoryOSSBucketDestination(
                format="CSV",
                account_id="1",
                role_arn="acs:ram::1:role/r",
                bucket=f"acs:oss:::{BUCKET}",
                prefix="lists",
            )
        ),
    )
    client.put_bucket_inventory(
        oss.PutBucketInventoryRequest(bucket=BUCKET, inventory_id="all", inventory_configuration=config)
    )
    ask = oss.GetBucketInventoryRequest(bucket=BUCKET, inventory_id="all")
    same(client.get_bucket_inventory(ask).inventory_configuration.filter.prefix, "in/")
    listed = client.list_bucket_inventory(oss.ListBucketInventoryRequest(bucket=BUCKET))
    same(len(listed.list_inventory_configurations_result.inventory_configurations), 1)
    client.delete_bucket_inventory(oss.DeleteBucketInventoryRequest(bucket=BUCKET, inventory_id="all"))
    fails(lambda: client.get_bucket_inventory(ask), code="NoSuchInventory", status_code=404)


def style():
    content = oss.StyleContent(content="image/resize,p_50")
    client.put_style(oss.PutStyleRequest(bucket=BUCKET, style_name="small", style=content))
    ask = oss.GetStyleRequest(bucket=BUCKET, style_name="small")
    same(client.get_style(ask).style.content, "image/resize,p_50")
    listed = client.list_style(oss.ListStyleRequest(bucket=BUCKET))
    same([one.name for one in listed.style_list.styles], ["small"])
    client.delete_style(oss.DeleteStyleRequest(bucket=BUCKET, style_name="small"))
    fails(lambda: client.get_style(ask), code="NoSuchStyle", status_code=404)


def meta_query():
    client.put_object(oss.PutObjectRequest(
        bucket=BUCKET, key="searched/long", body=b"a longer text", tagging="colour=red"))
    client.open_meta_query(oss.OpenMetaQueryRequest(bucket=BUCKET))
    status = client.get_meta_query_status(oss.GetMetaQueryStatusRequest(bucket=BUCKET))
    same(status.meta_query_status.state in ("Ready", "Running"), True)
    query = '{"Field": "OSSTagging.colour", "Operation": "eq", "Value": "red"}'
    found = client.do_meta_query(oss.DoMetaQueryRequest(
        bucket=BUCKET, meta_query=oss.MetaQuery(query=query, sort="Size", order="asc")))
    same([one.filename for one in found.files.file], ["searched/long"])
    client.close_meta_query(oss.CloseMetaQueryRequest(bucket=BUCKET))
    client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="searched/long"))


def save_image():
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    client.put_object(oss.PutObjectRequest(bucket=BUCKET, key="pixel.png", body=pixel))
    name = base64.urlsafe_b64encode(b"larger.png").decode()
    ask = oss.ProcessObjectRequest(
        bucket=BUCKET, key="pixel.png",
        process="image/resize,w_2,limit_0|sys/saveas,o_" + name)
    if not V4:
        # Under V1, this SDK does not sign x-oss-process.
        fails(lambda: client.process_object(ask), code="SignatureDoesNotMatch")
        client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key="pixel.png"))
        return
    saved = client.process_object(ask)
    same((saved.process_status, saved.key), ("OK", "larger.png"))
    client.delete_multiple_objects(oss.DeleteMultipleObjectsRequest(bucket=BUCKET, objects=[
        oss.DeleteObject(key="pixel.png"), oss.DeleteObject(key="larger.png")]))


POLICY = (
    '{"Version":"1","Statement":[{"Action":["oss:PutObject"],"Effect":"Allow",'
    '"Resource":["acs:oss:*:*:*/user1/*"]}]}'
)


def policy():
    client.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=BUCKET, body=POLICY))
    ask = oss.GetBucketPolicyRequest(bucket=BUCKET)
    same(client.get_bucket_policy(ask).body, POLICY)
    client.delete_bucket_policy(oss.DeleteBucketPolicyRequest(bucket=BUCKET))
    fails(lambda: client.get_bucket_policy(ask), code="NoSuchBucketPolicy", status_code=404)


def policy_status():
    ask = oss.GetBucketPolicyStatusRequest(bucket=BUCKET)
    same(client.get_bucket_policy_status(ask).policy_status.is_public, False)
    client.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=BUCKET, body=POLICY))
    same(client.get_bucket_policy_status(ask).policy_status.is_public, True)
    client.delete_bucket_policy(oss.DeleteBucketPolicyRequest(bucket=BUCKET))


def bucket_tags():
    tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="team", value="one")]))
    client.put_bucket_tags(oss.PutBucketTagsRequest(bucket=BUCKET, tagging=tags))
    ask = oss.GetBucketTagsRequest(bucket=BUCKET)
    found = client.get_bucket_tags(ask).tagging.tag_set.tags
    same([(one.key, one.value) for one in found], [("team", "one")])
    client.delete_bucket_tags(oss.DeleteBucketTagsRequest(bucket=BUCKET))
    same(client.get_bucket_tags(ask).tagging.tag_set.tags or [], [])


def request_payment():
    for payer in ["Requester", "BucketOwner"]:
        config = oss.RequestPaymentConfiguration(payer=payer)
        client.put_bucket_request_payment(
            oss.PutBucketRequestPaymentRequest(bucket=BUCKET, request_payment_configuration=config)
        )
        ask = oss.GetBucketRequestPaymentRequest(bucket=BUCKET)
        same(client.get_bucket_request_payment(ask).request_payment_configuration.payer, payer)


def bucket_settings():
    client.put_bucket_transfer_acceleration(
        oss.PutBucketTransferAccelerationRequest(
            bucket=BUCKET,
            transfer_acceleration_configuration=oss.TransferAccelerationConfiguration(enabled=True),
        )
    )
    found = client.get_bucket_transfer_acceleration(
        oss.GetBucketTransferAccelerationRequest(bucket=BUCKET)
    )
    same(found.transfer_acceleration_configuration.enabled, True)
    client.put_bucket_access_monitor(
        oss.PutBucketAccessMonitorRequest(
            bucket=BUCKET,
            access_monitor_configuration=oss.AccessMonitorConfiguration(status="Enabled"),
        )
    )
    monitor = client.get_bucket_access_monitor(oss.GetBucketAccessMonitorRequest(bucket=BUCKET))
    same(monitor.access_monitor_configuration.status, "Enabled")
    client.put_bucket_public_access_block(
        oss.PutBucketPublicAccessBlockRequest(
            bucket=BUCKET,
            public_access_block_configuration=oss.PublicAccessBlockConfiguration(
                block_public_access=True
            ),
        )
    )
    block = client.get_bucket_public_access_block(
        oss.GetBucketPublicAccessBlockRequest(bucket=BUCKET)
    )
    same(block.public_access_block_configuration.block_public_access, True)
    client.delete_bucket_public_access_block(
        oss.DeleteBucketPublicAccessBlockRequest(bucket=BUCKET)
    )
    for versions in [["TLSv1.2", "TLSv1.3"], []]:
        tls = oss.TLS(enable=len(versions) > 0, tls_versions=versions)
        client.put_bucket_https_config(
            oss.PutBucketHttpsConfigRequest(
                bucket=BUCKET, https_configuration=oss.HttpsConfiguration(tls=tls)
            )
        )
        https = client.get_bucket_https_config(oss.GetBucketHttpsConfigRequest(bucket=BUCKET))
        same(https.https_configuration.tls.enable, len(versions) > 0)


def preflight():
    rule = oss.CORSRule(allowed_origins=["https://a.example"], allowed_methods=["PUT"])
    config = oss.CORSConfiguration(cors_rules=[rule])
    client.put_bucket_cors(oss.PutBucketCorsRequest(bucket=BUCKET, cors_configuration=config))
    ask = oss.OptionObjectRequest(
        bucket=BUCKET,
        key="a.txt",
        origin="https://a.example",
        access_control_request_method="PUT",
    )
    same(client.option_object(ask).access_control_allow_methods, "PUT")
    client.delete_bucket_cors(oss.DeleteBucketCorsRequest(bucket=BUCKET))
    fails(lambda: client.option_object(ask), code="AccessForbidden", status_code=403)


def resource_group():
    config = oss.BucketResourceGroupConfiguration(resource_group_id="rg-acfmxazb4ph1234")
    client.put_bucket_resource_group(
        oss.PutBucketResourceGroupRequest(
            bucket=BUCKET, bucket_resource_group_configuration=config
        )
    )
    found = client.get_bucket_resource_group(oss.GetBucketResourceGroupRequest(bucket=BUCKET))
    same(found.bucket_resource_group_configuration.resource_group_id, "rg-acfmxazb4ph1234")


def archive_direct_read():
    config = oss.ArchiveDirectReadConfiguration(enabled=True)
    client.put_bucket_archive_direct_read(
        oss.PutBucketArchiveDirectReadRequest(
            bucket=BUCKET, archive_direct_read_configuration=config
        )
    )
    ask = oss.GetBucketArchiveDirectReadRequest(bucket=BUCKET)
    found = client.get_bucket_archive_direct_read(ask)
    same(found.archive_direct_read_configuration.enabled, True)


def clean_restored():
    put("frozen", b"x", storage_class="Archive")
    request = oss.CleanRestoredObjectRequest(bucket=BUCKET, key="frozen")
    fails(
        lambda: client.clean_restored_object(request),
        code="ArchiveRestoreFileStale",
        status_code=409,
    )


def assume_role():
    # This is the newer STS SDK. It signs with version 3 of the signature (ACS3-HMAC-SHA256).
    service = StsClient(
        StsConfig(
            access_key_id=ID,
            access_key_secret=SECRET,
            endpoint=ENDPOINT.split("://")[1],
            protocol="http",
        )
    )
    role = "acs:ram::1234567890123456:role/story"
    request = AssumeRoleRequest(role_arn=role, role_session_name="story")
    key = service.assume_role(request).body.credentials
    given = oss.config.load_default()
    given.credentials_provider = oss.credentials.StaticCredentialsProvider(
        key.access_key_id, key.access_key_secret, key.security_token
    )
    given.region, given.endpoint = config.region, config.endpoint
    given.signature_version = config.signature_version
    temporary = oss.Client(given)
    temporary.put_object(oss.PutObjectRequest(bucket=BUCKET, key="by-role", body=b"x"))
    found = temporary.get_object(oss.GetObjectRequest(bucket=BUCKET, key="by-role"))
    same(found.body.read(), b"x")


def regions():
    found = client.describe_regions(oss.DescribeRegionsRequest(regions="oss-" + REGION))
    same([one.region for one in found.region_info], ["oss-" + REGION])


def seal():
    extend("sealed", 0, b"all")
    client.seal_append_object(oss.SealAppendObjectRequest(bucket=BUCKET, key="sealed", position=3))
    fails(lambda: extend("sealed", 3, b"x"), code="MethodNotAllowed", status_code=405)
    same(get("sealed").body.read(), b"all")


def versioning():
    name = BUCKET + "-v"
    client.put_bucket(oss.PutBucketRequest(bucket=name))
    config = oss.VersioningConfiguration(status="Enabled")
    client.put_bucket_versioning(
        oss.PutBucketVersioningRequest(bucket=name, versioning_configuration=config)
    )
    asked = client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=name))
    same(asked.version_status, "Enabled")
    at = dict(bucket=name, key="k")
    first = client.put_object(oss.PutObjectRequest(body=b"1", **at)).version_id
    client.put_object(oss.PutObjectRequest(body=b"2", **at))
    same(client.delete_object(oss.DeleteObjectRequest(**at)).delete_marker, True)
    fails(lambda: client.get_object(oss.GetObjectRequest(**at)), code="NoSuchKey")
    got = client.get_object(oss.GetObjectRequest(version_id=first, **at))
    same(got.body.read(), b"1")
    found = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=name))
    same((len(found.version), len(found.delete_marker)), (2, 1))
    for one in found.version + found.delete_marker:
        client.delete_object(oss.DeleteObjectRequest(version_id=one.version_id, **at))
    client.delete_bucket(oss.DeleteBucketRequest(bucket=name))


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
        "object-worm": object_worm,
        "website": website,
        "logging": logging,
        "inventory": inventory,
        "encryption": encryption,
        "select": select,
        "overwrite-rules": overwrite_rules,
        "account-block": account_block,
        "style": style,
        "meta-query": meta_query,
        "save-image": save_image,
        "policy": policy,
        "policy-status": policy_status,
        "bucket-tags": bucket_tags,
        "request-payment": request_payment,
        "bucket-settings": bucket_settings,
        "preflight": preflight,
        "resource-group": resource_group,
        "archive-direct-read": archive_direct_read,
        "clean-restored": clean_restored,
        "assume-role": assume_role,
        "regions": regions,
        "seal": seal,
        "versioning": versioning,
        "delete": delete,
        "delete-bucket": delete_bucket,
    }
)
