// Implements the stories with alibabacloud-oss-go-sdk-v2.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

var (
	ctx         = context.Background()
	bucket      = os.Getenv("CONFORMANCE_BUCKET")
	region      = os.Getenv("CONFORMANCE_REGION")
	application = os.Getenv("CONFORMANCE_APPLICATION")
	client      = connect()
	b           = oss.Ptr(bucket)
	oddKey      = "dir/a b+中&%41.txt"
)

func connect() *oss.Client {
	version := oss.SignatureVersionV4
	if os.Getenv("CONFORMANCE_SIGNATURE") == "v1" {
		version = oss.SignatureVersionV1
	}
	return oss.NewClient(oss.LoadDefaultConfig().
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider(
			os.Getenv("CONFORMANCE_ID"), os.Getenv("CONFORMANCE_SECRET"))).
		WithRegion(region).
		WithEndpoint(os.Getenv("CONFORMANCE_ENDPOINT")).
		WithSignatureVersion(version).
		WithRetryMaxAttempts(1))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func same(actual, expected any) {
	if !reflect.DeepEqual(actual, expected) {
		panic(fmt.Errorf("%#v is not %#v", actual, expected))
	}
}

func encode(value any) *string {
	text, err := json.Marshal(value)
	must(err)
	return oss.Ptr(base64.StdEncoding.EncodeToString(text))
}

func callback(path, body string) *string {
	return encode(map[string]string{"callbackUrl": application + path, "callbackBody": body})
}

const template = "bucket=${bucket}&object=${object}&v=${x:v}"

var variables = encode(map[string]string{"x:v": "one two"})

func answer(key string) map[string]any {
	return map[string]any{"Status": "OK", "received": "bucket=" + bucket + "&object=" + key + "&v=one%20two"}
}

func put(key, body string) *oss.PutObjectResult {
	result, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: &key, Body: strings.NewReader(body)})
	must(err)
	return result
}

func get(key string) string {
	result, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: b, Key: &key})
	must(err)
	defer result.Body.Close()
	body, err := io.ReadAll(result.Body)
	must(err)
	return string(body)
}

func extend(key string, position int64, body string) error {
	_, err := client.AppendObject(ctx, &oss.AppendObjectRequest{Bucket: b, Key: &key, Position: &position, Body: strings.NewReader(body)})
	return err
}

func tagging(key, value string) *oss.Tagging {
	return &oss.Tagging{TagSet: &oss.TagSet{Tags: []oss.Tag{{Key: &key, Value: &value}}}}
}

func fails(err error, status int, code, ec string) {
	var cause *oss.ServiceError
	if !errors.As(err, &cause) {
		panic(fmt.Errorf("no service error: %v", err))
	}
	same([]any{cause.StatusCode, cause.Code, cause.EC}, []any{status, code, ec})
}

func use(presigned *oss.PresignResult, err error, body string) (int, string) {
	must(err)
	request, err := http.NewRequest(presigned.Method, presigned.URL, strings.NewReader(body))
	must(err)
	for name, value := range presigned.SignedHeaders {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(err)
	return response.StatusCode, string(text)
}

var expires = oss.PresignExpires(300 * time.Second)

func keys(contents []oss.ObjectProperties) []string {
	out := []string{}
	for _, one := range contents {
		out = append(out, *one.Key)
	}
	return out
}

type story struct {
	name string
	tell func()
}

var stories = []story{
	{"bucket", func() {
		_, err := client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: b, Acl: oss.BucketACLPrivate})
		must(err)
		list, err := client.ListBuckets(ctx, &oss.ListBucketsRequest{Prefix: b})
		must(err)
		same([]any{len(list.Buckets), *list.Buckets[0].Name}, []any{1, bucket})
		info, err := client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: b})
		must(err)
		same([]any{*info.BucketInfo.Name, *info.BucketInfo.ACL}, []any{bucket, "private"})
		where, err := client.GetBucketLocation(ctx, &oss.GetBucketLocationRequest{Bucket: b})
		must(err)
		same(*where.LocationConstraint, "oss-"+region)
		stat, err := client.GetBucketStat(ctx, &oss.GetBucketStatRequest{Bucket: b})
		must(err)
		same(stat.ObjectCount, int64(0))
	}},
	{"bucket-acl", func() {
		for _, acl := range []oss.BucketACLType{oss.BucketACLPublicRead, oss.BucketACLPrivate} {
			_, err := client.PutBucketAcl(ctx, &oss.PutBucketAclRequest{Bucket: b, Acl: acl})
			must(err)
			found, err := client.GetBucketAcl(ctx, &oss.GetBucketAclRequest{Bucket: b})
			must(err)
			same(*found.ACL, string(acl))
		}
	}},
	{"put-get", func() {
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("a.txt"),
			Body: strings.NewReader("hello"), Metadata: map[string]string{"author": "älice"}})
		must(err)
		result, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: b, Key: oss.Ptr("a.txt")})
		must(err)
		same(result.Metadata["author"], "älice")
		same(get("a.txt"), "hello")
	}},
	{"odd-key", func() {
		put(oddKey, "odd")
		same(get(oddKey), "odd")
	}},
	{"range", func() {
		result, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: b, Key: oss.Ptr("a.txt"), Range: oss.Ptr("bytes=1-3")})
		must(err)
		body, err := io.ReadAll(result.Body)
		must(err)
		same([]any{result.StatusCode, string(body)}, []any{206, "ell"})
	}},
	{"head", func() {
		head, err := client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: b, Key: oss.Ptr("a.txt")})
		must(err)
		same(head.ContentLength, int64(5))
		meta, err := client.GetObjectMeta(ctx, &oss.GetObjectMetaRequest{Bucket: b, Key: oss.Ptr("a.txt")})
		must(err)
		same(meta.ContentLength, int64(5))
		exists, err := client.IsObjectExist(ctx, bucket, "missing")
		must(err)
		same(exists, false)
	}},
	{"missing", func() {
		_, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: b, Key: oss.Ptr("missing")})
		fails(err, 404, "NoSuchKey", "0026-00000001")
		_, err = client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: b, Key: oss.Ptr("missing")})
		fails(err, 404, "NoSuchKey", "0026-00000001")
	}},
	{"list", func() {
		for _, key := range []string{"l/1", "l/2", "l/sub/3"} {
			put(key, "x")
		}
		page, err := client.ListObjects(ctx, &oss.ListObjectsRequest{Bucket: b, Prefix: oss.Ptr("l/"), Delimiter: oss.Ptr("/"), MaxKeys: 2})
		must(err)
		same(keys(page.Contents), []string{"l/1", "l/2"})
		rest, err := client.ListObjects(ctx, &oss.ListObjectsRequest{Bucket: b, Prefix: oss.Ptr("l/"), Delimiter: oss.Ptr("/"), Marker: page.NextMarker})
		must(err)
		same(*rest.CommonPrefixes[0].Prefix, "l/sub/")
	}},
	{"list-v2", func() {
		page, err := client.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: b, Prefix: oss.Ptr("l/"), MaxKeys: 2, FetchOwner: true})
		must(err)
		same(len(page.Contents), 2)
		rest, err := client.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: b, Prefix: oss.Ptr("l/"), ContinuationToken: page.NextContinuationToken})
		must(err)
		same(keys(rest.Contents), []string{"l/sub/3"})
	}},
	{"copy", func() {
		_, err := client.CopyObject(ctx, &oss.CopyObjectRequest{Bucket: b, Key: oss.Ptr("copy.txt"), SourceBucket: b, SourceKey: &oddKey})
		must(err)
		same(get("copy.txt"), "odd")
	}},
	{"object-acl", func() {
		acl, err := client.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: b, Key: oss.Ptr("a.txt")})
		must(err)
		same(*acl.ACL, "default")
		_, err = client.PutObjectAcl(ctx, &oss.PutObjectAclRequest{Bucket: b, Key: oss.Ptr("a.txt"), Acl: oss.ObjectACLPublicRead})
		must(err)
		acl, err = client.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: b, Key: oss.Ptr("a.txt")})
		must(err)
		same(*acl.ACL, "public-read")
	}},
	{"presign-get", func() {
		presigned, err := client.Presign(ctx, &oss.GetObjectRequest{Bucket: b, Key: &oddKey}, expires)
		_, body := use(presigned, err, "")
		same(body, "odd")
	}},
	{"presign-put", func() {
		presigned, err := client.Presign(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("p.txt"), ContentType: oss.Ptr("text/plain")}, expires)
		status, _ := use(presigned, err, "presigned")
		same([]any{status, get("p.txt")}, []any{200, "presigned"})
	}},
	{"callback-answered", func() {
		result, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("cb.txt"), Body: strings.NewReader("x"),
			Callback: callback("/ok", template), CallbackVar: variables})
		must(err)
		same(result.CallbackResult, answer("cb.txt"))
	}},
	{"callback-failed", func() {
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("cbf.txt"), Body: strings.NewReader("stored"),
			Callback: callback("/fail", template)})
		fails(err, 203, "CallbackFailed", "0007-00000203")
		same(get("cbf.txt"), "stored")
	}},
	{"callback-refused", func() {
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("cbr.txt"), Body: strings.NewReader("x"),
			Callback: callback("/ok", "$(object)")})
		fails(err, 400, "InvalidArgument", "0007-00000105")
		exists, err := client.IsObjectExist(ctx, bucket, "cbr.txt")
		must(err)
		same(exists, false)
	}},
	{"callback-presigned", func() {
		presigned, err := client.Presign(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("cbp.txt"),
			RequestCommon: oss.RequestCommon{Parameters: map[string]string{
				"callback": *callback("/ok", template), "callback-var": *variables}}}, expires)
		_, body := use(presigned, err, "x")
		var found map[string]any
		must(json.Unmarshal([]byte(body), &found))
		same(found, answer("cbp.txt"))
	}},
	{"callback-triggered", func() {
		trigger := func(path string) (*oss.ProcessObjectResult, error) {
			process := "trigger/callback,callback_" + *callback(path, template) + ",callback-var_" + *variables
			return client.ProcessObject(ctx, &oss.ProcessObjectRequest{Bucket: b, Key: oss.Ptr("a.txt"), Process: &process})
		}
		result, err := trigger("/ok")
		must(err)
		same(result.StatusCode, 200)
		result, err = trigger("/fail")
		must(err)
		same(result.StatusCode, 203)
	}},
	{"multipart", func() {
		name := oss.Ptr("dir/multi part.bin")
		started, err := client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: b, Key: name})
		must(err)
		body := strings.Repeat("a", 102400)
		_, err = client.UploadPart(ctx, &oss.UploadPartRequest{Bucket: b, Key: name, UploadId: started.UploadId, PartNumber: 1,
			Body: strings.NewReader(body)})
		must(err)
		_, err = client.UploadPartCopy(ctx, &oss.UploadPartCopyRequest{Bucket: b, Key: name, UploadId: started.UploadId, PartNumber: 2,
			SourceBucket: b, SourceKey: &oddKey})
		must(err)
		uploads, err := client.ListMultipartUploads(ctx, &oss.ListMultipartUploadsRequest{Bucket: b})
		must(err)
		same([]any{len(uploads.Uploads), *uploads.Uploads[0].Key}, []any{1, *name})
		listed, err := client.ListParts(ctx, &oss.ListPartsRequest{Bucket: b, Key: name, UploadId: started.UploadId})
		must(err)
		parts := []oss.UploadPart{}
		for _, one := range listed.Parts {
			parts = append(parts, oss.UploadPart{PartNumber: one.PartNumber, ETag: one.ETag})
		}
		done, err := client.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{Bucket: b, Key: name,
			UploadId: started.UploadId, CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: parts}})
		must(err)
		same(strings.HasSuffix(*done.ETag, "-2\""), true)
		same(get(*name), body+"odd")
	}},
	{"multipart-abort", func() {
		name := oss.Ptr("aborted")
		started, err := client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: b, Key: name})
		must(err)
		_, err = client.AbortMultipartUpload(ctx, &oss.AbortMultipartUploadRequest{Bucket: b, Key: name, UploadId: started.UploadId})
		must(err)
		_, err = client.ListParts(ctx, &oss.ListPartsRequest{Bucket: b, Key: name, UploadId: started.UploadId})
		fails(err, 404, "NoSuchUpload", "0042-00000002")
	}},
	{"multipart-callback", func() {
		name := oss.Ptr("cbm.txt")
		started, err := client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: b, Key: name})
		must(err)
		_, err = client.UploadPart(ctx, &oss.UploadPartRequest{Bucket: b, Key: name, UploadId: started.UploadId, PartNumber: 1,
			Body: strings.NewReader("x")})
		must(err)
		done, err := client.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{Bucket: b, Key: name,
			UploadId: started.UploadId, CompleteAll: oss.Ptr("yes"), Callback: callback("/ok", template), CallbackVar: variables})
		must(err)
		same(done.CallbackResult, answer("cbm.txt"))
	}},
	{"append", func() {
		same(extend("log", 0, "one "), nil)
		same(extend("log", 4, "two"), nil)
		fails(extend("log", 1, "x"), 409, "PositionNotEqualToLength", "0026-00000016")
		same(get("log"), "one two")
	}},
	{"symlink", func() {
		_, err := client.PutSymlink(ctx, &oss.PutSymlinkRequest{Bucket: b, Key: oss.Ptr("link"), Target: oss.Ptr("a.txt")})
		must(err)
		link, err := client.GetSymlink(ctx, &oss.GetSymlinkRequest{Bucket: b, Key: oss.Ptr("link")})
		must(err)
		same([]any{*link.Target, get("link")}, []any{"a.txt", "hello"})
	}},
	{"object-tagging", func() {
		name := oss.Ptr("a.txt")
		_, err := client.PutObjectTagging(ctx, &oss.PutObjectTaggingRequest{Bucket: b, Key: name, Tagging: tagging("a b", "c+d")})
		must(err)
		found, err := client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: b, Key: name})
		must(err)
		same([]any{len(found.Tags), *found.Tags[0].Key, *found.Tags[0].Value}, []any{1, "a b", "c+d"})
		_, err = client.DeleteObjectTagging(ctx, &oss.DeleteObjectTaggingRequest{Bucket: b, Key: name})
		must(err)
		found, err = client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: b, Key: name})
		must(err)
		same(len(found.Tags), 0)
	}},
	{"restore", func() {
		name := oss.Ptr("cold")
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: name, Body: strings.NewReader("x"),
			StorageClass: oss.StorageClassArchive})
		must(err)
		_, err = client.GetObject(ctx, &oss.GetObjectRequest{Bucket: b, Key: name})
		fails(err, 403, "InvalidObjectState", "")
		restored, err := client.RestoreObject(ctx, &oss.RestoreObjectRequest{Bucket: b, Key: name})
		must(err)
		same(restored.StatusCode, 202)
		_, err = client.RestoreObject(ctx, &oss.RestoreObjectRequest{Bucket: b, Key: name})
		fails(err, 409, "RestoreAlreadyInProgress", "0016-00000701")
	}},
	{"cors", func() {
		rule := oss.CORSRule{AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"PUT"}}
		_, err := client.PutBucketCors(ctx, &oss.PutBucketCorsRequest{Bucket: b,
			CORSConfiguration: &oss.CORSConfiguration{CORSRules: []oss.CORSRule{rule}}})
		must(err)
		found, err := client.GetBucketCors(ctx, &oss.GetBucketCorsRequest{Bucket: b})
		must(err)
		same(found.CORSConfiguration.CORSRules[0].AllowedOrigins, rule.AllowedOrigins)
		_, err = client.DeleteBucketCors(ctx, &oss.DeleteBucketCorsRequest{Bucket: b})
		must(err)
	}},
	{"referer", func() {
		set := func(list []string) {
			_, err := client.PutBucketReferer(ctx, &oss.PutBucketRefererRequest{Bucket: b,
				RefererConfiguration: &oss.RefererConfiguration{AllowEmptyReferer: oss.Ptr(true),
					RefererList: &oss.RefererList{Referers: list}}})
			must(err)
		}
		set([]string{"https://*.example.com"})
		found, err := client.GetBucketReferer(ctx, &oss.GetBucketRefererRequest{Bucket: b})
		must(err)
		same(found.RefererConfiguration.RefererList.Referers, []string{"https://*.example.com"})
		set(nil)
	}},
	{"lifecycle", func() {
		_, err := client.PutBucketLifecycle(ctx, &oss.PutBucketLifecycleRequest{Bucket: b,
			LifecycleConfiguration: &oss.LifecycleConfiguration{Rules: []oss.LifecycleRule{{
				ID: oss.Ptr("old"), Prefix: oss.Ptr("logs/"), Status: oss.Ptr("Enabled"),
				Transitions: []oss.LifecycleRuleTransition{{Days: oss.Ptr(int32(30)),
					StorageClass: oss.StorageClassIA}}}}}})
		must(err)
		found, err := client.GetBucketLifecycle(ctx, &oss.GetBucketLifecycleRequest{Bucket: b})
		must(err)
		same(*found.LifecycleConfiguration.Rules[0].Transitions[0].Days, int32(30))
		_, err = client.DeleteBucketLifecycle(ctx, &oss.DeleteBucketLifecycleRequest{Bucket: b})
		must(err)
	}},
	{"worm", func() {
		w := oss.Ptr(*b + "-worm")
		_, err := client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: w})
		must(err)
		ask := &oss.InitiateBucketWormRequest{Bucket: w,
			InitiateWormConfiguration: &oss.InitiateWormConfiguration{RetentionPeriodInDays: oss.Ptr(int32(1))}}
		_, err = client.InitiateBucketWorm(ctx, ask)
		must(err)
		_, err = client.AbortBucketWorm(ctx, &oss.AbortBucketWormRequest{Bucket: w})
		must(err)
		begun, err := client.InitiateBucketWorm(ctx, ask)
		must(err)
		_, err = client.CompleteBucketWorm(ctx, &oss.CompleteBucketWormRequest{Bucket: w, WormId: begun.WormId})
		must(err)
		_, err = client.ExtendBucketWorm(ctx, &oss.ExtendBucketWormRequest{Bucket: w, WormId: begun.WormId,
			ExtendWormConfiguration: &oss.ExtendWormConfiguration{RetentionPeriodInDays: oss.Ptr(int32(2))}})
		must(err)
		found, err := client.GetBucketWorm(ctx, &oss.GetBucketWormRequest{Bucket: w})
		must(err)
		same(*found.WormConfiguration.RetentionPeriodInDays, int32(2))
		_, err = client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: w})
		must(err)
	}},
	{"object-worm", func() {
		w, k := oss.Ptr(*b + "-retained"), oss.Ptr("k")
		_, err := client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: w})
		must(err)
		_, err = client.PutBucketVersioning(ctx, &oss.PutBucketVersioningRequest{Bucket: w,
			VersioningConfiguration: &oss.VersioningConfiguration{Status: oss.VersionEnabled}})
		must(err)
		_, err = client.PutBucketObjectWormConfiguration(ctx, &oss.PutBucketObjectWormConfigurationRequest{
			Bucket: w, ObjectWormConfiguration: &oss.ObjectWormConfiguration{
				ObjectWormEnabled: oss.Ptr("Enabled"),
				Rule: &oss.ObjectWormRule{DefaultRetention: &oss.ObjectWormDefaultRetention{
					Mode: oss.Ptr("GOVERNANCE"), Days: oss.Ptr(int32(1))}}}})
		must(err)
		found, err := client.GetBucketObjectWormConfiguration(ctx,
			&oss.GetBucketObjectWormConfigurationRequest{Bucket: w})
		must(err)
		same(*found.ObjectWormConfiguration.Rule.DefaultRetention.Days, int32(1))
		made, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: w, Key: k, Body: strings.NewReader("x")})
		must(err)
		until := "2099-01-01T00:00:00.000Z"
		_, err = client.PutObjectRetention(ctx, &oss.PutObjectRetentionRequest{Bucket: w, Key: k,
			Retention: &oss.ObjectWormRetention{Mode: oss.Ptr("GOVERNANCE"), RetainUntilDate: oss.Ptr(until)}})
		must(err)
		kept, err := client.GetObjectRetention(ctx, &oss.GetObjectRetentionRequest{Bucket: w, Key: k})
		must(err)
		same(*kept.Retention.RetainUntilDate, until)
		for _, status := range []string{"ON", "OFF"} {
			_, err = client.PutObjectLegalHold(ctx, &oss.PutObjectLegalHoldRequest{Bucket: w, Key: k,
				LegalHold: &oss.ObjectWormLegalHold{Status: oss.Ptr(status)}})
			must(err)
			held, err := client.GetObjectLegalHold(ctx, &oss.GetObjectLegalHoldRequest{Bucket: w, Key: k})
			must(err)
			same(*held.LegalHold.Status, status)
		}
		gone := &oss.DeleteObjectRequest{Bucket: w, Key: k, VersionId: made.VersionId}
		_, err = client.DeleteObject(ctx, gone)
		fails(err, 409, "FileImmutable", "0026-00000005")
		gone.Headers = map[string]string{"x-oss-bypass-governance-retention": "true"}
		_, err = client.DeleteObject(ctx, gone)
		must(err)
		_, err = client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: w})
		must(err)
	}},
	{"website", func() {
		_, err := client.PutBucketWebsite(ctx, &oss.PutBucketWebsiteRequest{Bucket: b,
			WebsiteConfiguration: &oss.WebsiteConfiguration{
				IndexDocument: &oss.IndexDocument{Suffix: oss.Ptr("index.html")},
				ErrorDocument: &oss.ErrorDocument{Key: oss.Ptr("error.html"), HttpStatus: oss.Ptr(int64(404))}}})
		must(err)
		found, err := client.GetBucketWebsite(ctx, &oss.GetBucketWebsiteRequest{Bucket: b})
		must(err)
		same(*found.WebsiteConfiguration.IndexDocument.Suffix, "index.html")
		_, err = client.DeleteBucketWebsite(ctx, &oss.DeleteBucketWebsiteRequest{Bucket: b})
		must(err)
	}},
	{"logging", func() {
		_, err := client.PutBucketLogging(ctx, &oss.PutBucketLoggingRequest{Bucket: b,
			BucketLoggingStatus: &oss.BucketLoggingStatus{LoggingEnabled: &oss.LoggingEnabled{
				TargetBucket: b, TargetPrefix: oss.Ptr("logs/")}}})
		must(err)
		found, err := client.GetBucketLogging(ctx, &oss.GetBucketLoggingRequest{Bucket: b})
		must(err)
		same(*found.BucketLoggingStatus.LoggingEnabled.TargetPrefix, "logs/")
		_, err = client.DeleteBucketLogging(ctx, &oss.DeleteBucketLoggingRequest{Bucket: b})
		must(err)
	}},
	{"inventory", func() {
		id := oss.Ptr("all")
		_, err := client.PutBucketInventory(ctx, &oss.PutBucketInventoryRequest{Bucket: b, InventoryId: id,
			InventoryConfiguration: &oss.InventoryConfiguration{Id: id, IsEnabled: oss.Ptr(true),
				Filter: &oss.InventoryFilter{Prefix: oss.Ptr("in/")},
				Destination: &oss.InventoryDestination{OSSBucketDestination: &oss.InventoryOSSBucketDestination{
					Format: oss.InventoryFormatCSV, AccountId: oss.Ptr("1"),
					RoleArn: oss.Ptr("acs:ram::1:role/r"), Bucket: oss.Ptr("acs:oss:::" + *b)}},
				Schedule:               &oss.InventorySchedule{Frequency: oss.InventoryFrequencyDaily},
				IncludedObjectVersions: oss.Ptr("All")}})
		must(err)
		found, err := client.GetBucketInventory(ctx, &oss.GetBucketInventoryRequest{Bucket: b, InventoryId: id})
		must(err)
		same(*found.InventoryConfiguration.Filter.Prefix, "in/")
		listed, err := client.ListBucketInventory(ctx, &oss.ListBucketInventoryRequest{Bucket: b})
		must(err)
		same(len(listed.ListInventoryConfigurationsResult.InventoryConfigurations), 1)
		_, err = client.DeleteBucketInventory(ctx, &oss.DeleteBucketInventoryRequest{Bucket: b, InventoryId: id})
		must(err)
	}},
	{"encryption", func() {
		_, err := client.PutBucketEncryption(ctx, &oss.PutBucketEncryptionRequest{Bucket: b,
			ServerSideEncryptionRule: &oss.ServerSideEncryptionRule{
				ApplyServerSideEncryptionByDefault: &oss.ApplyServerSideEncryptionByDefault{
					SSEAlgorithm: oss.Ptr("SM4")}}})
		must(err)
		found, err := client.GetBucketEncryption(ctx, &oss.GetBucketEncryptionRequest{Bucket: b})
		must(err)
		same(*found.ServerSideEncryptionRule.ApplyServerSideEncryptionByDefault.SSEAlgorithm, "SM4")
		key := oss.Ptr("sealed")
		_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: key,
			Body: strings.NewReader(strings.Repeat("x", 100000))})
		must(err)
		read, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: b, Key: key})
		must(err)
		same(*read.ServerSideEncryption, "SM4")
		text, err := io.ReadAll(read.Body)
		must(err)
		same(len(text), 100000)
		_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: key})
		must(err)
		_, err = client.DeleteBucketEncryption(ctx, &oss.DeleteBucketEncryptionRequest{Bucket: b})
		must(err)
		_, err = client.GetBucketEncryption(ctx, &oss.GetBucketEncryptionRequest{Bucket: b})
		fails(err, 404, "NoSuchServerSideEncryptionRule", "0005-00000004")
	}},
	{"select", func() {
		key := oss.Ptr("people.csv")
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: key,
			Body: strings.NewReader("name,age\nLora,27\n\"Little, Eleanor\",43\nRosie,44\n")})
		must(err)
		counts, err := client.CreateSelectObjectMeta(ctx, &oss.CreateSelectObjectMetaRequest{Bucket: b, Key: key,
			MetaRequest: &oss.CsvMetaRequest{OverwriteIfExists: oss.Ptr(true)}})
		must(err)
		same([]any{counts.RowsCount, counts.ColumnsCount}, []any{int64(4), int32(2)})
		found, err := client.SelectObject(ctx, &oss.SelectObjectRequest{Bucket: b, Key: key,
			SelectRequest: &oss.SelectRequest{
				Expression: oss.Ptr("select name from ossobject where age > 40"),
				InputSerializationSelect: oss.InputSerializationSelect{
					CsvBodyInput: &oss.CSVSelectInput{FileHeaderInfo: oss.Ptr("Use")}},
				OutputSerializationSelect: oss.OutputSerializationSelect{EnablePayloadCrc: oss.Ptr(true)}}})
		must(err)
		text, err := io.ReadAll(found.Body)
		must(err)
		same(string(text), "\"Little, Eleanor\"\nRosie\n")
		_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: key})
		must(err)
	}},
	{"overwrite-rules", func() {
		key := oss.Ptr("kept/a")
		put := func() error {
			_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: key,
				Body: strings.NewReader("x")})
			return err
		}
		must(put())
		_, err := client.PutBucketOverwriteConfig(ctx, &oss.PutBucketOverwriteConfigRequest{Bucket: b,
			OverwriteConfiguration: &oss.OverwriteConfiguration{Rules: []oss.OverwriteRule{
				{ID: oss.Ptr("1"), Action: oss.Ptr("forbid"), Prefix: oss.Ptr("kept/")}}}})
		must(err)
		found, err := client.GetBucketOverwriteConfig(ctx, &oss.GetBucketOverwriteConfigRequest{Bucket: b})
		must(err)
		same(*found.OverwriteConfiguration.Rules[0].Prefix, "kept/")
		fails(put(), 409, "FileAlreadyExists", "0026-00000002")
		_, err = client.DeleteBucketOverwriteConfig(ctx, &oss.DeleteBucketOverwriteConfigRequest{Bucket: b})
		must(err)
		must(put())
		_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: key})
		must(err)
	}},
	{"account-block", func() {
		block := func() bool {
			found, err := client.GetPublicAccessBlock(ctx, &oss.GetPublicAccessBlockRequest{})
			must(err)
			return *found.PublicAccessBlockConfiguration.BlockPublicAccess
		}
		_, err := client.PutPublicAccessBlock(ctx, &oss.PutPublicAccessBlockRequest{
			PublicAccessBlockConfiguration: &oss.PublicAccessBlockConfiguration{
				BlockPublicAccess: oss.Ptr(true)}})
		must(err)
		same(block(), true)
		_, err = client.DeletePublicAccessBlock(ctx, &oss.DeletePublicAccessBlockRequest{})
		must(err)
		same(block(), false)
	}},
	{"meta-query", func() {
		key := oss.Ptr("searched/long")
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: key,
			Body: strings.NewReader("a longer text"), Tagging: oss.Ptr("colour=red")})
		must(err)
		_, err = client.OpenMetaQuery(ctx, &oss.OpenMetaQueryRequest{Bucket: b})
		must(err)
		_, err = client.GetMetaQueryStatus(ctx, &oss.GetMetaQueryStatusRequest{Bucket: b})
		must(err)
		found, err := client.DoMetaQuery(ctx, &oss.DoMetaQueryRequest{Bucket: b, MetaQuery: &oss.MetaQuery{
			Query: oss.Ptr(`{"Field": "OSSTagging.colour", "Operation": "eq", "Value": "red"}`)}})
		must(err)
		same([]any{len(found.Files), *found.Files[0].Filename}, []any{1, *key})
		_, err = client.CloseMetaQuery(ctx, &oss.CloseMetaQueryRequest{Bucket: b})
		must(err)
		_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: key})
		must(err)
	}},
	{"save-image", func() {
		pixel, err := base64.StdEncoding.DecodeString(
			"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
				"+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
		must(err)
		put("pixel.png", string(pixel))
		name := base64.URLEncoding.EncodeToString([]byte("larger.png"))
		saved, err := client.ProcessObject(ctx, &oss.ProcessObjectRequest{Bucket: b, Key: oss.Ptr("pixel.png"),
			Process: oss.Ptr("image/resize,w_2,limit_0|sys/saveas,o_" + name)})
		must(err)
		same([]string{saved.ProcessStatus, saved.Object}, []string{"OK", "larger.png"})
		for _, key := range []string{"pixel.png", "larger.png"} {
			_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: &key})
			must(err)
		}
	}},
	{"style", func() {
		name := oss.Ptr("small")
		_, err := client.PutStyle(ctx, &oss.PutStyleRequest{Bucket: b, StyleName: name,
			Style: &oss.StyleContent{Content: oss.Ptr("image/resize,p_50")}})
		must(err)
		found, err := client.GetStyle(ctx, &oss.GetStyleRequest{Bucket: b, StyleName: name})
		must(err)
		same(*found.Style.Content, "image/resize,p_50")
		listed, err := client.ListStyle(ctx, &oss.ListStyleRequest{Bucket: b})
		must(err)
		same(*listed.StyleList.Styles[0].Name, "small")
		_, err = client.DeleteStyle(ctx, &oss.DeleteStyleRequest{Bucket: b, StyleName: name})
		must(err)
	}},
	{"policy", func() {
		text := `{"Version":"1","Statement":[{"Action":["oss:PutObject"],"Effect":"Allow","Resource":["acs:oss:*:*:*/user1/*"]}]}`
		_, err := client.PutBucketPolicy(ctx, &oss.PutBucketPolicyRequest{Bucket: b, Body: strings.NewReader(text)})
		must(err)
		found, err := client.GetBucketPolicy(ctx, &oss.GetBucketPolicyRequest{Bucket: b})
		must(err)
		same(found.Body, text)
		_, err = client.DeleteBucketPolicy(ctx, &oss.DeleteBucketPolicyRequest{Bucket: b})
		must(err)
	}},
	{"policy-status", func() {
		found, err := client.GetBucketPolicyStatus(ctx, &oss.GetBucketPolicyStatusRequest{Bucket: b})
		must(err)
		same(*found.PolicyStatus.IsPublic, false)
	}},
	{"bucket-tags", func() {
		_, err := client.PutBucketTags(ctx, &oss.PutBucketTagsRequest{Bucket: b, Tagging: tagging("team", "one")})
		must(err)
		found, err := client.GetBucketTags(ctx, &oss.GetBucketTagsRequest{Bucket: b})
		must(err)
		same(*found.Tagging.TagSet.Tags[0].Value, "one")
		_, err = client.DeleteBucketTags(ctx, &oss.DeleteBucketTagsRequest{Bucket: b})
		must(err)
	}},
	{"request-payment", func() {
		for _, payer := range []oss.PayerType{oss.Requester, oss.BucketOwner} {
			_, err := client.PutBucketRequestPayment(ctx, &oss.PutBucketRequestPaymentRequest{Bucket: b,
				PaymentConfiguration: &oss.RequestPaymentConfiguration{Payer: payer}})
			must(err)
			found, err := client.GetBucketRequestPayment(ctx, &oss.GetBucketRequestPaymentRequest{Bucket: b})
			must(err)
			same(*found.Payer, string(payer))
		}
	}},
	{"bucket-settings", func() {
		_, err := client.PutBucketTransferAcceleration(ctx, &oss.PutBucketTransferAccelerationRequest{Bucket: b,
			TransferAccelerationConfiguration: &oss.TransferAccelerationConfiguration{Enabled: oss.Ptr(true)}})
		must(err)
		acceleration, err := client.GetBucketTransferAcceleration(ctx, &oss.GetBucketTransferAccelerationRequest{Bucket: b})
		must(err)
		same(*acceleration.TransferAccelerationConfiguration.Enabled, true)
		_, err = client.PutBucketAccessMonitor(ctx, &oss.PutBucketAccessMonitorRequest{Bucket: b,
			AccessMonitorConfiguration: &oss.AccessMonitorConfiguration{Status: oss.AccessMonitorStatusEnabled}})
		must(err)
		monitor, err := client.GetBucketAccessMonitor(ctx, &oss.GetBucketAccessMonitorRequest{Bucket: b})
		must(err)
		same(monitor.AccessMonitorConfiguration.Status, oss.AccessMonitorStatusEnabled)
		_, err = client.PutBucketPublicAccessBlock(ctx, &oss.PutBucketPublicAccessBlockRequest{Bucket: b,
			PublicAccessBlockConfiguration: &oss.PublicAccessBlockConfiguration{BlockPublicAccess: oss.Ptr(true)}})
		must(err)
		block, err := client.GetBucketPublicAccessBlock(ctx, &oss.GetBucketPublicAccessBlockRequest{Bucket: b})
		must(err)
		same(*block.PublicAccessBlockConfiguration.BlockPublicAccess, true)
		_, err = client.DeleteBucketPublicAccessBlock(ctx, &oss.DeleteBucketPublicAccessBlockRequest{Bucket: b})
		must(err)
		_, err = client.PutBucketHttpsConfig(ctx, &oss.PutBucketHttpsConfigRequest{Bucket: b,
			HttpsConfiguration: &oss.HttpsConfiguration{TLS: &oss.TLS{Enable: oss.Ptr(true), TLSVersions: []string{"TLSv1.3"}},
				CipherSuite: &oss.CipherSuite{Enable: oss.Ptr(true), StrongCipherSuite: oss.Ptr(true)}}})
		must(err)
		https, err := client.GetBucketHttpsConfig(ctx, &oss.GetBucketHttpsConfigRequest{Bucket: b})
		must(err)
		same(https.HttpsConfiguration.TLS.TLSVersions[0], "TLSv1.3")
		same(*https.HttpsConfiguration.CipherSuite.StrongCipherSuite, true)
		_, err = client.PutBucketHttpsConfig(ctx, &oss.PutBucketHttpsConfigRequest{Bucket: b,
			HttpsConfiguration: &oss.HttpsConfiguration{TLS: &oss.TLS{Enable: oss.Ptr(false)}}})
		must(err)
	}},
	{"preflight", func() {
		_, err := client.PutBucketCors(ctx, &oss.PutBucketCorsRequest{Bucket: b, CORSConfiguration: &oss.CORSConfiguration{
			CORSRules: []oss.CORSRule{{AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"PUT"}}}}})
		must(err)
		ask := &oss.OptionObjectRequest{Bucket: b, Key: oss.Ptr("a.txt"), Origin: oss.Ptr("https://a.example"), AccessControlRequestMethod: oss.Ptr("PUT")}
		allowed, err := client.OptionObject(ctx, ask)
		must(err)
		same(*allowed.AccessControlAllowMethods, "PUT")
		_, err = client.DeleteBucketCors(ctx, &oss.DeleteBucketCorsRequest{Bucket: b})
		must(err)
		_, err = client.OptionObject(ctx, ask)
		fails(err, 403, "AccessForbidden", "")
	}},
	{"resource-group", func() {
		_, err := client.PutBucketResourceGroup(ctx, &oss.PutBucketResourceGroupRequest{Bucket: b,
			BucketResourceGroupConfiguration: &oss.BucketResourceGroupConfiguration{ResourceGroupId: oss.Ptr("rg-acfmxazb4ph1234")}})
		must(err)
		found, err := client.GetBucketResourceGroup(ctx, &oss.GetBucketResourceGroupRequest{Bucket: b})
		must(err)
		same(*found.BucketResourceGroupConfiguration.ResourceGroupId, "rg-acfmxazb4ph1234")
	}},
	{"archive-direct-read", func() {
		_, err := client.PutBucketArchiveDirectRead(ctx, &oss.PutBucketArchiveDirectReadRequest{Bucket: b,
			ArchiveDirectReadConfiguration: &oss.ArchiveDirectReadConfiguration{Enabled: oss.Ptr(true)}})
		must(err)
		found, err := client.GetBucketArchiveDirectRead(ctx, &oss.GetBucketArchiveDirectReadRequest{Bucket: b})
		must(err)
		same(*found.ArchiveDirectReadConfiguration.Enabled, true)
	}},
	{"clean-restored", func() {
		_, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: b, Key: oss.Ptr("frozen"), StorageClass: oss.StorageClassArchive, Body: strings.NewReader("x")})
		must(err)
		_, err = client.CleanRestoredObject(ctx, &oss.CleanRestoredObjectRequest{Bucket: b, Key: oss.Ptr("frozen")})
		fails(err, 409, "ArchiveRestoreFileStale", "")
	}},
	{"regions", func() {
		found, err := client.DescribeRegions(ctx, &oss.DescribeRegionsRequest{Regions: oss.Ptr("oss-" + region)})
		must(err)
		same(*found.RegionInfoList.RegionInfos[0].Region, "oss-"+region)
	}},
	{"seal", func() {
		same(extend("sealed", 0, "all"), nil)
		_, err := client.SealAppendObject(ctx, &oss.SealAppendObjectRequest{Bucket: b, Key: oss.Ptr("sealed"), Position: oss.Ptr(int64(3))})
		must(err)
		fails(extend("sealed", 3, "x"), 405, "MethodNotAllowed", "0003-00000016")
	}},
	{"versioning", func() {
		v, k := oss.Ptr(bucket+"-v"), oss.Ptr("k")
		_, err := client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: v})
		must(err)
		_, err = client.PutBucketVersioning(ctx, &oss.PutBucketVersioningRequest{Bucket: v,
			VersioningConfiguration: &oss.VersioningConfiguration{Status: oss.VersionEnabled}})
		must(err)
		status, err := client.GetBucketVersioning(ctx, &oss.GetBucketVersioningRequest{Bucket: v})
		must(err)
		same(*status.VersionStatus, "Enabled")
		first, err := client.PutObject(ctx, &oss.PutObjectRequest{Bucket: v, Key: k, Body: strings.NewReader("1")})
		must(err)
		_, err = client.PutObject(ctx, &oss.PutObjectRequest{Bucket: v, Key: k, Body: strings.NewReader("2")})
		must(err)
		removed, err := client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: v, Key: k})
		must(err)
		same(removed.DeleteMarker, true)
		_, err = client.GetObject(ctx, &oss.GetObjectRequest{Bucket: v, Key: k})
		fails(err, 404, "NoSuchKey", "0026-00000001")
		got, err := client.GetObject(ctx, &oss.GetObjectRequest{Bucket: v, Key: k, VersionId: first.VersionId})
		must(err)
		defer got.Body.Close()
		text, err := io.ReadAll(got.Body)
		must(err)
		same(string(text), "1")
		found, err := client.ListObjectVersions(ctx, &oss.ListObjectVersionsRequest{Bucket: v})
		must(err)
		same([]any{len(found.ObjectVersions), len(found.ObjectDeleteMarkers)}, []any{2, 1})
		ids := []*string{found.ObjectDeleteMarkers[0].VersionId}
		for _, one := range found.ObjectVersions {
			ids = append(ids, one.VersionId)
		}
		for _, id := range ids {
			_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: v, Key: k, VersionId: id})
			must(err)
		}
		_, err = client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: v})
		must(err)
	}},
	{"delete", func() {
		removed, err := client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: oss.Ptr("a.txt")})
		must(err)
		same(removed.StatusCode, 204)
		page, err := client.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: b, MaxKeys: 1000})
		must(err)
		objects := []oss.DeleteObject{}
		for _, key := range keys(page.Contents) {
			objects = append(objects, oss.DeleteObject{Key: oss.Ptr(key)})
		}
		result, err := client.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: b, Objects: objects})
		must(err)
		same(len(result.DeletedObjects), len(objects))
	}},
	{"delete-bucket", func() {
		put("left", "x")
		_, err := client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: b})
		fails(err, 409, "BucketNotEmpty", "0015-00000301")
		_, err = client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: b, Key: oss.Ptr("left")})
		must(err)
		_, err = client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: b})
		must(err)
	}},
}

func tell(one story) (result map[string]any) {
	result = map[string]any{"story": one.name, "ok": true}
	defer func() {
		if cause := recover(); cause != nil {
			result = map[string]any{"story": one.name, "ok": false, "detail": fmt.Sprint(cause)}
		}
	}()
	one.tell()
	return result
}

func main() {
	for _, one := range stories {
		text, _ := json.Marshal(tell(one))
		fmt.Println(string(text))
	}
}
