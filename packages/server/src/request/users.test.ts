// Users of the account: what their keys may do, by their own policies, their groups, bucket
// policies and ACLs; and what their temporary keys may do.
import { createHmac } from "node:crypto";
import { type Credentials, stringToSignRpc } from "@ossicle/protocol";
import { beforeEach, expect, test } from "vitest";
import { addAccessKey, listAccessKeys } from "../accounts/access-keys.ts";
import { OperatorError } from "../accounts/change-principal.ts";
import { principalsOf } from "../accounts/principals.ts";
import { sweepAll } from "../testing/model-sweep.ts";
import {
  type ModelAnswer,
  type ModelPipeline,
  modelPipeline,
  type ModelRequest,
} from "../testing/model-pipeline.ts";

let pipeline: ModelPipeline;
let key: Credentials;
let userId: string;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  await pipeline.ask({ method: "PUT", path: "/bucket/a/k", body: "x" });
  ({ id: userId } = await users().add("app", { note: "an application" }));
  key = await newKey("app");
});

const users = () => principalsOf(pipeline.metadata, "user", () => pipeline.clock.ms);
const groups = () => principalsOf(pipeline.metadata, "group", () => pipeline.clock.ms);
const newKey = (user: string): Promise<Credentials> =>
  addAccessKey(pipeline.metadata, pipeline.services.accounts.box, {
    nowMs: pipeline.clock.ms,
    note: "",
    user,
  });
const ask = (request: ModelRequest): Promise<ModelAnswer> =>
  pipeline.ask({ ...request, credentials: key });
const read = { method: "GET", path: "/bucket/a/k" };
const policyOf = (statement: object): string =>
  JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Resource: "*", ...statement }] });
const setBucketPolicy = (statement: object): Promise<ModelAnswer> =>
  pipeline.ask({ method: "PUT", path: "/bucket?policy", body: policyOf(statement) });

test("a user may do nothing until a policy allows it", async () => {
  expect(await ask(read)).toMatchObject({ status: 403, ec: "0003-00000001" });
  expect(await ask({ method: "GET", path: "/bucket" })).toMatchObject({ ec: "0003-00000202" });
  expect(await ask({ method: "PUT", path: "/mine" })).toMatchObject({ ec: "0003-00000202" });
  expect((await ask({ method: "GET", path: "/" })).status).toBe(403);
  await users().setPolicy("app", "read", policyOf({ Action: "oss:GetObject" }));
  expect((await ask(read)).status).toBe(200);
  expect((await ask({ ...read, method: "DELETE" })).status).toBe(403);
  await users().setPolicy(
    "app",
    "make",
    policyOf({ Action: ["oss:PutBucket", "oss:ListBuckets"] }),
  );
  expect((await ask({ method: "PUT", path: "/mine" })).status).toBe(200);
  expect((await ask({ method: "GET", path: "/" })).body).toContain("<Name>mine</Name>");
});

test("an ACL lets a user read what it lets everyone read", async () => {
  await pipeline.ask({
    method: "PUT",
    path: "/bucket/a/k?acl",
    headers: { "x-oss-object-acl": "public-read" },
  });
  expect((await ask(read)).status).toBe(200);
});

test("an explicit Deny of either policy takes precedence", async () => {
  await users().setPolicy("app", "all", policyOf({ Action: "oss:*" }));
  expect((await ask(read)).status).toBe(200);
  await setBucketPolicy({ Effect: "Deny", Action: "oss:GetObject", Principal: [userId] });
  expect(await ask(read)).toMatchObject({ status: 403, ec: "0003-00000101" });
  expect((await pipeline.ask(read)).status).toBe(200);
  await users().setPolicy("app", "no", policyOf({ Effect: "Deny", Action: "oss:Get*" }));
  expect(await ask(read)).toMatchObject({ ec: "0003-00000203" });
  await pipeline.ask({ method: "DELETE", path: "/bucket?policy" });
  expect(await ask(read)).toMatchObject({ ec: "0003-00000201" });
  await users().removePolicy("app", "no");
  expect((await ask(read)).status).toBe(200);
});

test("a bucket policy allows what it names a user for", async () => {
  await setBucketPolicy({ Action: "oss:GetObject", Principal: [userId], Resource: "*/a/*" });
  expect((await ask(read)).status).toBe(200);
  expect((await ask({ method: "GET", path: "/bucket/b" })).status).toBe(403);
  expect((await pipeline.ask({ ...read, anonymous: true })).status).toBe(403);
});

test("a user has the policies of its groups while it is in them", async () => {
  await groups().add("readers", { note: "" });
  await groups().setPolicy("readers", "read", policyOf({ Action: "oss:GetObject" }));
  await users().setGroups("app", ["readers"]);
  expect((await ask(read)).status).toBe(200);
  await groups().removePolicy("readers", "read");
  expect((await ask(read)).status).toBe(403);
  await groups().remove("readers");
  expect((await ask(read)).status).toBe(403);
});

test("a removed user's keys are gone, also for a new user of the same name", async () => {
  await users().setPolicy("app", "all", policyOf({ Action: "oss:*" }));
  await users().remove("app");
  expect(await ask(read)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
  expect(await listAccessKeys(pipeline.metadata)).toEqual([]);
  const again = await users().add("app", { note: "" });
  expect(again.id).not.toBe(userId);
  expect(await ask(read)).toMatchObject({ code: "InvalidAccessKeyId" });
});

test("a user's temporary key has no rights beyond its user's", async () => {
  await users().setPolicy("app", "read", policyOf({ Action: "oss:GetObject" }));
  expect(await assume()).toMatchObject({ status: 403 });
  const resource = "acs:ram::*:role/app";
  await users().setPolicy("app", "sts", policyOf({ Action: "sts:AssumeRole", Resource: resource }));
  const { body } = await assume();
  const { Credentials: found } = JSON.parse(body) as {
    Credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string };
  };
  const credentials = {
    accessKeyId: found.AccessKeyId,
    accessKeySecret: found.AccessKeySecret,
    securityToken: found.SecurityToken,
  };
  expect((await pipeline.ask({ ...read, credentials })).status).toBe(200);
  const write = { method: "PUT", path: "/bucket/a/k", body: "y", credentials };
  expect((await pipeline.ask(write)).status).toBe(403);
  await users().removePolicy("app", "read");
  expect((await pipeline.ask({ ...read, credentials })).status).toBe(403);
});

test("a copy needs both permissions, and a deletion one for each key", async () => {
  await users().setPolicy("app", "write", policyOf({ Action: "oss:PutObject" }));
  const headers = { "x-oss-copy-source": "/bucket/a/k" };
  const copy = { method: "PUT", path: "/bucket/copy", headers };
  expect((await ask(copy)).status).toBe(403);
  await users().setPolicy("app", "read", policyOf({ Action: "oss:GetObject" }));
  expect((await ask(copy)).status).toBe(200);
  const remove = {
    method: "POST",
    path: "/bucket?delete",
    body: "<Delete><Object><Key>copy</Key></Object><Object><Key>a/k</Key></Object></Delete>",
  };
  const Resource = "acs:oss:*:*:bucket/copy";
  await users().setPolicy("app", "delete", policyOf({ Action: "oss:DeleteObject", Resource }));
  expect((await ask(remove)).status).toBe(403);
  await users().setPolicy("app", "delete", policyOf({ Action: "oss:DeleteObject" }));
  expect((await ask(remove)).status).toBe(200);
});

test("an upload with a callback names the user's key, and is stored", async () => {
  await users().setPolicy("app", "write", policyOf({ Action: "oss:PutObject" }));
  expect((await ask({ method: "PUT", path: "/bucket/new", body: "z" })).status).toBe(200);
  expect((await pipeline.ask({ method: "GET", path: "/bucket/new" })).body).toBe("z");
  await sweepAll(pipeline);
});

test.each([
  ["a name with a blank", () => users().add("a b", { note: "" })],
  ["a name that is taken", () => users().add("app", { note: "" })],
  ["a user that is not there", () => users().remove("nobody")],
  ["a policy that is not JSON", () => users().setPolicy("app", "p", "{")],
  [
    "a policy with principals",
    () => users().setPolicy("app", "p", policyOf({ Action: "*", Principal: "*" })),
  ],
  [
    "a policy that is too long",
    () => users().setPolicy("app", "p", policyOf({ Action: "a".repeat(6_144) })),
  ],
  [
    "a policy's name with a slash",
    () => users().setPolicy("app", "a/b", policyOf({ Action: "*" })),
  ],
  ["a policy that is not there", () => users().removePolicy("app", "p")],
  ["a group that is not there", () => users().setGroups("app", ["staff"])],
  ["a key for a user that is not there", () => newKey("other")],
])("%s is refused", async (_what, act) => {
  await expect(act()).rejects.toThrow(OperatorError);
});

test("policies that are too large together are refused, and the others stay", async () => {
  const long = policyOf({ Action: `oss:${"a".repeat(6_000)}` });
  const names = ["p1", "p2", "p3", "p4", "p5"];
  for (const name of names) await users().setPolicy("app", name, long);
  await expect(users().setPolicy("app", "p6", long)).rejects.toThrow(/too large: use groups/);
  expect((await users().list())[0]?.policies).toHaveProperty("p5");
});

let nonces = 0;

function assume(): Promise<ModelAnswer> {
  const parameters = new Map(
    Object.entries({
      Action: "AssumeRole",
      Version: "2015-04-01",
      Format: "JSON",
      RoleArn: `acs:ram::${pipeline.services.accounts.owner.id}:role/app`,
      RoleSessionName: "session",
      AccessKeyId: key.accessKeyId,
      SignatureMethod: "HMAC-SHA1",
      SignatureVersion: "1.0",
      SignatureNonce: String((nonces += 1)),
      Timestamp: new Date(pipeline.clock.ms).toISOString(),
    }),
  );
  const text = stringToSignRpc("POST", [...parameters]);
  const signature = createHmac("sha1", `${key.accessKeySecret}&`).update(text).digest("base64");
  return pipeline.askRaw({
    method: "POST",
    path: "/",
    body: new URLSearchParams([...parameters, ["Signature", signature]]).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
}
