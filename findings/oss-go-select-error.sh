#!/usr/bin/env bash
# Package: github.com/aliyun/alibabacloud-oss-go-sdk-v2 v1.6.1.
# Expected: SelectObject answers 206 and sends rows while the query runs. A query that fails later
#   says so in its last frame, with status 400 and a text. Reading the result then ends with an
#   error, as it does when the answer ends without a last frame.
# Seen: an answer that is cut off is an error. After a query that failed, io.ReadAll returns the
#   rows before the failure and no error, so a partial result looks complete. The status and the
#   text are only in exported fields of the reader, after a type assertion to *oss.ReaderWrapper.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > main.go <<'GO'
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

// frame makes a frame as the documentation describes it, without checksums.
func frame(kind uint32, payload []byte) []byte {
	var out bytes.Buffer
	for _, number := range []uint32{1<<24 | kind, uint32(len(payload)), 0} {
		binary.Write(&out, binary.BigEndian, number)
	}
	out.Write(payload)
	out.Write(make([]byte, 4))
	return out.Bytes()
}

// rows is a data frame: an offset, and the rows.
func rows(text string) []byte { return frame(0x800001, append(make([]byte, 8), text...)) }

// end is the last frame: an offset, the bytes scanned, a status and a text.
func end(status uint32, text string) []byte {
	payload := binary.BigEndian.AppendUint32(make([]byte, 16), status)
	return frame(0x800005, append(payload, text...))
}

func main() {
	var answer []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("x-oss-select-output-raw", "false")
		w.WriteHeader(206)
		w.Write(answer)
	}))
	defer server.Close()
	config := oss.LoadDefaultConfig().WithRegion("cn-hangzhou").WithEndpoint(server.URL).WithUsePathStyle(true).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider("id", "secret"))
	client := oss.NewClient(config)
	failed := append(rows("a,1\n"), end(400, "InvalidCsvLine.The line is invalid.")...)
	same := true
	for _, row := range []struct {
		what   string
		answer []byte
		status int32
		fails  bool
	}{
		{"a query that succeeds", append(rows("a,1\n"), end(200, ".")...), 200, false},
		{"a query that fails after its first row", failed, 400, false},
		{"an answer that is cut off", rows("a,1\n"), 0, true},
	} {
		answer = row.answer
		result, err := client.SelectObject(context.Background(), &oss.SelectObjectRequest{
			Bucket: oss.Ptr("bucket"), Key: oss.Ptr("key"),
			SelectRequest: &oss.SelectRequest{
				Expression:               oss.Ptr("select * from ossobject"),
				InputSerializationSelect: oss.InputSerializationSelect{CsvBodyInput: &oss.CSVSelectInput{}},
			},
		})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		body, err := io.ReadAll(result.Body)
		reader := result.Body.(*oss.ReaderWrapper)
		fmt.Printf("%s: rows %q, error %v, fields %d %q\n", row.what, body, err, reader.HTTPStatusCode, reader.ErrorMsg)
		same = same && (err != nil) == row.fails && string(body) == "a,1\n" && reader.HTTPStatusCode == row.status
	}
	if !same {
		fmt.Println("This differs from what is described above.")
		os.Exit(1)
	}
}
GO
go mod init demo 2> log
go get github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss@v1.6.1 2> log || { cat log; exit 1; }
go list -m github.com/aliyun/alibabacloud-oss-go-sdk-v2
go run -mod=mod .
