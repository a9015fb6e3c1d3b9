// PutBucketLifecycle: what the SDKs' suites send, and what is refused. The rules act in
// maintenance/lifecycle.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, ask } = modelBucket();

interface Parts {
  readonly id?: string;
  readonly prefix?: string;
  readonly status?: string;
}

const rule = (content: string, { id, prefix = "a", status = "Enabled" }: Parts = {}): string =>
  `<Rule>${id === undefined ? "" : `<ID>${id}</ID>`}<Prefix>${prefix}</Prefix>` +
  `<Status>${status}</Status>${content}</Rule>`;
const put1 = (rules: string, headers = {}) =>
  put("?lifecycle", `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`, headers);
const expire = (days: number): string => `<Expiration><Days>${days}</Days></Expiration>`;
const move = (days: number, to: string): string =>
  `<Transition><Days>${days}</Days><StorageClass>${to}</StorageClass></Transition>`;
const noncurrent = (days: number, to: string): string =>
  `<NoncurrentVersionTransition><NoncurrentDays>${days}</NoncurrentDays>` +
  `<StorageClass>${to}</StorageClass></NoncurrentVersionTransition>`;
const abort = "<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>";
const tag = (key: string): string => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`;
const date = "<CreatedBeforeDate>2022-01-01T00:00:00.000Z</CreatedBeforeDate>";
const allow = { "x-oss-allow-same-action-overlap": "true" };

test("stores the rules, and makes an id for a rule without one", async () => {
  expect((await put1(rule(expire(1)))).status).toBe(200);
  expect((await get("?lifecycle")).body).toMatch(/<ID>[0-9a-f-]{36}<\/ID>/);
});

test("reads the older form of an expiration (test of ali-oss)", async () => {
  const older = "<Days>1</Days>";
  expect((await put1(rule(`${older}${expire(2)}`))).status).toBe(200);
  expect((await get("?lifecycle")).body).toContain(expire(2));
  expect((await put1(rule(older))).status).toBe(200);
  expect((await get("?lifecycle")).body).toContain(expire(1));
});

test("returns a document as it was sent", async () => {
  const rules =
    rule(expire(3), { id: "1", prefix: "one" }) +
    rule("<Expiration><Date>2022-10-12T00:00:00.000Z</Date></Expiration>", {
      id: "2",
      prefix: "two",
    }) +
    rule(move(10, "IA") + move(20, "Archive"), { id: "3", prefix: "three", status: "Disabled" });
  await put1(rules);
  expect((await get("?lifecycle")).body).toContain(rules);
});

test.each([
  [
    "a transition and an older date for the removal",
    rule(
      "<Expiration><CreatedBeforeDate>2020-02-17T00:00:00.000Z</CreatedBeforeDate></Expiration>" +
        "<Transition><CreatedBeforeDate>2020-02-18T00:00:00.000Z</CreatedBeforeDate>" +
        "<StorageClass>IA</StorageClass></Transition>",
    ),
  ],
  ["an empty prefix", rule(expire(1), { prefix: "" })],
  [
    "prefixes that only begin alike",
    rule(expire(1), { prefix: "logging-" }) + rule(expire(1), { prefix: "logging1-" }),
  ],
  [
    "noncurrent versions of a bucket without versions",
    rule(noncurrent(12, "IA") + noncurrent(20, "Archive")),
  ],
  ["different actions over the same objects", rule(expire(9)) + rule(abort)],
  ["different tags over the same objects", rule(tag("k") + expire(1)) + rule(tag("l") + expire(2))],
])("accepts %s", async (_what, rules) => {
  const answer = await put1(rules);
  expect(answer.status, answer.body).toBe(200);
});

test("accepts overlapping removals only where the request allows it", async () => {
  const rules = rule(expire(1), { prefix: "p" }) + rule(expire(2), { prefix: "p/q" });
  const refused = await put1(rules);
  expect(refused).toMatchObject({ status: 400, code: "InvalidRequest" });
  expect(refused.body).toContain("<Message>Overlap for same action type Expiration</Message>");
  expect((await put1(rules, allow)).status).toBe(200);
  const aborts = rule(abort, { prefix: "p" }) + rule(abort, { prefix: "p/q" });
  expect((await put1(aborts, allow)).code).toBe("InvalidRequest");
});

test.each([
  ["no rule", "", "MalformedXML"],
  [
    "two rules of one id",
    rule(expire(1), { id: "x" }) + rule(expire(2), { id: "x", prefix: "b" }),
    "InvalidArgument",
  ],
  ["an id that is too long", rule(expire(1), { id: "x".repeat(256) }), "InvalidArgument"],
  [
    "no prefix",
    "<Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>",
    "MalformedXML",
  ],
  ["an unknown status", rule(expire(1), { status: "Invalid" }), "MalformedXML"],
  ["no action", rule(""), "MalformedXML"],
  ["days below one", rule(expire(-30)), "MalformedXML"],
  ["two times", rule(`<Expiration><Days>1</Days>${date}</Expiration>`), "MalformedXML"],
  [
    "a date that is no midnight",
    rule("<Expiration><CreatedBeforeDate>2022-12-08</CreatedBeforeDate></Expiration>"),
    "InvalidArgument",
  ],
  ["a removal before a transition", rule(expire(3) + move(4, "IA")), "InvalidArgument"],
  ["a colder class first", rule(expire(6) + move(5, "IA") + move(2, "Archive")), "InvalidArgument"],
  [
    "colder noncurrent versions first",
    rule(noncurrent(20, "IA") + noncurrent(12, "Archive")),
    "InvalidArgument",
  ],
  ["a transition to Standard", rule(move(3, "Standard")), "InvalidArgument"],
  [
    "days and dates of one object",
    rule(
      "<Expiration><CreatedBeforeDate>2022-01-01T00:00:00.000Z</CreatedBeforeDate></Expiration>" +
        move(1, "IA"),
    ),
    "InvalidRequest",
  ],
  [
    "an order that two rules break",
    rule(move(120, "IA"), { prefix: "t" }) + rule(move(60, "Archive"), { prefix: "t/l" }),
    "InvalidArgument",
  ],
  ["a tag beside an abort", rule(tag("k") + abort), "InvalidArgument"],
  ["a tag that occurs twice", rule(tag("k") + tag("k") + expire(1)), "InvalidArgument"],
  [
    "sizes in the wrong order",
    rule(
      "<Filter><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan>" +
        "<ObjectSizeLessThan>8</ObjectSizeLessThan></Filter>" +
        expire(1),
    ),
    "InvalidArgument",
  ],
  [
    "a size of uploads",
    rule(`<Filter><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan></Filter>${abort}`),
    "InvalidArgument",
  ],
  [
    "a Not outside of its prefix",
    rule(`<Filter><Not><Prefix>b</Prefix></Not></Filter>${expire(1)}`),
    "InvalidArgument",
  ],
  [
    "an element that OSS only returns",
    rule("<AtimeBase>1631698332</AtimeBase>" + expire(1)),
    "MalformedXML",
  ],
])("refuses %s", async (_what, rules, code) => {
  await put1(rule(expire(7), { id: "kept" }));
  expect(await put1(rules)).toMatchObject({ status: 400, code });
  expect((await get("?lifecycle")).body).toContain("<ID>kept</ID>");
});

test("refuses rules by the last access where it is not tracked", async () => {
  const last = move(1, "IA").replace(
    "</Transition>",
    "<IsAccessTime>true</IsAccessTime></Transition>",
  );
  expect(await put1(rule(last))).toMatchObject({ status: 400, code: "MalformedXML" });
  expect((await put1(rule(last.replace("true", "false")))).status).toBe(200);
  expect((await get("?lifecycle")).body).toContain("<IsAccessTime>false</IsAccessTime>");
});

test("reports a missing bucket first", async () => {
  const body = "<LifecycleConfiguration></LifecycleConfiguration>";
  const answer = await ask({ method: "PUT", path: "/missing?lifecycle", body });
  expect(answer).toMatchObject({ status: 404, ec: "0015-00000101" });
});
