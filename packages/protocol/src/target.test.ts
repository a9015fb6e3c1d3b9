// What request targets and hosts name.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { percentEncodePath, utf8ToBinary } from "./bytes.ts";
import { OssError } from "./oss-error.ts";
import { checkBucketName, decodeKey, type HostRules, parseTarget } from "./target.ts";

const rules: HostRules = {
  baseDomains: ["store.example.com", "localhost"],
  customDomains: new Map([["img.example.org", "pictures"]]),
};

describe("a target", () => {
  test.each([
    ["/", "127.0.0.1:9650", { byHost: false }],
    ["///", "127.0.0.1", { byHost: false }],
    ["/bucket", "127.0.0.1", { bucket: "bucket", byHost: false }],
    ["/bucket/", "[::1]:80", { bucket: "bucket", byHost: false }],
    ["/bucket/a/../b", "127.0.0.1", { bucket: "bucket", key: "a/../b", byHost: false }],
    ["/bucket//a//", "127.0.0.1", { bucket: "bucket", key: "/a//", byHost: false }],
    ["/bucket/a%2Fb%20+", "127.0.0.1", { bucket: "bucket", key: "a/b +", byHost: false }],
    ["/bucket/k?acl", "localhost:1", { bucket: "bucket", key: "k", byHost: false }],
    ["/k", "bucket.localhost:1", { bucket: "bucket", key: "k", byHost: true }],
    ["/", "BUCKET.Store.Example.com", { bucket: "bucket", byHost: true }],
    ["/bucket/k", "store.example.com", { bucket: "bucket", key: "k", byHost: false }],
    ["/k", "img.example.org", { bucket: "pictures", key: "k", byHost: true }],
    ["/k", "b.oss-cn-hangzhou.aliyuncs.com", { bucket: "b", key: "k", byHost: true }],
    ["/k", "b.oss-cn-hangzhou-internal.aliyuncs.com", { bucket: "b", key: "k", byHost: true }],
    ["/k", "b.vpc100-oss-cn-hangzhou.aliyuncs.com", { bucket: "b", key: "k", byHost: true }],
    ["/k", "b.cn-hangzhou.oss.aliyuncs.com", { bucket: "b", key: "k", byHost: true }],
    ["/b/k", "cn-hangzhou.oss.aliyuncs.com", { bucket: "b", key: "k", byHost: false }],
    ["/b/k", "oss-cn-hangzhou.aliyuncs.com", { bucket: "b", key: "k", byHost: false }],
    ["/k", "b.cn-hangzhou.aliyuncs.com", { bucket: "b", key: "k", byHost: true }],
    ["/", ".cn-hangzhou.aliyuncs.com", { byHost: false }],
    ["/k", "b.oss-accelerate.aliyuncs.com", { bucket: "b", key: "k", byHost: true }],
    ["/", ".oss-cn-hangzhou.aliyuncs.com", { byHost: false }],
    ["http://127.0.0.1/bucket/k", "127.0.0.1", { bucket: "bucket", key: "k", byHost: false }],
    ["/b/k", "some-container:9650", { bucket: "b", key: "k", byHost: false }],
  ])("%s with the host %s has the expected first reading", (target, host, reading) => {
    expect(parseTarget(target, host, rules).readings[0]).toEqual(reading);
  });

  test("has two readings when host and path may both name the bucket", () => {
    const { readings } = parseTarget("/b/k", "b.oss-cn-hangzhou.aliyuncs.com", rules);
    expect(readings).toEqual([
      { bucket: "b", key: "b/k", byHost: true },
      { bucket: "b", key: "k", byHost: false },
    ]);
  });

  test("is parsed without an error, and every valid key survives encoding", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (target, host) => {
        parseTarget(target, host, rules);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 200 }), (key) => {
        fc.pre(key.isWellFormed() && !/^[/\\]/.test(key));
        const path = percentEncodePath(utf8ToBinary(key));
        const { readings } = parseTarget(`/bucket/${path}`, "127.0.0.1", rules);
        expect(decodeKey(readings[0].key ?? "")).toBe(key);
      }),
    );
  });
});

describe("a key", () => {
  const ecOf = (binary: string): string | undefined => {
    try {
      decodeKey(binary);
      return undefined;
    } catch (cause) {
      return cause instanceof OssError ? cause.ec : "no OssError";
    }
  };

  test.each([
    ["", "0016-00000001"],
    ["\xff", "0016-00000002"],
    ["a".repeat(1_024), "0016-00000003"],
    ["/a", "0016-00000005"],
    ["\\a", "0016-00000005"],
    ["\0".repeat(901), "0016-00000002"],
    ["a".repeat(1_023), undefined],
    ["..", undefined],
    ["a//b/", undefined],
    ["\u0001\u001f", undefined],
  ])("%j is accepted, or refused with its EC", (binary, ec) => {
    expect(ecOf(binary)).toBe(ec);
  });
});

test.each(["ab", "a".repeat(64), "-ab", "ab-", "Abc", "a_b", "a.b"])(
  "%s is not a valid bucket name",
  (name) => {
    expect(() => checkBucketName(name)).toThrow(OssError);
  },
);
