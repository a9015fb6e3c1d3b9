#!/usr/bin/env bash
# Package: github.com/aliyun/alibabacloud-oss-go-sdk-v2 v1.6.1.
# Expected: when OSS answers 200, the upload and its callback have succeeded. PutObject then returns
#   no error, for any JSON value that the application answers. Uploader.UploadFrom returns what
#   PutObject returns.
# Seen: if the application answers with an array, a string or a number, PutObject returns an error,
#   although the object is stored and the application has confirmed it. Uploader decodes the answer
#   in the same way and fails in the same way; after a completed multipart upload it also sends
#   AbortMultipartUpload. If the answer is a JSON object, the upload succeeds, but the answer is
#   lost: UploadResult has no field for it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

const initiated = "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key><UploadId>1</UploadId></InitiateMultipartUploadResult>"

// The application's answer to the callback, and the operations that the fake received.
var answer string
var asked []string

// fake stores nothing. It answers an upload that asks for a callback with the application's answer.
func fake(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("x-oss-request-id", "1")
	query := r.URL.Query()
	switch {
	case r.Method == "DELETE":
		asked = append(asked, "Abort")
		w.WriteHeader(204)
	case r.Method == "POST" && query.Has("uploads"):
		asked = append(asked, "Initiate")
		io.WriteString(w, initiated)
	case query.Has("partNumber"):
		asked = append(asked, "Part")
	default:
		asked = append(asked, map[string]string{"PUT": "Put", "POST": "Complete"}[r.Method])
		if r.Header.Get("x-oss-callback") != "" {
			io.WriteString(w, answer)
		}
	}
}

func outcome(err error) string {
	if err != nil {
		return "error"
	}
	return "ok"
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(fake))
	defer server.Close()
	config := oss.LoadDefaultConfig().WithRegion("cn-hangzhou").WithEndpoint(server.URL).WithUsePathStyle(true).
		WithDisableUploadCRC64Check(true).WithCredentialsProvider(credentials.NewStaticCredentialsProvider("id", "secret"))
	client := oss.NewClient(config)
	parameter := `{"callbackUrl":"http://application.example/","callbackBody":"object=${object}"}`
	callback := base64.StdEncoding.EncodeToString([]byte(parameter))
	put := func(size int) *oss.PutObjectRequest {
		return &oss.PutObjectRequest{
			Bucket: oss.Ptr("bucket"), Key: oss.Ptr("key"), Callback: oss.Ptr(callback),
			Body: bytes.NewReader(make([]byte, size)),
		}
	}
	uploader := client.NewUploader(func(options *oss.UploaderOptions) {
		options.PartSize = 200_000
		options.ParallelNum = 1
	})
	same := true
	for _, row := range []struct{ answer, putObject, small, large string }{
		{`{"id":7}`, "Put ok", "Put ok", "Initiate Part Part Complete ok"},
		{`[7]`, "Put error", "Put error", "Initiate Part Part Complete Abort error"},
		{`"7"`, "Put error", "Put error", "Initiate Part Part Complete Abort error"},
		{`7`, "Put error", "Put error", "Initiate Part Part Complete Abort error"},
	} {
		answer = row.answer
		seen := func(err error) string {
			text := strings.Join(append(asked, outcome(err)), " ")
			asked = nil
			return text
		}
		_, err := client.PutObject(context.Background(), put(1_000))
		putObject := seen(err)
		_, err = uploader.UploadFrom(context.Background(), put(1_000), bytes.NewReader(make([]byte, 1_000)))
		small := seen(err)
		_, err = uploader.UploadFrom(context.Background(), put(1_000), bytes.NewReader(make([]byte, 300_000)))
		large := seen(err)
		fmt.Printf("answer %-9s PutObject: %s; Uploader, 1 kB: %s; Uploader, 300 kB: %s\n", answer, putObject, small, large)
		same = same && putObject == row.putObject && small == row.small && large == row.large
	}
	_, inPut := reflect.TypeFor[oss.PutObjectResult]().FieldByName("CallbackResult")
	_, inUpload := reflect.TypeFor[oss.UploadResult]().FieldByName("CallbackResult")
	fmt.Printf("CallbackResult in PutObjectResult: %v, in UploadResult: %v\n", inPut, inUpload)
	if !same || !inPut || inUpload {
		fmt.Println("This differs from what is described above.")
		os.Exit(1)
	}
}
GO
go mod init demo 2> log
go get github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss@v1.6.1 2> log || { cat log; exit 1; }
go list -m github.com/aliyun/alibabacloud-oss-go-sdk-v2
go run -mod=mod .
