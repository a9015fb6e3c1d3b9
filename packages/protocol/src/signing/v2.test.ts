// Signature V2: strings that oss2 2.19.1 signed, and its signatures.
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { type CanonicalRequestV2, stringToSignV2 } from "./v2.ts";

const secret = "secret-example";
const date = "Tue, 20 Dec 2022 08:48:18 GMT";
const plain = {
  method: "GET",
  contentMd5: "",
  contentType: "",
  headers: [],
  additionalHeaders: [],
};
const host = "examplebucket.oss-cn-hangzhou.aliyuncs.com";

const signed: readonly (readonly [string, CanonicalRequestV2, string])[] = [
  [
    "a PUT with additional headers",
    {
      method: "PUT",
      contentMd5: "",
      contentType: "text/plain",
      date,
      headers: [
        ["x-oss-meta-a", "b"],
        ["zabc", "value"],
        ["host", host],
      ],
      additionalHeaders: ["host", "zabc"],
      resource: "/examplebucket/dir/a b.txt",
      query: [
        { name: "x-oss-process", value: "image/resize,w_100" },
        { name: "acl", value: "" },
        { name: "+p", value: "v 1" },
      ],
    },
    "+/mHzSoAsCYj4M/aP9kpUjE92mbHFR86Scq+eJRvdeM=",
  ],
  [
    "a URL",
    {
      ...plain,
      date: "1671529698",
      resource: "/examplebucket/dir/a b.txt",
      query: [
        { name: "x-oss-signature-version", value: "OSS2" },
        { name: "x-oss-expires", value: "1671529698" },
        { name: "x-oss-access-key-id", value: "LTAIexample" },
        { name: "x-oss-signature", value: "not signed" },
      ],
    },
    "erxfd26IAnGr/QuEOo9Rhe8Q6ViU2iwdoLRPyjy0YGc=",
  ],
  [
    "a list of buckets",
    { ...plain, date, resource: "/", query: [] },
    "gdv2OGN9OXe77lUnum9rvqyTTUFUJggCctN3pzbwoak=",
  ],
  [
    "a list with parameters",
    {
      ...plain,
      date,
      resource: "/examplebucket/",
      query: [
        { name: "prefix", value: "a/b" },
        { name: "max-keys", value: "10" },
        { name: "marker", value: "" },
      ],
    },
    "xUQwPlr2Z1LDQYkMC1innsfeuVMFSiGXzXKhC2PgyI0=",
  ],
];

test.each(signed)("%s has the signature of oss2", (_what, request, signature) => {
  const text = stringToSignV2(request);
  expect(createHmac("sha256", secret).update(text, "latin1").digest("base64")).toBe(signature);
});
