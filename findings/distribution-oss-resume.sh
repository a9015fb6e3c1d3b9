#!/usr/bin/env bash
# Package: github.com/docker/distribution v2.8.3, storage driver "oss"
#   (with the aliyungo it vendors, github.com/denverdino/aliyungo v0.0.0-20161108032828-afedced274aa).
# Expected: the driver can resume an upload of over 5 MiB whose last part is small. It completes the
#   upload, starts a new one, and copies the object into the new upload as its first part.
# Seen: the driver names the source of the copy "registry/docker/blobs/data". aliyungo expects a
#   slash in front of it: it reads the key's first folder, "docker", as the bucket, and sends HEAD
#   for "blobs/data". There is no such object, so the resumed Write fails. By then the driver has
#   already completed the upload that it was to resume.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"

	"github.com/docker/distribution/registry/storage/driver/oss"
)

const key = "/docker/blobs/data"

var requests []string

// fake holds one multipart upload of two parts, of 6 MB and of 1 byte.
func fake(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	requests = append(requests, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("x-oss-copy-source")))
	switch {
	case r.Method == "GET" && query.Has("uploads"):
		io.WriteString(w, "<R><Upload><Key>"+key[1:]+"</Key><UploadId>1</UploadId></Upload></R>")
	case r.Method == "GET" && query.Has("uploadId"):
		io.WriteString(w, `<R><Part><PartNumber>1</PartNumber><ETag>"1"</ETag><Size>6000000</Size></Part>`+
			`<Part><PartNumber>2</PartNumber><ETag>"2"</ETag><Size>1</Size></Part></R>`)
	case r.Method == "HEAD" && r.URL.Path != key:
		w.WriteHeader(http.StatusNotFound)
	default:
		io.WriteString(w, `<R><UploadId>2</UploadId><ETag>"3"</ETag></R>`)
	}
}

func main() {
	log.SetOutput(io.Discard) // aliyungo prints each request
	server := httptest.NewServer(http.HandlerFunc(fake))
	defer server.Close()
	driver, err := oss.New(oss.DriverParameters{
		AccessKeyID: "id", AccessKeySecret: "secret", Region: "oss-cn-hangzhou", Bucket: "registry",
		Endpoint: strings.TrimPrefix(server.URL, "http://"), ChunkSize: 5 << 20,
	})
	if err != nil {
		panic(err)
	}
	writer, err := driver.Writer(context.Background(), key, true)
	if err != nil {
		panic(err)
	}
	requests = nil
	written, err := writer.Write([]byte("more"))
	fmt.Printf("Write: %d bytes, error: %v\nrequests: %q\n", written, err, requests)
	if err == nil || !slices.Equal(requests, []string{"POST " + key, "POST " + key, "HEAD /blobs/data"}) {
		fmt.Println("This differs from what is described above.")
		os.Exit(1)
	}
}
GO
go mod init demo 2> log
go get github.com/docker/distribution/registry/storage/driver/oss@v2.8.3+incompatible \
  github.com/denverdino/aliyungo@v0.0.0-20161108032828-afedced274aa github.com/docker/go-metrics@v0.0.1 \
  github.com/gorilla/mux@v1.8.1 github.com/sirupsen/logrus@v1.9.3 2> log || { cat log; exit 1; }
go list -m github.com/docker/distribution github.com/denverdino/aliyungo
go run -mod=mod -tags include_oss .
