// Several accounts in a store: each owns its buckets. Others may do in them what bucket policies
// and ACLs allow, and no policy of their own.
import { type Credentials, signQuery } from "@ossicle/protocol";
import { beforeEach, expect, test } from "vitest";
import { addAccessKey, listAccessKeys } from "../accounts/access-keys.ts";
import { OperatorError } from "../accounts/change-principal.ts";
import { type Principals, principalsOf } from "../accounts/principals.ts";
import { issueTemporaryKey } from "../accounts/session-token.ts";
import { commitOnce } from "../objects/records/commit.ts";
import { sharedGuessMs } from "../objects/buckets/bucket-hints.ts";
import type { PrincipalKind } from "../objects/records/server-records.ts";
import {
  type ModelAnswer,
  type ModelPipeline,
  modelPipeline,
  type ModelRequest,
} from "../testing/model-pipeline.ts";

let pipeline: ModelPipeline;
let key: Credentials;
let partner: string;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/ours" });
  await pipeline.ask({ method: "PUT", path: "/ours/k", body: "x" });
  ({ id: partner } = await principals("account").add("partner", { note: "" }));
  key = await newKey({ account: "partner" });
});

const principals = (kind: PrincipalKind): Principals =>
  principalsOf(pipeline.metadata, kind, () => pipeline.clock.ms);
const newKey = (owner: { user?: string; account?: string }): Promise<Credentials> =>
  addAccessKey(pipeline.metadata, pipeline.services.accounts.box, {
    nowMs: pipeline.clock.ms,
    note: "",
    ...owner,
  });
const asPartner = (request: ModelRequest): Promise<ModelAnswer> =>
  pipeline.ask({ credentials: key, ...request });
const read = { method: "GET", path: "/ours/k" };
const makeTheirs = (): Promise<ModelAnswer> => asPartner({ method: "PUT", path: "/theirs" });
const policyOf = (statement: object): string =>
  JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Resource: "*", ...statement }] });
const letIn = (principal: string, bucket = "ours"): Promise<ModelAnswer> =>
  pipeline.ask({
    method: "PUT",
    path: `/${bucket}?policy`,
    body: policyOf({ Action: "oss:*", Principal: [principal] }),
  });
const requesterPays = (): Promise<ModelAnswer> =>
  pipeline.ask({
    method: "PUT",
    path: "/ours?requestPayment",
    body: "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
  });

test("each account lists and owns its own buckets", async () => {
  expect((await makeTheirs()).status).toBe(200);
  const list = await asPartner({ method: "GET", path: "/" });
  expect(list.body).toContain("<Name>theirs</Name>");
  expect(list.body).not.toContain("<Name>ours</Name>");
  expect(list.body).toContain(`<Owner><ID>${partner}</ID><DisplayName>${partner}</DisplayName>`);
  expect((await pipeline.ask({ method: "GET", path: "/" })).body).not.toContain("theirs");
  await asPartner({ method: "PUT", path: "/theirs/k", body: "y" });
  for (const path of ["/theirs?acl", "/theirs/k?acl", "/theirs?bucketInfo", "/theirs"]) {
    expect((await asPartner({ method: "GET", path })).body).toContain(`<ID>${partner}</ID>`);
  }
});

test("a bucket of another account is closed, and its name is taken", async () => {
  const refused = {
    status: 403,
    code: "AccessDenied",
    ec: "0003-00000001",
    body: expect.stringContaining("The bucket you access does not belong to you.") as string,
  };
  for (const path of ["/ours", "/ours?cors", "/ours?policy", "/ours?uploads"]) {
    expect(await asPartner({ method: "GET", path })).toMatchObject(refused);
  }
  expect(await asPartner({ method: "DELETE", path: "/ours" })).toMatchObject(refused);
  expect(await asPartner(read)).toMatchObject({ status: 403, ec: "0003-00000001" });
  expect(await asPartner({ method: "GET", path: "/ours/k?acl" })).toMatchObject({
    ec: "0003-00000007",
  });
  const acl = { "x-oss-object-acl": "public-read" };
  expect(await asPartner({ method: "PUT", path: "/ours/k?acl", headers: acl })).toMatchObject({
    ec: "0003-00000008",
  });
  const taken = { status: 409, code: "BucketAlreadyExists" };
  expect(await asPartner({ method: "PUT", path: "/ours" })).toMatchObject(taken);
  const headers = { "x-oss-acl": "private" };
  expect(await asPartner({ method: "PUT", path: "/ours?acl", headers })).toMatchObject(taken);
  expect(await asPartner({ method: "GET", path: "/nothing" })).toMatchObject({
    code: "NoSuchBucket",
  });
});

test("the store's own account has no rights in the buckets of others", async () => {
  await makeTheirs();
  await asPartner({ method: "PUT", path: "/theirs/k", body: "y" });
  expect((await pipeline.ask({ method: "GET", path: "/theirs/k" })).status).toBe(403);
  expect((await pipeline.ask({ method: "DELETE", path: "/theirs" })).status).toBe(403);
  await asPartner({ method: "PUT", path: "/theirs?acl", headers: { "x-oss-acl": "public-read" } });
  expect((await pipeline.ask({ method: "GET", path: "/theirs/k" })).body).toBe("y");
  expect((await pipeline.ask({ method: "PUT", path: "/theirs/k", body: "z" })).status).toBe(403);
});

test("`authenticated-read` lets every account read, and no anonymous client", async () => {
  const headers = { "x-oss-acl": "authenticated-read" };
  await pipeline.ask({ method: "PUT", path: "/ours?acl", headers });
  expect((await asPartner(read)).body).toBe("x");
  expect((await asPartner({ ...read, method: "DELETE" })).status).toBe(403);
  expect((await pipeline.ask({ ...read, anonymous: true })).status).toBe(403);
  const { body } = await pipeline.ask({ method: "GET", path: "/ours?bucketInfo" });
  expect(body).toContain("<Grant>authenticated-read</Grant>");
});

test("a bucket policy opens a bucket to another account, and not to its users", async () => {
  await principals("user").add("app", { note: "", account: "partner" });
  const app = await newKey({ user: "app" });
  await letIn(partner);
  expect((await asPartner(read)).body).toBe("x");
  const written = await asPartner({ method: "PUT", path: "/ours/new", body: "n" });
  expect(written.status).toBe(200);
  const listed = await pipeline.ask({ method: "GET", path: "/ours" });
  expect(listed.body).not.toContain(partner);
  expect(await asPartner({ method: "PUT", path: "/ours" })).toMatchObject({
    code: "BucketAlreadyExists",
  });
  await principals("user").setPolicy("app", "all", policyOf({ Action: "oss:*" }));
  expect((await asPartner({ ...read, credentials: app })).status).toBe(403);
});

test("a user's policies hold in the buckets of its own account only", async () => {
  await makeTheirs();
  await principals("user").add("app", { note: "", account: "partner" });
  const credentials = await newKey({ user: "app" });
  const write = { method: "PUT", path: "/theirs/k", body: "y", credentials };
  expect((await asPartner(write)).status).toBe(403);
  await principals("user").setPolicy("app", "all", policyOf({ Action: "oss:*" }));
  expect((await asPartner(write)).status).toBe(200);
  expect((await asPartner({ ...read, credentials })).status).toBe(403);
  await letIn("*");
  expect((await asPartner({ ...read, credentials })).status).toBe(200);
  const deny = policyOf({ Effect: "Deny", Action: "oss:GetObject" });
  await principals("user").setPolicy("app", "deny", deny);
  expect((await asPartner({ ...read, credentials })).status).toBe(403);
});

test("the groups of a user belong to its account", async () => {
  await principals("user").add("app", { note: "", account: "partner" });
  await principals("group").add("ours", { note: "" });
  await principals("group").add("theirs", { note: "", account: "partner" });
  await expect(principals("user").setGroups("app", ["ours"])).rejects.toThrow(
    "group ours belongs to another account than app",
  );
  await principals("user").setGroups("app", ["theirs"]);
  await expect(newKey({ user: "app", account: "other" })).rejects.toThrow(OperatorError);
});

test("a copy needs the right to read its source in another account", async () => {
  await makeTheirs();
  const headers = { "x-oss-copy-source": "/ours/k" };
  const copy = { method: "PUT", path: "/theirs/copy", headers };
  expect((await asPartner(copy)).status).toBe(403);
  await letIn(partner);
  expect((await asPartner(copy)).status).toBe(200);
});

test("the encryption keys of the store serve its own account only", async () => {
  await makeTheirs();
  const kms = { "x-oss-server-side-encryption": "KMS" };
  const put = (headers: Readonly<Record<string, string>>) =>
    asPartner({ method: "PUT", path: "/theirs/k", body: "y", headers });
  const answer = await put(kms);
  expect(answer.status).toBe(200);
  const keyId = answer.headers["x-oss-server-side-encryption-key-id"] ?? "";
  const named = { ...kms, "x-oss-server-side-encryption-key-id": keyId };
  expect(await put(named)).toMatchObject({ code: "KeyNotFound" });
  const own = { method: "PUT", path: "/ours/k", body: "y", headers: named };
  expect((await pipeline.ask(own)).status).toBe(200);
});

test("access logs and inventories go to buckets of the same account", async () => {
  await makeTheirs();
  await letIn(partner);
  const body =
    "<BucketLoggingStatus><LoggingEnabled><TargetBucket>ours</TargetBucket></LoggingEnabled>" +
    "</BucketLoggingStatus>";
  expect(await asPartner({ method: "PUT", path: "/theirs?logging", body })).toMatchObject({
    code: "InvalidTargetBucketForLogging",
    ec: "0032-00000008",
  });
});

test("an access log is not written to a bucket that another account took over", async () => {
  await pipeline.ask({ method: "PUT", path: "/logs" });
  const body =
    "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket></LoggingEnabled>" +
    "</BucketLoggingStatus>";
  await pipeline.ask({ method: "PUT", path: "/ours?logging", body });
  await pipeline.ask({ method: "DELETE", path: "/logs" });
  await asPartner({ method: "PUT", path: "/logs" });
  await pipeline.ask(read);
  await pipeline.services.accessLog.write();
  expect((await asPartner({ method: "GET", path: "/logs" })).body).not.toContain("<Key>");
});

test("the block of public access holds for the account that set it", async () => {
  await makeTheirs();
  const open = { method: "PUT", headers: { "x-oss-acl": "public-read" } };
  await asPartner({ ...open, path: "/theirs?acl" });
  await asPartner({ method: "PUT", path: "/theirs/k", body: "y" });
  await pipeline.ask({ ...open, path: "/ours?acl" });
  const body =
    "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess>" +
    "</PublicAccessBlockConfiguration>";
  await asPartner({ method: "PUT", path: "/?publicAccessBlock", body });
  const stranger = (path: string) => pipeline.ask({ method: "GET", path, anonymous: true });
  expect((await stranger("/theirs/k")).status).toBe(403);
  expect((await stranger("/ours/k")).body).toBe("x");
  expect((await pipeline.ask(read)).body).toBe("x");
});

test("where requesters pay, other accounts must agree to it", async () => {
  await letIn(partner);
  await requesterPays();
  const message = "Access denied for requester pay bucket";
  const refused = {
    status: 403,
    code: "AccessDenied",
    ec: "0003-00000703",
    body: expect.stringContaining(message) as string,
  };
  const requests = [
    read,
    { method: "GET", path: "/ours" },
    { method: "GET", path: "/ours?uploads" },
    { method: "PUT", path: "/ours/new", body: "n" },
    { method: "POST", path: "/ours/new?uploads" },
    { method: "PUT", path: "/ours/copy", headers: { "x-oss-copy-source": "/ours/k" } },
    { method: "DELETE", path: "/ours/new" },
    {
      method: "POST",
      path: "/ours?delete",
      body: "<Delete><Object><Key>n</Key></Object></Delete>",
    },
  ];
  const agreed = { "x-oss-request-payer": "requester" };
  for (const request of requests) {
    expect(await asPartner(request)).toMatchObject(refused);
    const wrong = { ...request, headers: { ...agreed, "x-oss-request-payer": "bucketowner" } };
    expect((await asPartner(wrong)).status).toBe(403);
    const headers = { ...("headers" in request ? request.headers : {}), ...agreed };
    const answer = await asPartner({ ...request, headers });
    expect(answer.status, request.path).toBeLessThan(300);
    expect(answer.headers["x-oss-request-charged"]).toBe("requester");
  }
  expect((await asPartner({ method: "GET", path: "/ours?cors" })).code).toBe(
    "NoSuchCORSConfiguration",
  );
  const free = await asPartner({ method: "GET", path: "/ours?bucketInfo" });
  expect([free.status, free.headers["x-oss-request-charged"]]).toEqual([200, undefined]);
  const own = await pipeline.ask({ ...read, headers: agreed });
  expect(own.headers["x-oss-request-charged"]).toBeUndefined();
  expect((await pipeline.ask({ ...read, anonymous: true })).ec).toBe("0003-00000701");
});

test("a signed URL says who pays in its query", async () => {
  await letIn(partner);
  await requesterPays();
  const get = async (query: readonly { name: string; value: string }[]): Promise<ModelAnswer> => {
    const request = { method: "GET", resource: "/ours/k", query, headers: [] };
    const signed = await signQuery(request, {
      credentials: key,
      version: "V4",
      region: "cn-hangzhou",
      now: new Date(pipeline.clock.ms),
      expiresSeconds: 60,
    });
    const text = signed.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("&");
    return pipeline.askRaw({ method: "GET", path: `/ours/k?${text}` });
  };
  expect(await get([])).toMatchObject({ status: 403, ec: "0003-00000702" });
  const answer = await get([{ name: "x-oss-request-payer", value: "requester" }]);
  expect(answer.body).toBe("x");
});

test("a temporary key acts for the account that issued it", async () => {
  await makeTheirs();
  const credentials = issueTemporaryKey(pipeline.services.accounts.box, {
    parent: key.accessKeyId,
    arn: `acs:ram::${partner}:role/app/one`,
    endsMs: pipeline.clock.ms + 900_000,
    policy: undefined,
  });
  expect((await asPartner({ ...read, credentials })).status).toBe(403);
  const write = { method: "PUT", path: "/theirs/k", body: "y", credentials };
  expect((await asPartner(write)).status).toBe(200);
});

test("an upload that guesses its bucket is refused in another account's", async () => {
  const here = await modelPipeline({ guessForMs: sharedGuessMs, beside: pipeline });
  const write = { method: "PUT", path: "/ours/new", body: "n" };
  expect((await here.ask(write)).status).toBe(200);
  expect((await here.ask({ ...write, credentials: key })).status).toBe(403);
});

test("an account is removed with its users and keys, and not while it owns a bucket", async () => {
  await principals("user").add("app", { note: "", account: "partner" });
  await principals("group").add("staff", { note: "", account: "partner" });
  await newKey({ user: "app" });
  const ours = await newKey({});
  await makeTheirs();
  await expect(principals("account").remove("partner")).rejects.toThrow(
    "account partner owns the bucket theirs: delete its buckets first",
  );
  expect((await asPartner({ method: "DELETE", path: "/theirs" })).status).toBe(204);
  await principals("account").remove("partner");
  expect(await asPartner(read)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
  expect(await principals("account").list()).toEqual([]);
  expect(await principals("user").list()).toEqual([]);
  expect(await principals("group").list()).toEqual([]);
  const left = await listAccessKeys(pipeline.metadata);
  expect(left.map(({ accessKeyId }) => accessKeyId)).toEqual([ours.accessKeyId]);
});

test("an account that is being removed creates no bucket", async () => {
  const { metadata, services } = pipeline;
  const account = { id: partner, displayName: partner, name: "partner" };
  const checks = await services.accounts.staying(account);
  await principals("account").remove("partner");
  await principals("account").add("partner", { note: "" });
  const committed = await commitOnce(metadata, { checks, puts: [], deletes: [] });
  expect(committed.ok).toBe(false);
  await expect(services.accounts.staying(account)).rejects.toThrow("is being removed");
});
