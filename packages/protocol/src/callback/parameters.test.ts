// Every check of callback parameters, with message, argument and EC where OSS's are known.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OssError } from "../oss-error.ts";
import { formatCallbackUrl, parseCallbackUrl } from "./callback-url.ts";
import { callbackPolicyName, encodeParameter, parseCallback } from "./parameters.ts";
import { parseTemplate, renderTemplate } from "./template.ts";

const good = { callbackUrl: "http://a.example.com/cb?x=1", callbackBody: "o=${object}" };

function refusal(
  callback: string,
  callbackVar?: string,
): Partial<OssError> & { argument?: string } {
  try {
    parseCallback({ callback, callbackVar });
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    const { code, ec, message, details } = cause;
    return {
      code,
      message,
      ...(ec === undefined ? {} : { ec }),
      argument: details["ArgumentName"] ?? "",
    };
  }
  return {};
}

describe("callback parameters are refused", () => {
  const long = btoa(`{"callbackUrl":"${"a".repeat(4_000)}"}`);
  test.each([
    ["too long", long, "0007-00000001", undefined],
    ["not Base64", "e30", "0007-00000002", "The callback configuration is not base64 encoded"],
    ["URL-safe Base64", "e30_", "0007-00000002", undefined],
    [
      "not JSON",
      btoa('{"a":"b"c"}'),
      "0007-00000003",
      "The callback configuration is not json format.",
    ],
    ["a JSON array", btoa("[]"), "0007-00000003", undefined],
    [
      "a URL without a dot",
      encodeParameter({ ...good, callbackUrl: "my" }),
      "0007-00000004",
      undefined,
    ],
    [
      "a port that is not a number",
      encodeParameter({ ...good, callbackUrl: "my.com:test" }),
      "0007-00000004",
      undefined,
    ],
    [
      "an IPv6 literal",
      encodeParameter({ ...good, callbackUrl: "http://[::1]/" }),
      "0007-00000004",
      undefined,
    ],
    [
      "a scheme other than http and https",
      encodeParameter({ ...good, callbackUrl: "ftp://a.com/" }),
      "0007-00000004",
      undefined,
    ],
    ["a numeric URL", encodeParameter({ ...good, callbackUrl: 7 }), "0007-00000004", undefined],
    [
      "a list without a URL",
      encodeParameter({ ...good, callbackUrl: " ; ;" }),
      "0007-00000004",
      undefined,
    ],
    [
      "six URLs",
      encodeParameter({ ...good, callbackUrl: Array(6).fill("a.com").join(";") }),
      "0007-00000005",
      undefined,
    ],
    [
      "a host with a blank",
      encodeParameter({ ...good, callbackHost: "a b" }),
      "0007-00000009",
      undefined,
    ],
    [
      "a host with a line break",
      encodeParameter({ ...good, callbackHost: "a\r\nb: c" }),
      "0007-00000009",
      undefined,
    ],
    [
      "a body that is not a string",
      encodeParameter({ ...good, callbackBody: {} }),
      "0007-00000010",
      undefined,
    ],
    ["an empty body", encodeParameter({ ...good, callbackBody: "" }), "0007-00000011", undefined],
    ["no body", encodeParameter({ callbackUrl: "a.com" }), "0007-00000011", undefined],
    [
      "a body type that is not a string",
      encodeParameter({ ...good, callbackBodyType: 1 }),
      "0007-00000012",
      undefined,
    ],
    [
      "an unknown body type",
      encodeParameter({ ...good, callbackBodyType: "text/plain" }),
      "0007-00000012",
      undefined,
    ],
    [
      "SNI as a string",
      encodeParameter({ ...good, callbackSNI: "true" }),
      undefined,
      "The callback sni is invalid.",
    ],
    [
      "headers that are not an object",
      encodeParameter({ ...good, additionalHeaders: [] }),
      "0007-00000021",
      undefined,
    ],
    [
      "eleven headers",
      encodeParameter({
        ...good,
        additionalHeaders: Object.fromEntries(Array.from({ length: 11 }, (_u, i) => [`h${i}`, ""])),
      }),
      "0007-00000022",
      undefined,
    ],
    [
      "an empty header name",
      encodeParameter({ ...good, additionalHeaders: { "": "v" } }),
      "0007-00000023",
      undefined,
    ],
    [
      "an upper-case header name",
      encodeParameter({ ...good, additionalHeaders: { A: "v" } }),
      "0007-00000024",
      undefined,
    ],
    [
      "a framing header",
      encodeParameter({ ...good, additionalHeaders: { "transfer-encoding": "chunked" } }),
      "0007-00000024",
      undefined,
    ],
    [
      "a line break in a header",
      encodeParameter({ ...good, additionalHeaders: { a: "v\r\nb: c" } }),
      "0007-00000025",
      undefined,
    ],
    [
      "an x-oss- header",
      encodeParameter({ ...good, additionalHeaders: { "x-oss-a": "v" } }),
      "0007-00000026",
      undefined,
    ],
  ])("for this fault of x-oss-callback: %s", (_name, callback, ec, message) => {
    const found = refusal(callback);
    expect(found).toMatchObject({ code: "InvalidArgument", argument: "callback" });
    expect(found.ec).toBe(ec);
    if (message !== undefined) expect(found.message).toBe(message);
  });

  test.each([
    ["too long", "e".repeat(5_124), "0007-00000101"],
    ["not Base64", "***", "0007-00000102"],
    ["not JSON", btoa("{"), "0007-00000103"],
    ["a value that is not a string", encodeParameter({ "x:a": 1 }), "0007-00000104"],
    ["a name without x:", encodeParameter({ a: "1" }), "0007-00000104"],
  ])("for this fault of x-oss-callback-var: %s", (_name, callbackVar, ec) => {
    expect(refusal(encodeParameter(good), callbackVar)).toMatchObject({
      ec,
      argument: "callback-var",
    });
  });

  test.each(["$(object)", "a$", "$$", "${open"])("for the template %s", (callbackBody) => {
    const found = refusal(encodeParameter({ ...good, callbackBody }));
    expect(found).toMatchObject({ ec: "0007-00000105", argument: "ReplaceKeyPrefix" });
    if (callbackBody !== "${open")
      expect(found.message).toBe("Left brace must be adjacent to dollar sign.");
  });

  test("when they still name a stored callback", () => {
    expect(refusal(encodeParameter({ callbackPolicy: "p" }))).toMatchObject({
      code: "InvalidArgument",
    });
    expect(callbackPolicyName(encodeParameter({ callbackPolicy: "p" }))).toBe("p");
    expect(callbackPolicyName(encodeParameter({ callbackUrl: "a.com" }))).toBeUndefined();
    expect(callbackPolicyName("not Base64")).toBeUndefined();
  });

  test("with no error but an OssError, whatever the input", () => {
    const values = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.object(),
    );
    const members = fc.dictionary(
      fc.constantFrom(
        "callbackUrl",
        "callbackBody",
        "callbackHost",
        "callbackSNI",
        "additionalHeaders",
        "callbackBodyType",
      ),
      values,
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), members.map(encodeParameter)),
        fc.option(fc.string()),
        (callback, callbackVar) => {
          try {
            parseCallback({ callback, callbackVar: callbackVar ?? undefined });
          } catch (cause) {
            expect(cause).toBeInstanceOf(OssError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("callback parameters are accepted", () => {
  test("with everything set", () => {
    const parsed = parseCallback({
      callback: encodeParameter({
        callbackUrl: " https://A.example.com:8443/p%20q?x=%2F ; 121.101.166.30/test.php;",
        callbackHost: "vhost.example.com",
        callbackBody: '{"o":${object}}',
        callbackBodyType: "application/json",
        callbackSNI: true,
        additionalHeaders: { "x-trace": "é" },
      }),
      callbackVar: encodeParameter({ "x:键值1": "值" }),
    });
    expect(parsed?.urls.map(formatCallbackUrl)).toEqual([
      "https://a.example.com:8443/p%20q?x=%2F",
      "http://121.101.166.30/test.php",
    ]);
    expect(parsed).toMatchObject({
      host: "vhost.example.com",
      bodyType: "application/json",
      sni: true,
      additionalHeaders: { "x-trace": "é" },
      variables: { "x:键值1": "值" },
    });
  });

  test("when empty, and then mean no callback or no variables", () => {
    expect(parseCallback({ callback: "" })).toBeUndefined();
    expect(
      parseCallback({ callback: encodeParameter({ ...good, callbackUrl: "" }) }),
    ).toBeUndefined();
    expect(parseCallback({ callback: encodeParameter(good), callbackVar: "" })?.variables).toEqual(
      {},
    );
  });

  test.each([
    "http://127.0.0.1:8080",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://user@a.com/",
    "http://a.com\\@b.com/",
  ])("only with a dotted address, and without user info: %s", (url) => {
    const parsed = parseCallbackUrl(url);
    if (parsed !== undefined) expect(parsed.host).toBe("127.0.0.1");
    else expect(url).not.toBe("http://127.0.0.1:8080");
  });
});

describe("in a template", () => {
  const values: Readonly<Record<string, string | number>> = {
    object: 'a/b c&"é',
    size: 31,
    "x:v": "1+1",
  };
  const render = (
    source: string,
    type: "application/json" | "application/x-www-form-urlencoded",
  ): string => renderTemplate(parseTemplate(source), type, (name) => values[name]);

  test("form values are percent-encoded, text is not", () => {
    expect(
      render("o=${object}&s=${size}&v=${x:v}&n=${none}&%24", "application/x-www-form-urlencoded"),
    ).toBe("o=a%2Fb%20c%26%22%C3%A9&s=31&v=1%2B1&n=&%24");
  });

  test("JSON strings are quoted, numbers are not, and absent values are empty strings", () => {
    const body = render('{"o":${object},"s":${size},"n":${none}}', "application/json");
    expect(JSON.parse(body)).toEqual({ o: values["object"], s: 31, n: "" });
  });

  test("any value leaves a JSON body valid", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const body = renderTemplate(parseTemplate('{"v":${v}}'), "application/json", () => value);
        expect(JSON.parse(body)).toEqual({ v: value });
      }),
    );
  });
});
