// Addresses of buckets.
import { expect, test } from "vitest";
import { readS3Url } from "./s3-url.ts";

test("a URL names endpoints, a bucket, and a key", () => {
  const read = readS3Url("s3://AKID:s%2Fcret@one:8000,two:8000?bucket=blobs&tls=off");
  expect(read).toMatchObject({
    bucket: "blobs",
    prefix: "",
    region: "us-east-1",
    accessKeyId: "AKID",
    secretAccessKey: "s/cret",
    shown: "s3://one:8000,two:8000?bucket=blobs",
  });
  expect(read.endpoints.map(String)).toEqual(["http://one:8000/", "http://two:8000/"]);
});

test("endpoints speak TLS unless told otherwise, and a prefix ends with a slash", () => {
  const read = readS3Url("s3://id:secret@s3.example.com?bucket=blobs&prefix=a/b&region=eu-1");
  expect(read.endpoints.map(String)).toEqual(["https://s3.example.com/"]);
  expect(read).toMatchObject({ prefix: "a/b/", region: "eu-1" });
});

test.each([
  [
    "s3://host?bucket=blobs",
    "s3://KEY:SECRET@host:port,…?bucket=NAME: encode special characters of the key",
  ],
  ["s3://id:TopSecret@host", "a bucket of an S3 store is"],
  ["s3://id:TopSecret@host,?bucket=blobs", "a bucket of an S3 store is"],
  ["s3://id:TopSecret@host?tls=off", "name the S3 store's bucket"],
  ["s3://id:TopSecret@host?bucket=B", "name the S3 store's bucket"],
  ["s3://id:TopSecret@host?bucket=blobs&tls=no", "tls is on or off"],
  ["s3://id:TopSecret@host?bucket=blobs&ssl=off", "parameters are bucket, prefix, region, tls"],
  ["s3://id:TopSecret@host?bucket=blobs&prefix=a%20b", "prefix has letters"],
  ["s3://id:TopSecret%zz@host?bucket=blobs", "encode its special characters"],
  ["s3://id:TopSecret@ho[st?bucket=blobs", "endpoint is host:port"],
])("%s is refused without its secret being repeated", (text, message) => {
  expect(() => readS3Url(text)).toThrow(message);
  expect(() => readS3Url(text)).not.toThrow("TopSecret");
});
