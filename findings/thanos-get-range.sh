#!/usr/bin/env bash
# Package: github.com/thanos-io/objstore v0.0.0-20250804093838-71d60dfee488, provider ALIYUNOSS.
# Expected: GetRange(8, 3) of a 10-byte object reads the last two bytes, as GetRange(8, 4) does, and
#   GetRange(3, -1) reads from offset 3 to the end. The module's own in-memory bucket behaves so.
# Seen: the provider shortens the length only if the range ends two or more bytes past the last
#   byte. For a range that ends one byte past it, it requests "bytes=8-10", and OSS answers a range
#   that is not wholly inside the object with the whole object. For length -1 it sends no Range
#   header, at any offset. Neither call returns an error.
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
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/go-kit/log"
	"github.com/thanos-io/objstore"
	"github.com/thanos-io/objstore/providers/oss"
)

const data = "0123456789"

var asked string

// fake serves one object by OSS's rule: a range not wholly inside the object is ignored.
func fake(w http.ResponseWriter, r *http.Request) {
	status, body, first, last := 200, data, 0, 0
	asked = r.Header.Get("Range")
	if n, _ := fmt.Sscanf(asked, "bytes=%d-%d", &first, &last); n == 2 && first <= last && last < len(data) {
		status, body = 206, data[first:last+1]
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, len(data)))
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func read(bucket objstore.BucketReader, offset, length int64) string {
	reader, err := bucket.GetRange(context.Background(), "digits", offset, length)
	if err != nil {
		return err.Error()
	}
	defer reader.Close()
	content, _ := io.ReadAll(reader)
	return string(content)
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(fake))
	defer server.Close()
	config := "{endpoint: '%s', bucket: demo, access_key_id: id, access_key_secret: secret}"
	bucket, err := oss.NewBucket(log.NewNopLogger(), fmt.Appendf(nil, config, server.URL), "demo", nil)
	if err != nil {
		panic(err)
	}
	memory := objstore.NewInMemBucket()
	memory.Upload(context.Background(), "digits", strings.NewReader(data))
	same := true
	for _, row := range []struct {
		offset, length      int64
		expected, seen, ask string
	}{
		{8, 2, "89", "89", "bytes=8-9"},
		{8, 3, "89", data, "bytes=8-10"},
		{8, 4, "89", "89", "bytes=8-9"},
		{3, -1, "3456789", data, ""},
	} {
		expected, seen := read(memory, row.offset, row.length), read(bucket, row.offset, row.length)
		fmt.Printf("GetRange(%d, %d): in memory %q, OSS %q, Range header %q\n", row.offset, row.length, expected, seen, asked)
		same = same && expected == row.expected && seen == row.seen && asked == row.ask
	}
	if !same {
		fmt.Println("This differs from what is described above.")
		os.Exit(1)
	}
}
GO
go mod init demo 2> log
go get github.com/thanos-io/objstore/providers/oss@v0.0.0-20250804093838-71d60dfee488 2> log || { cat log; exit 1; }
go list -m github.com/thanos-io/objstore
go run -mod=mod .
