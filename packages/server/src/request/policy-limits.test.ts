// Policies also bind upload forms, temporary keys, deletions of many keys, guesses, groups, copies,
// and requests through the console's /store.
import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Credentials, signHeaders } from "@ossicle/protocol";
import { beforeEach, expect, test } from "vitest";
import { addAccessKey } from "../accounts/access-keys.ts";
import { principalsOf } from "../accounts/principals.ts";
import { issueTemporaryKey } from "../accounts/session-token.ts";
import { mayForwardBy } from "../admin/may-forward.ts";
import { sharedGuessMs } from "../objects/buckets/bucket-hints.ts";
import {
  type ModelAnswer,
  modelCredentials,
  type ModelPipeline,
  modelPipeline,
  type ModelRequest,
} from "../testing/model-pipeline.ts";

let pipeline: ModelPipeline;
let key: Credentials;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  await put("a/k", {});
  await users().add("app", { note: "" });
  key = await newKey();
});

const users = () => principalsOf(pipeline.metadata, "user", () => pipeline.clock.ms);
const groups = () => principalsOf(pipeline.metadata, "group", () => pipeline.clock.ms);
const newKey = (): Promise<Credentials> =>
  addAccessKey(pipeline.metadata, pipeline.services.accounts.box, {
    nowMs: pipeline.clock.ms,
    note: "",
    user: "app",
  });
const ask = (request: ModelRequest): Promise<ModelAnswer> =>
  pipeline.ask({ ...request, credentials: key });
const put = (name: string, headers: Readonly<Record<string, string>>): Promise<ModelAnswer> =>
  pipeline.ask({ method: "PUT", path: `/bucket/${name}`, body: "x", headers });
const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: "1",
    Statement: statements.map((one) => ({ Effect: "Allow", Resource: "*", ...one })),
  });
const setBucketPolicy = (...statements: readonly object[]): Promise<ModelAnswer> =>
  pipeline.ask({ method: "PUT", path: "/bucket?policy", body: policyOf(...statements) });
const lockedBy = (action: string): object => ({
  Effect: "Deny",
  Action: action,
  Condition: { StringEquals: { "oss:ExistingObjectTag/lock": "yes" } },
});
const lock = { "x-oss-tagging": "lock=yes" };
const deletion = (name: string): ModelRequest => ({
  method: "POST",
  path: "/bucket?delete",
  body: `<Delete><Object><Key>${name}</Key></Object></Delete>`,
});

/** A temporary key of the account, as a session of the role `ci`. */
function session(policy?: string, at: ModelPipeline = pipeline): Credentials {
  return issueTemporaryKey(at.services.accounts.box, {
    parent: modelCredentials.accessKeyId,
    arn: "acs:ram::1234567890123456:role/ci/job",
    endsMs: at.clock.ms + 3_600_000,
    policy,
  });
}

test("a condition on an upload form tests the form's own field", async () => {
  const Condition = { StringLike: { "oss:x-oss-object-acl": "public-*" } };
  await users().setPolicy(
    "app",
    "p",
    policyOf({ Action: "oss:*" }, { Effect: "Deny", Action: "oss:Put*", Condition }),
  );
  expect((await form({ key: "f", "x-oss-object-acl": "private" })).status).toBe(204);
  expect((await form({ key: "f", "x-oss-object-acl": "public-read" })).status).toBe(403);
});

function form(fields: Readonly<Record<string, string>>): Promise<ModelAnswer> {
  const expiration = new Date(pipeline.clock.ms + 60_000).toISOString();
  const conditions = [["content-length-range", 0, 1_000]];
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  const Signature = createHmac("sha1", key.accessKeySecret).update(policy).digest("base64");
  const all = { ...fields, OSSAccessKeyId: key.accessKeyId, policy, Signature };
  const part = (head: string, content: string): string =>
    `--b\r\nContent-Disposition: form-data; name=${head}\r\n\r\n${content}\r\n`;
  const body = Object.entries(all).map(([name, value]) => part(`"${name}"`, value));
  return pipeline.askRaw({
    method: "POST",
    path: "/bucket",
    body: `${body.join("")}${part('"file"; filename="f"', "x")}--b--\r\n`,
    headers: { "content-type": "multipart/form-data; boundary=b" },
  });
}

test("a session's condition on tags holds for deletions of many keys", async () => {
  await put("locked", lock);
  const credentials = session(policyOf({ Action: "oss:*" }, lockedBy("oss:Delete*")));
  expect((await pipeline.ask({ ...deletion("locked"), credentials })).status).toBe(403);
  expect((await pipeline.ask({ ...deletion("a/k"), credentials })).status).toBe(200);
  expect((await pipeline.ask({ method: "GET", path: "/bucket/locked" })).status).toBe(200);
});

test("a session's condition on tags holds for an upload to a guessed bucket", async () => {
  const here = await modelPipeline({ guessForMs: sharedGuessMs });
  const putHere = (request: Partial<ModelRequest>): Promise<ModelAnswer> =>
    here.ask({ method: "PUT", path: "/bucket/locked", ...request });
  await putHere({ path: "/bucket" });
  await putHere({ body: "old", headers: lock });
  const credentials = session(policyOf({ Action: "oss:*" }, lockedBy("oss:Put*")), here);
  expect((await putHere({ body: "new", credentials })).status).toBe(403);
  expect((await here.ask({ method: "GET", path: "/bucket/locked" })).body).toBe("old");
});

test("a temporary key cannot remove the policy that denies it", async () => {
  const Principal = ["arn:sts::1234567890123456:assumed-role/ci/*"];
  await setBucketPolicy({ Effect: "Deny", Action: "oss:*", Principal });
  const credentials = session();
  const remove = { method: "DELETE", path: "/bucket?policy" };
  expect((await pipeline.ask({ ...remove, credentials })).status).toBe(403);
  await setBucketPolicy({ Effect: "Deny", Action: "oss:GetObject", Principal: "*" });
  const read = { method: "GET", path: "/bucket/a/k" };
  expect((await pipeline.ask({ ...read, credentials })).status).toBe(403);
  expect((await pipeline.ask(read)).status).toBe(200);
});

test.each(["acs:AccessId", "acs:SourceVpc"])(
  "a public access block is not evaded by an empty %s",
  async (name) => {
    const Condition = { StringEquals: { [name]: "" } };
    await setBucketPolicy({ Action: "oss:GetObject", Principal: "*", Condition });
    const read = { method: "GET", path: "/bucket/a/k", anonymous: true };
    expect((await pipeline.ask(read)).status).toBe(200);
    const body =
      "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess>" +
      "</PublicAccessBlockConfiguration>";
    await pipeline.ask({ method: "PUT", path: "/bucket?publicAccessBlock", body });
    expect((await pipeline.ask(read)).status).toBe(403);
  },
);

test("a new group does not inherit the members of a removed group of the same name", async () => {
  await groups().add("staff", { note: "" });
  await users().setGroups("app", ["staff"]);
  await groups().remove("staff");
  await groups().add("staff", { note: "" });
  await groups().setPolicy("staff", "all", policyOf({ Action: "oss:*" }));
  expect((await ask({ method: "GET", path: "/bucket/a/k" })).status).toBe(403);
});

test("a requester-pays bucket stays closed to anonymous readers", async () => {
  await setBucketPolicy({ Action: "oss:GetObject", Principal: "*" });
  const payment =
    "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>";
  await pipeline.ask({ method: "PUT", path: "/bucket?requestPayment", body: payment });
  const answer = await pipeline.ask({ method: "GET", path: "/bucket/a/k", anonymous: true });
  expect(answer).toMatchObject({ status: 403, ec: "0003-00000701" });
});

test("the only version of a bucket without versions is judged as an object", async () => {
  await users().setPolicy(
    "app",
    "p",
    policyOf({ Action: "oss:*" }, { Effect: "Deny", Action: "oss:GetObject" }),
  );
  expect((await ask({ method: "GET", path: "/bucket/a/k?versionId=null" })).status).toBe(403);
});

test("a copy that takes tags along needs the permissions for them", async () => {
  await put("tagged", { "x-oss-tagging": "approved=yes" });
  const actions = ["oss:GetObject", "oss:PutObject"];
  await users().setPolicy("app", "p", policyOf({ Action: actions }));
  const copy = (headers: object): ModelRequest => ({
    method: "PUT",
    path: "/bucket/copy",
    headers: { "x-oss-copy-source": "/bucket/tagged", ...headers },
  });
  expect((await ask(copy({}))).status).toBe(403);
  expect((await ask(copy({ "x-oss-tagging-directive": "Replace" }))).status).toBe(200);
  const tagging = ["oss:GetObjectTagging", "oss:PutObjectTagging"];
  await users().setPolicy("app", "p", policyOf({ Action: [...actions, ...tagging] }));
  expect((await ask(copy({}))).status).toBe(200);
});

test("a user that an ACL lets in does not read a hidden version", async () => {
  await pipeline.ask({
    method: "PUT",
    path: "/bucket?acl",
    headers: { "x-oss-acl": "public-read" },
  });
  const id = "0".repeat(24);
  const asked = await ask({ method: "GET", path: `/bucket/a/k?versionId=${id}` });
  const stranger = { method: "GET", path: `/bucket/a/k?versionId=${id}`, anonymous: true };
  expect(asked.status).toBe((await pipeline.ask(stranger)).status);
});

test("a removal beside another change is repeated until it is done", async () => {
  let isFirst = true;
  const { metadata } = pipeline;
  const racing = {
    getMany: metadata.getMany.bind(metadata),
    scan: metadata.scan.bind(metadata),
    close: metadata.close.bind(metadata),
    commit: async (commit: Parameters<typeof metadata.commit>[0]) => {
      if (isFirst) {
        isFirst = false;
        await users().setPolicy("app", "p", policyOf({ Action: "oss:*" }));
      }
      return metadata.commit(commit);
    },
  };
  await principalsOf(racing, "user", () => pipeline.clock.ms).remove("app");
  expect(await users().list()).toEqual([]);
});

test.each([
  "x-oss-security-token header",
  "security-token header",
  "security-token query",
  "security-token query behind another question mark",
])(
  "a temporary key with a policy and its token in the %s cannot send requests through /store",
  async (how) => {
    const { accessKeyId, accessKeySecret, securityToken = "" } = session(policyOf({ Action: "*" }));
    const [name = "", place] = how.split(" ");
    const before = how.includes("behind") ? "x=?&" : "";
    const query = place === "query" ? [{ name, value: securityToken }] : [];
    const own = place === "query" ? [] : [[name, securityToken] as const];
    const signed = await signHeaders(
      { method: "GET", resource: "/bucket/a/k", query, headers: own },
      {
        credentials: { accessKeyId, accessKeySecret },
        version: "V4",
        region: "cn-hangzhou",
        now: new Date(pipeline.clock.ms),
      },
    );
    const headers = Object.fromEntries(
      [...own, ...signed].map(([one, value]) => [one.toLowerCase(), value]),
    );
    const url =
      place === "query"
        ? `/store/bucket/a/k?${before}${name}=${securityToken}`
        : "/store/bucket/a/k";
    // The decision reads nothing else of the request.
    const asked = { headers, url } as unknown as IncomingMessage;
    expect(await mayForwardBy(pipeline.services.accounts)(asked)).toMatchObject({ status: 403 });
  },
);

test("a user's key cannot send requests through /store", async () => {
  const scope = "20261122/r/oss/aliyun_v4_request";
  const authorization = `OSS4-HMAC-SHA256 Credential=${key.accessKeyId}/${scope}`;
  const asked = { headers: { authorization }, url: "/store/bucket" } as unknown as IncomingMessage;
  expect(await mayForwardBy(pipeline.services.accounts)(asked)).toMatchObject({ status: 403 });
});

test("a user may send lists and logs only to keys that a policy allows", async () => {
  const setUp = [{ Action: ["oss:PutBucketInventory", "oss:PutBucketLogging"] }];
  const allowed = (place: string): Promise<unknown> =>
    users().setPolicy(
      "app",
      "p",
      policyOf(...setUp, { Action: "oss:PutObject", Resource: `acs:oss:*:*:bucket/${place}` }),
    );
  const inventory = (prefix: string): Promise<ModelAnswer> =>
    ask({
      method: "PUT",
      path: "/bucket?inventory&inventoryId=i",
      body:
        "<InventoryConfiguration><Id>i</Id><IsEnabled>true</IsEnabled><Destination>" +
        "<OSSBucketDestination><Format>CSV</Format><AccountId>1</AccountId><RoleArn>r</RoleArn>" +
        `<Bucket>acs:oss:::bucket</Bucket>${prefix}</OSSBucketDestination></Destination>` +
        "<Schedule><Frequency>Daily</Frequency></Schedule>" +
        "<IncludedObjectVersions>All</IncludedObjectVersions></InventoryConfiguration>",
    });
  const log = (): Promise<ModelAnswer> =>
    ask({
      method: "PUT",
      path: "/bucket?logging",
      body:
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>bucket</TargetBucket>" +
        "<TargetPrefix>to/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>",
    });
  await allowed("list");
  expect((await inventory("")).code).toBe("AccessDenied");
  await allowed("bucket/i/data/*");
  expect((await inventory("")).code).toBe("AccessDenied");
  await allowed("bucket/i/*");
  expect((await inventory("")).status).toBe(200);
  await allowed("to/log");
  expect((await log()).code).toBe("AccessDenied");
  await allowed("to/bucket2*");
  expect((await log()).status).toBe(200);
});
