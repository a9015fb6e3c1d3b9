// PutBucketWebsite: what is stored and refused, and what a website answers.
import { describe, expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, remove, stranger } = modelBucket();

const site = (content: string) =>
  put("?website", `<WebsiteConfiguration>${content}</WebsiteConfiguration>`);
const index = (more = ""): string =>
  `<IndexDocument><Suffix>index.html</Suffix>${more}</IndexDocument>`;
const folders = (type: number): string =>
  index(`<SupportSubDir>true</SupportSubDir><Type>${type}</Type>`);
const error = (more = ""): string => `<ErrorDocument><Key>404.html</Key>${more}</ErrorDocument>`;
const rule = (condition: string, redirect: string, number = 1): string =>
  `<RoutingRule><RuleNumber>${number}</RuleNumber><Condition>${condition}</Condition>` +
  `<Redirect>${redirect}</Redirect></RoutingRule>`;
const rules = (...all: readonly string[]): string => `<RoutingRules>${all.join("")}</RoutingRules>`;

async function pages(): Promise<void> {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await put("/index.html", "root");
  await put("/docs/index.html", "docs");
  await put("/404.html", "not there");
  await put("/a.txt", "a");
}

describe("a website", () => {
  test("answers the root and folders with the index page", async () => {
    await pages();
    await site(index());
    expect(await stranger("GET", "/")).toMatchObject({ status: 200, body: "root" });
    expect(await stranger("GET", "/no/")).toMatchObject({ status: 200, body: "root" });
    expect((await get("/any/folder/")).body).toBe("root");
    // A signed request to the root lists the bucket.
    expect((await get("/")).body).toContain("<ListBucketResult>");
    await site(folders(0));
    expect(await stranger("GET", "/docs/")).toMatchObject({ status: 200, body: "docs" });
    expect(await stranger("HEAD", "/docs/")).toMatchObject({ status: 200 });
    expect((await stranger("GET", "/no/")).code).toBe("NoSuchKey");
  });

  test.each([
    [0, 302],
    [1, 404],
    [2, 200],
  ])("of type %i answers a folder without its slash with %i", async (type, status) => {
    await pages();
    await site(folders(type));
    const answer = await stranger("GET", "/docs");
    expect(answer.status).toBe(status);
    expect(answer.headers["location"]).toBe(type === 0 ? "/bucket/docs/" : undefined);
    expect((await stranger("GET", "/nothing")).status).toBe(404);
  });

  test("answers a missing key with the error page, without a signature", async () => {
    await pages();
    await site(index() + error());
    const range = { range: "bytes=0-1" };
    expect(await stranger("GET", "/missing", range)).toMatchObject({
      status: 404,
      body: "not there",
    });
    expect((await get("/missing")).code).toBe("NoSuchKey");
    await site(error("<HttpStatus>200</HttpStatus>"));
    expect(await stranger("GET", "/missing")).toMatchObject({ status: 200, body: "not there" });
    await remove("/404.html");
    expect((await stranger("GET", "/missing")).code).toBe("NoSuchKey");
  });

  test("answers the root with parameters that mean nothing, and with HEAD", async () => {
    await pages();
    await site(folders(0));
    expect((await stranger("GET", "/?utm_source=x")).body).toBe("root");
    expect((await stranger("HEAD", "/")).status).toBe(200);
    expect((await stranger("GET", "/?prefix=a")).code).toBe("AccessDenied");
    const moved = await stranger("GET", "/docs?a=b");
    expect(moved.headers["location"]).toBe("/bucket/docs/?a=b");
  });

  test("a signed HEAD of a missing key gets 404", async () => {
    await pages();
    await site(folders(0));
    expect((await head("/docs")).status).toBe(404);
    expect((await head("/docs/")).status).toBe(404);
    expect((await get("/docs")).code).toBe("NoSuchKey");
  });

  test("answers a missing key with 404 when its error page is private", async () => {
    await pages();
    await put("/404.html", "secret", { "x-oss-object-acl": "private" });
    await site(error());
    expect(await stranger("GET", "/missing")).toMatchObject({ status: 404, code: "NoSuchKey" });
  });

  test("serves objects that exist as before, and no private ones", async () => {
    await pages();
    await site(index() + error());
    expect((await stranger("GET", "/a.txt")).body).toBe("a");
    expect((await stranger("GET", "/a.txt", { range: "bytes=0-0" })).status).toBe(206);
    await put("/index.html", "secret", { "x-oss-object-acl": "private" });
    expect((await stranger("GET", "/")).code).toBe("AccessDenied");
    await remove("?website");
    expect((await stranger("GET", "/")).code).toBe("AccessDenied");
  });
});

describe("a routing rule", () => {
  const locationOf = async (path: string, headers = {}): Promise<string | undefined> =>
    (await stranger("GET", path, headers)).headers["location"];

  test("redirects the keys of its prefix and suffix, by number", async () => {
    await pages();
    const to = (host: string): string => `<Protocol>https</Protocol><HostName>${host}</HostName>`;
    const prefix = "<KeyPrefixEquals>old/</KeyPrefixEquals>";
    await site(
      rules(
        rule(prefix, `${to("b.com")}<HttpRedirectCode>307</HttpRedirectCode>`, 2),
        rule(`${prefix}<KeySuffixEquals>.txt</KeySuffixEquals>`, to("a.com"), 1),
      ),
    );
    expect(await locationOf("/old/1.txt")).toBe("https://a.com/old/1.txt");
    expect((await stranger("GET", "/old/1.txt")).status).toBe(301);
    expect(await locationOf("/old/1%20.png?q=1")).toBe("https://b.com/old/1%20.png");
    expect((await stranger("GET", "/old/1.png")).status).toBe(307);
    expect(await locationOf("/a.txt")).toBeUndefined();
  });

  test("replaces the prefix or the key, and passes the query on", async () => {
    const pass = "<PassQueryString>true</PassQueryString>";
    const by = (replace: string): string => `<HostName>h</HostName>${replace}${pass}`;
    const prefix = "<KeyPrefixEquals>abc/</KeyPrefixEquals>";
    await site(rules(rule(prefix, by("<ReplaceKeyPrefixWith>def/</ReplaceKeyPrefixWith>"))));
    expect(await locationOf("/abc/test.txt?a=b")).toBe("http://h/def/test.txt?a=b");
    await site(rules(rule(prefix, by("<EnableReplacePrefix>true</EnableReplacePrefix>"))));
    expect(await locationOf("/abc/test.txt")).toBe("http://h/test.txt");
    await site(rules(rule(prefix, by("<ReplaceKeyWith>p/${key}.x</ReplaceKeyWith>"))));
    expect(await locationOf("/abc/test.txt")).toBe("http://h/p/abc/test.txt.x");
  });

  test("acts on an error, or on headers of the request", async () => {
    await pages();
    const missing = "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>";
    const header = "<IncludeHeader><Key>x-from</Key><StartsWith>app</StartsWith></IncludeHeader>";
    await site(
      error() +
        rules(
          rule(missing, "<HostName>m</HostName>", 1),
          rule(header, "<HostName>h</HostName>", 2),
        ),
    );
    expect(await locationOf("/missing")).toBe("http://m/missing");
    expect(await locationOf("/a.txt", { "x-from": "application" })).toBe("http://h/a.txt");
    expect(await locationOf("/a.txt", { "x-from": "other" })).toBeUndefined();
  });

  test("without a host stays in the website", async () => {
    await pages();
    const prefix = "<KeyPrefixEquals>old/</KeyPrefixEquals>";
    const cut = "<EnableReplacePrefix>true</EnableReplacePrefix>";
    await site(rules(rule(prefix, `<HostName></HostName>${cut}`)));
    expect(await locationOf("/old/evil.com/x")).toBe("/bucket/evil.com/x");
    await site(rules(rule(prefix, "<ReplaceKeyWith>//evil.com/${key}</ReplaceKeyWith>")));
    expect(await locationOf("/old/x")).toBe("/bucket/evil.com/old/x");
    await site(
      rules(rule(prefix, "<HostName>h</HostName><PassQueryString>true</PassQueryString>")),
    );
    expect(await locationOf("/old/q?a=1?b=2")).toBe("http://h/old/q?a=1?b=2");
  });

  test("of the type Internal serves another key", async () => {
    await pages();
    const internal = "<RedirectType>Internal</RedirectType><ReplaceKeyWith>a.txt</ReplaceKeyWith>";
    await site(rules(rule("<KeyPrefixEquals>x</KeyPrefixEquals>", internal)));
    expect(await stranger("GET", "/x1")).toMatchObject({ status: 200, body: "a" });
  });
});

const prefixed = "<KeyPrefixEquals>a</KeyPrefixEquals>";
test.each([
  ["no element", "", "MalformedXML"],
  ["an unknown status", error("<HttpStatus>test</HttpStatus>"), "InvalidArgument"],
  ["an unknown type", index("<Type>3</Type>"), "InvalidArgument"],
  [
    "a rule without a number",
    rules(rule(prefixed, "<HostName>h</HostName>", 0)),
    "InvalidArgument",
  ],
  [
    "two rules of one number",
    rules(rule(prefixed, "<HostName>h</HostName>").repeat(2)),
    "InvalidArgument",
  ],
  [
    "a host with a line break",
    rules(rule(prefixed, "<HostName>h&#10;x</HostName>")),
    "InvalidArgument",
  ],
  [
    "a status that is no redirect",
    rules(rule(prefixed, "<HostName>h</HostName><HttpRedirectCode>200</HttpRedirectCode>")),
    "InvalidArgument",
  ],
  [
    "a header without a name",
    rules(rule("<IncludeHeader><Equals>x</Equals></IncludeHeader>", "<HostName>h</HostName>")),
    "InvalidArgument",
  ],
  ["a host that is none", rules(rule(prefixed, "<HostName>h:99999</HostName>")), "InvalidArgument"],
  [
    "a redirect to nowhere",
    rules(rule(prefixed, "<PassQueryString>true</PassQueryString>")),
    "InvalidArgument",
  ],
  [
    "two replacements",
    rules(
      rule(
        prefixed,
        "<ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith>",
      ),
    ),
    "InvalidArgument",
  ],
])("refuses %s, and keeps the old document", async (_what, content, code) => {
  await site(error());
  expect(await site(content)).toMatchObject({ status: 400, code });
  expect((await get("?website")).body).toContain("<Key>404.html</Key>");
});

test("refuses mirroring by name", async () => {
  const mirror = "<RedirectType>Mirror</RedirectType><MirrorURL>http://a.com/</MirrorURL>";
  const answer = await site(rules(rule(prefixed, mirror)));
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
  expect(answer.body).toContain("Mirroring");
});
