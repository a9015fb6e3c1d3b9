// A bucket of Thanos: blocks are uploaded, read, listed and deleted.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand"
	"os"
	"slices"

	"github.com/go-kit/log"
	"github.com/thanos-io/objstore"
	"github.com/thanos-io/objstore/client"
)

const config = `
type: ALIYUNOSS
config:
  endpoint: %s
  bucket: %s
  access_key_id: %s
  access_key_secret: %s
prefix: tenant
`

var ctx = context.Background()

func main() {
	settings := fmt.Appendf(nil, config, os.Getenv("OSS_ENDPOINT"), os.Getenv("OSS_BUCKET"),
		os.Getenv("OSS_ACCESS_KEY_ID"), os.Getenv("OSS_ACCESS_KEY_SECRET"))
	bucket, err := client.NewBucket(log.NewNopLogger(), settings, "ossicle", nil)
	if err != nil {
		panic(err)
	}
	chunks := make([]byte, 140_000_000) // beyond 128 MiB it is uploaded in parts
	rand.New(rand.NewSource(1)).Read(chunks)
	objects := map[string][]byte{
		"01H/meta.json":                []byte(`{"version":1}`),
		"01H/chunks/000001":            chunks,
		"debug/sp ace+plus%20per=ü.js": []byte("odd"),
		"empty":                        {},
	}
	for name, content := range objects {
		check("upload of "+name, bucket.Upload(ctx, name, bytes.NewReader(content)) == nil)
		check("get of "+name, bytes.Equal(content, read(bucket.Get(ctx, name))))
		attributes, err := bucket.Attributes(ctx, name)
		check("attributes of "+name, err == nil && attributes.Size == int64(len(content)))
	}
	part := read(bucket.GetRange(ctx, "01H/chunks/000001", 139_999_990, 10))
	check("get of a range", bytes.Equal(chunks[139_999_990:], part))
	check("iter", slices.Equal([]string{"01H/", "debug/", "empty"}, names(bucket, "")))
	check("iter below a folder", slices.Equal([]string{"01H/chunks/", "01H/meta.json"}, names(bucket, "01H")))
	all := names(bucket, "", objstore.WithRecursiveIter())
	check("iter over all", len(all) == len(objects))
	for _, name := range all {
		check("delete of "+name, bucket.Delete(ctx, name) == nil)
	}
	_, err = bucket.Get(ctx, "empty")
	check("get of a deleted object finds none", bucket.IsObjNotFoundErr(err))
	check("nothing is left", len(names(bucket, "")) == 0)
}

func read(stream io.ReadCloser, err error) []byte {
	if err != nil {
		return []byte(err.Error())
	}
	defer stream.Close()
	content, _ := io.ReadAll(stream)
	return content
}

func names(bucket objstore.Bucket, folder string, options ...objstore.IterOption) []string {
	var names []string
	err := bucket.Iter(ctx, folder, func(name string) error {
		names = append(names, name)
		return nil
	}, options...)
	if err != nil {
		return []string{err.Error()}
	}
	slices.Sort(names)
	return names
}

func check(what string, holds bool) {
	if holds {
		fmt.Println("ok", what)
	} else {
		fmt.Println("FAIL", what)
	}
}
