// PutBucketReferer: what is stored, and which requests it lets in.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const model = modelBucket();
const { get, put } = model;

interface Lists {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly more?: string;
  readonly empty?: boolean;
}

const list = (name: string, patterns: readonly string[]): string =>
  `<${name}>${patterns.map((one) => `<Referer>${one}</Referer>`).join("")}</${name}>`;

const configure = ({ allow = [], deny, more = "", empty = true }: Lists) =>
  put(
    "?referer",
    `<RefererConfiguration><AllowEmptyReferer>${empty}</AllowEmptyReferer>${more}` +
      `${list("RefererList", allow)}${deny === undefined ? "" : list("RefererBlacklist", deny)}` +
      "</RefererConfiguration>",
  );

test("stores the document", async () => {
  const more = "<TruncatePath>true</TruncatePath>";
  await configure({
    allow: ["https://*.example.com"],
    deny: ["http://bad.com"],
    more,
    empty: false,
  });
  const { body } = await get("?referer");
  expect(body).toContain("<AllowEmptyReferer>false</AllowEmptyReferer>");
  expect(body).toContain(more + list("RefererList", ["https://*.example.com"]));
  expect(body).toContain(list("RefererBlacklist", ["http://bad.com"]));
});

test.each([
  [list("RefererList", ["a"]), "MalformedXML"],
  [`<AllowEmptyReferer>maybe</AllowEmptyReferer>${list("RefererList", [])}`, "MalformedXML"],
  [`<AllowEmptyReferer>true</AllowEmptyReferer>${list("RefererList", ["a b"])}`, "InvalidArgument"],
  [
    `<AllowEmptyReferer>true</AllowEmptyReferer>${list("RefererList", ["a".repeat(20_481)])}`,
    "InvalidArgument",
  ],
])("refuses %s with %s", async (content, code) => {
  const answer = await put("?referer", `<RefererConfiguration>${content}</RefererConfiguration>`);
  expect(answer).toMatchObject({ status: 400, code });
});

test("judges anonymous requests for objects, but none signed in its header", async () => {
  await put("/open", "x", { "x-oss-object-acl": "public-read" });
  await configure({ allow: ["https://www.example.com"], empty: false });
  const from = (referer: string): Promise<{ readonly status: number; readonly body: string }> =>
    model.stranger("GET", "/open", { referer });
  expect((await from("https://www.example.com/page")).status).toBe(200);
  const refused = await from("https://other.example.com/");
  expect(refused).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(refused.body).toContain("<Message>You are denied by bucket referer policy.</Message>");
  expect(refused.body).toContain("<EC>0003-00000503</EC>");
  expect((await model.stranger("GET", "/open")).body).toContain("<EC>0003-00000501</EC>");
  expect((await get("/open")).status).toBe(200);
  expect((await model.stranger("OPTIONS", "/open", preflight)).body).not.toContain("referer");
  // An empty pattern clears the list.
  await configure({ allow: [""] });
  expect((await from("https://other.example.com/")).status).toBe(200);
});

const preflight = { origin: "https://a.com", "access-control-request-method": "GET" };
