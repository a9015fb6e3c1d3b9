// Which Referers a document lets in.
import type { RefererConfiguration } from "@ossicle/protocol";
import { describe, expect, test } from "vitest";
import { requireReferer } from "./referer.ts";

const configuration = (
  allow: readonly string[],
  deny: readonly string[] = [],
  more: Partial<RefererConfiguration> = {},
): RefererConfiguration => ({
  allowEmptyReferer: true,
  refererList: { referer: allow },
  refererBlacklist: { referer: deny },
  ...more,
});

/** The EC of the refusal; empty when the Referer is let in. */
function judged(given: RefererConfiguration, referer: string | undefined): string {
  try {
    requireReferer(given, referer);
    return "";
  } catch (cause) {
    return (cause as { readonly ec: string }).ec.slice(-3);
  }
}

describe("a Referer is compared from its beginning", () => {
  // The examples of OSS's page "Configure hotlink protection", and their siblings.
  test.each([
    ["www.aliyun.com", "http://www.aliyun.com/123", ""],
    ["www.aliyun.com", "https://www.aliyun.com.cn", ""],
    ["www.aliyun.com", "https://help.aliyun.com", "503"],
    ["*www.aliyun.com/", "https://www.aliyun.com/", ""],
    ["*.aliyun.com", "http://help.aliyun.com/a", ""],
    ["*.aliyun.com", "http://aliyun.com/", "503"],
    ["aliyun?.com", "http://aliyuna.com", ""],
    ["aliyun?.com", "http://aliyun.com", "503"],
    ["http://www.aliyun.com", "https://www.aliyun.com", "503"],
    ["www.example.com:8080", "http://www.example.com:8080/a", ""],
    ["*", "anything", ""],
    ["*a*b*c", "xxaxxbxxcxx", ""],
    ["*a*b*c", "xxaxxcxxbxx", "503"],
    ["http://a.com/?", "http://a.com/", "503"],
  ])("%s and %s", (pattern, referer, ec) => {
    expect(judged(configuration([pattern]), referer)).toBe(ec);
  });
});

test("a missing or empty Referer is let in where the document says so", () => {
  for (const referer of [undefined, ""]) {
    expect(judged(configuration(["a.com"]), referer)).toBe("");
    expect(judged(configuration(["a.com"], [], { allowEmptyReferer: false }), referer)).toBe("501");
  }
});

test("the blacklist decides first, and an empty list lets the others in", () => {
  const both = configuration(["*.example.com"], ["http://bad.example.com"]);
  expect(judged(both, "http://bad.example.com/a")).toBe("502");
  expect(judged(both, "http://good.example.com/a")).toBe("");
  const only = configuration([], ["http://bad.example.com"]);
  expect(judged(only, "http://bad.example.com/a")).toBe("502");
  expect(judged(only, "http://other.example.com/a")).toBe("");
});

test("query and path are cut off where the document says so", () => {
  const withQuery = "http://a.com/p?from=b.com";
  expect(judged(configuration(["*b.com"]), withQuery)).toBe("503");
  const whole = { allowTruncateQueryString: false };
  expect(judged(configuration(["*b.com"], [], whole), withQuery)).toBe("");
  expect(judged(configuration(["*/p"]), withQuery)).toBe("");
  expect(judged(configuration(["*/p"], [], { truncatePath: true }), withQuery)).toBe("503");
});

test("a long pattern of stars takes no long time", () => {
  const pattern = `${"*a".repeat(2_000)}b`;
  expect(judged(configuration([pattern]), "a".repeat(8_000))).toBe("503");
});
