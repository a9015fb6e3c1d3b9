// Explanations of callback parameters: what is refused, what is suspicious, and what would be sent.
import { encodeParameter } from "@ossicle/protocol";
import { describe, expect, test } from "vitest";
import { explainCallback } from "./explain-callback.ts";

const good = { callbackUrl: "http://a.com/cb", callbackBody: "o=${object}&n=${x:n}" };
const variables = encodeParameter({ "x:n": "7" });

test("a host name that only looks like a private address gets no note", () => {
  const callbackUrl = "http://10.example.com/";
  expect(explainCallback(encodeParameter({ ...good, callbackUrl }), variables).notes).toEqual([]);
});

test("a valid callback is explained with the request that it would send", () => {
  const { lines, notes, problem } = explainCallback(encodeParameter(good), variables);
  expect(lines).toEqual([
    ["callbackUrl", "http://a.com/cb"],
    ["callbackBody", "o=${object}&n=${x:n}"],
    ["x:n", "7"],
    ["is sent to", "http://a.com/cb"],
    ["as", "application/x-www-form-urlencoded"],
    ["for example", "o=exampledir%2Fexample%20object.jpg&n=7"],
  ]);
  expect(notes).toEqual([]);
  expect(problem).toBeUndefined();
});

describe("explainCallback notes", () => {
  const json = { ...good, callbackBodyType: "application/json" };
  test.each<[string, string, string | undefined, string]>([
    ["JSON in place of Base64", JSON.stringify(good), variables, "Base64 of this JSON"],
    [
      "Base64 without padding",
      encodeParameter({ ...good, callbackBody: "a" }).replace(/=+$/, ""),
      undefined,
      "without its padding",
    ],
    ["a missing variable", encodeParameter(good), undefined, "${x:n} has no value"],
    [
      "a variable that callbackBody does not use",
      encodeParameter({ ...good, callbackBody: "o" }),
      variables,
      "callbackBody does not use it",
    ],
    [
      "a variable that OSS does not have",
      encodeParameter({ ...good, callbackBody: "${Object}" }),
      undefined,
      "(did you mean object?)",
    ],
    [
      "a member in another case",
      encodeParameter({ ...good, callbackurl: "x" }),
      variables,
      "callbackurl is not a member of x-oss-callback (did you mean callbackUrl?)",
    ],
    [
      "quotes around placeholders",
      encodeParameter({ ...json, callbackBody: '{"o":"${object}"}' }),
      undefined,
      "write placeholders without quotes",
    ],
    [
      "a metadata service's address",
      encodeParameter({ ...good, callbackUrl: "http://169.254.169.254/latest" }),
      variables,
      "only when --callback-targets names their network",
    ],
    ...["http://localhost:8080/", "http://127.0.0.1/", "http://172.20.1.1/"].map(
      (callbackUrl): [string, string, string | undefined, string] => [
        `the private address in ${callbackUrl}`,
        encodeParameter({ ...good, callbackUrl }),
        variables,
        "--callback-targets",
      ],
    ),
    [
      "https without SNI",
      encodeParameter({ ...good, callbackUrl: "https://a.com/" }),
      variables,
      "callbackSNI",
    ],
    [
      "truncated JSON with non-ASCII text",
      '{"callbackUrl":"http://a.com/\u4e2d"',
      undefined,
      "Base64 of this JSON",
    ],
    [
      "the name of a member that every object inherits",
      encodeParameter({ ...good, callbackBody: "${toString}" }),
      undefined,
      "${toString} is not a variable of OSS",
    ],
    ["a missing URL", encodeParameter({ callbackBody: "a" }), undefined, "no callback is sent"],
  ])("%s", (_what, callback, callbackVar, words) => {
    expect(explainCallback(callback, callbackVar).notes.join("\n")).toContain(words);
  });

  test("nothing about bare placeholders in JSON", () => {
    const callback = encodeParameter({ ...json, callbackBody: '{"o":${object},"s":${size}}' });
    const { notes, lines } = explainCallback(callback);
    expect(notes).toEqual([]);
    expect(lines.at(-1)?.[1]).toBe('{"o":"exampledir/example object.jpg","s":5}');
  });
});

describe("explainCallback gives OSS's EC for", () => {
  test.each([
    ["***", "0007-00000002"],
    [btoa("[]"), "0007-00000003"],
    [encodeParameter({ ...good, callbackBody: "" }), "0007-00000011"],
    [encodeParameter({ ...good, callbackBody: "$x" }), "0007-00000105"],
    [encodeParameter({ ...good, callbackUrl: "ftp://a/" }), "0007-00000004"],
    [encodeParameter({ ...good, callbackBodyType: "text/plain" }), "0007-00000012"],
  ])("%s", (callback, ec) => {
    expect(explainCallback(callback).problem).toContain(`400 InvalidArgument, EC ${ec}`);
  });
});
