// STS: temporary keys by AssumeRole, what their sessions may do, and every token error.
import { createHash, createHmac } from "node:crypto";
import {
  isAllowed,
  parsePolicy,
  PolicyError,
  signHeaders,
  signQuery,
  stringToSignRpc,
} from "@ossicle/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { stringToSignAcs3 } from "../sts/acs3.ts";
import { nonceMs } from "../sts/use-nonce.ts";
import {
  accessKeysOf,
  addAccessKey,
  listAccessKeys,
  revokeAccessKey,
} from "../accounts/access-keys.ts";
import { principalsOf } from "../accounts/principals.ts";
import { sweepAll } from "../testing/model-sweep.ts";
import {
  type ModelAnswer,
  type ModelPipeline,
  type ModelRequest,
  modelPipeline,
} from "../testing/model-pipeline.ts";
import { letterOf } from "../objects/records/key-space.ts";

let pipeline: ModelPipeline;
beforeEach(async () => {
  pipeline = await modelPipeline();
  await pipeline.ask({ method: "PUT", path: "/bucket" });
  await pipeline.ask({ method: "PUT", path: "/bucket/a/k", body: "x" });
});

let nonces = 0;

interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

async function rpc(
  extra: Readonly<Record<string, string>>,
  { id = "ak", secret = "sk", method = "POST" } = {},
): Promise<ModelAnswer> {
  const parameters = new Map(
    Object.entries({
      Action: "AssumeRole",
      Version: "2015-04-01",
      Format: "JSON",
      RoleArn: "acs:ram::1234567890123456:role/app",
      RoleSessionName: "session",
      AccessKeyId: id,
      SignatureMethod: "HMAC-SHA1",
      SignatureVersion: "1.0",
      SignatureNonce: String((nonces += 1)),
      Timestamp: new Date(pipeline.clock.ms).toISOString(),
      ...extra,
    }),
  );
  const text = stringToSignRpc(method, [...parameters]);
  const signature = createHmac("sha1", `${secret}&`).update(text).digest("base64");
  const form = new URLSearchParams([
    ...parameters,
    ["Signature", extra["Signature"] ?? signature],
  ]).toString();
  return method === "GET"
    ? pipeline.askRaw({ method, path: `/?${form}` })
    : pipeline.askRaw({
        method,
        path: "/",
        body: form,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
}

async function assume(policy?: object, caller?: { id: string; secret: string }): Promise<Keys> {
  const answer = await rpc(policy === undefined ? {} : { Policy: JSON.stringify(policy) }, caller);
  expect(answer.status, answer.body).toBe(200);
  const { Credentials: found } = JSON.parse(answer.body) as {
    Credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string };
  };
  return {
    accessKeyId: found.AccessKeyId,
    accessKeySecret: found.AccessKeySecret,
    securityToken: found.SecurityToken,
  };
}

async function askWith(
  credentials: Keys,
  request: ModelRequest,
  version: "V1" | "V4" = "V4",
): Promise<ModelAnswer> {
  const [path = "", query = ""] = request.path.split("?", 2);
  const resource = path.split("/").length === 2 ? `${path}/` : path;
  const added = await signHeaders(
    {
      method: request.method,
      resource,
      query:
        query === ""
          ? []
          : query
              .split("&")
              .map((name) => ({ name: name.split("=")[0] ?? "", value: name.split("=")[1] ?? "" })),
      headers: Object.entries(request.headers ?? {}),
    },
    { credentials, version, region: "cn-hangzhou", now: new Date(pipeline.clock.ms) },
  );
  return pipeline.askRaw({
    ...request,
    headers: { ...request.headers, ...Object.fromEntries(added) },
  });
}

const read = { method: "GET", path: "/bucket/a/k" };
const only = (action: string, resource: string, more: object = {}): object => ({
  Version: "1",
  Statement: [{ Effect: "Allow", Action: [action], Resource: [resource], ...more }],
});

describe("AssumeRole", () => {
  test("gives a key that works until it expires, with V1, V4 and in URLs", async () => {
    const keys = await assume();
    expect(keys.accessKeyId).toMatch(/^STS\./);
    for (const version of ["V1", "V4"] as const) {
      expect((await askWith(keys, read, version)).body).toBe("x");
      const query = await signQuery(
        { method: "GET", resource: "/bucket/a/k", query: [], headers: [] },
        {
          credentials: keys,
          version,
          region: "cn-hangzhou",
          now: new Date(pipeline.clock.ms),
          expiresSeconds: 60,
        },
      );
      const text = query.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("&");
      expect((await pipeline.askRaw({ method: "GET", path: `/bucket/a/k?${text}` })).body).toBe(
        "x",
      );
    }
    pipeline.clock.ms += 3_600_000;
    expect(await askWith(keys, read)).toMatchObject({
      status: 403,
      code: "SecurityTokenExpired",
      ec: "0002-00000007",
    });
  });

  test("gives another account the roles of that account only", async () => {
    const { metadata, clock, services } = pipeline;
    const { id } = await principalsOf(metadata, "account", () => clock.ms).add("partner", {
      note: "",
    });
    const keys = accessKeysOf(metadata, services.accounts.box, () => clock.ms);
    const key = await keys.add({ note: "", account: "partner" });
    const caller = { id: key.accessKeyId, secret: key.accessKeySecret };
    const role = (account: string): { RoleArn: string } => ({
      RoleArn: `acs:ram::${account}:role/app`,
    });
    expect((await rpc(role(id), caller)).status).toBe(200);
    const refused = await rpc(role(services.accounts.owner.id), caller);
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.body).toContain("NoPermission");
  });

  test("answers with XML unless the request names JSON, also to a GET", async () => {
    const { body, status } = await rpc({ Format: "XML" }, { method: "GET" });
    expect(status).toBe(200);
    expect(body).toContain("<AssumeRoleResponse><RequestId>");
    expect(body).toContain("<Credentials><AccessKeyId>STS.");
  });

  test.each([
    [{ RoleArn: "role" }, 400, "InvalidParameter.RoleArn"],
    [{ RoleSessionName: "a" }, 400, "InvalidParameter.RoleSessionName"],
    [{ DurationSeconds: "899" }, 400, "InvalidParameter.DurationSeconds"],
    [{ DurationSeconds: "43201" }, 400, "InvalidParameter.DurationSeconds"],
    [{ Policy: '{"Version":"1","Statements":[]}' }, 400, "InvalidParameter.PolicyGrammar"],
    [{ Policy: "x".repeat(2_049) }, 400, "InvalidParameter.PolicySize"],
    [{ Signature: "x" }, 400, "SignatureDoesNotMatch"],
    [{ Timestamp: "2026-11-22T11:00:00Z" }, 400, "InvalidTimeStamp.Expired"],
    [{ Action: "GetCallerIdentity" }, 404, "InvalidAction.NotFound"],
  ])("with %o is refused: %i %s", async (extra, status, code) => {
    const answer = await rpc(extra);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ Code: code });
  });

  test("accepts signature V3 of the newer SDKs, as the documentation defines it", async () => {
    // The example of the documentation, "V3 request body and signature".
    const example = {
      host: "ecs.cn-shanghai.aliyuncs.com",
      "x-acs-action": "RunInstances",
      "x-acs-content-sha256": createHash("sha256").update("").digest("hex"),
      "x-acs-date": "2023-10-26T10:22:32Z",
      "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
      "x-acs-version": "2014-05-26",
    };
    const query = [
      { name: "RegionId", value: "cn-shanghai" },
      {
        name: "ImageId",
        value: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
      },
    ];
    const text = stringToSignAcs3(
      { method: "POST", headers: example, query },
      Object.keys(example),
    );
    const signature = createHmac("sha256", "YourAccessKeySecret").update(text).digest("hex");
    expect(signature).toBe("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");

    const ask = async (
      change: Readonly<Record<string, string>> = {},
      afterwards: Readonly<Record<string, string>> = {},
    ): Promise<ModelAnswer> => {
      const body = "RoleArn=acs%3Aram%3A%3A1%3Arole%2Fapp&RoleSessionName=session";
      const headers: Record<string, string> = {
        ...example,
        host: "127.0.0.1:9650",
        "x-acs-action": "AssumeRole",
        "x-acs-version": "2015-04-01",
        "x-acs-content-sha256": createHash("sha256").update(body).digest("hex"),
        "x-acs-date": new Date(pipeline.clock.ms).toISOString(),
        "x-acs-signature-nonce": String((nonces += 1)),
        ...change,
      };
      const signed = stringToSignAcs3({ method: "POST", headers, query: [] }, Object.keys(headers));
      const made = createHmac("sha256", "sk").update(signed).digest("hex");
      headers["authorization"] =
        "ACS3-HMAC-SHA256 " +
        `Credential=ak,SignedHeaders=${Object.keys(headers).join(";")},Signature=${made}`;
      headers["content-type"] = "application/x-www-form-urlencoded";
      return pipeline.askRaw({
        method: "POST",
        path: "/",
        headers: { ...headers, ...afterwards },
        body,
      });
    };
    const answer = await ask();
    expect(answer.status, answer.body).toBe(200);
    expect(JSON.parse(answer.body)).toHaveProperty("Credentials.SecurityToken");
    for (const [change, code] of [
      [{ "x-acs-action": "GetCallerIdentity" }, "InvalidAction.NotFound"],
      [{ "x-acs-content-sha256": "0" }, "InvalidContentSha256"],
      [{ "x-acs-date": "2023-10-26T10:22:32Z" }, "InvalidTimeStamp.Expired"],
      [{ "x-acs-date": "today" }, "InvalidTimeStamp.Format"],
    ] as const) {
      const refused = await ask(change);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(refused.body)).toMatchObject({ Code: code });
    }
    for (const names of ["constructor;host", "host;x-acs-date", "host;;"]) {
      const authorization = `ACS3-HMAC-SHA256 Credential=ak,SignedHeaders=${names},Signature=00`;
      const incomplete = await ask({}, { authorization });
      expect(JSON.parse(incomplete.body)).toMatchObject({ Code: "IncompleteSignature" });
    }
    const tampered = await ask({}, { "x-acs-signature-nonce": "another" });
    expect(JSON.parse(tampered.body)).toMatchObject({ Code: "SignatureDoesNotMatch" });
  });

  test("accepts a nonce once, until the nonce expires", async () => {
    const once = { SignatureNonce: "n" };
    expect((await rpc(once)).status).toBe(200);
    expect(JSON.parse((await rpc(once)).body)).toMatchObject({ Code: "SignatureNonceUsed" });
    const kinds = (): number =>
      pipeline.metadata.entries().filter(({ key }) => letterOf(key) === "n").length;
    expect(kinds()).toBe(1);
    await sweepAll(pipeline);
    expect(kinds()).toBe(1);
    pipeline.clock.ms += nonceMs;
    await sweepAll(pipeline);
    expect(kinds()).toBe(0);
    expect(JSON.parse((await rpc({ SignatureNonce: "" })).body)).toMatchObject({
      Code: "MissingSignatureNonce",
    });
  });

  test("with an unknown key, or with a temporary key, is refused", async () => {
    const unknown = await rpc({}, { id: "no", secret: "x" });
    expect(JSON.parse(unknown.body)).toMatchObject({ Code: "InvalidAccessKeyId.NotFound" });
    const keys = await assume();
    const chained = await rpc(
      { SecurityToken: keys.securityToken ?? "" },
      { id: keys.accessKeyId, secret: keys.accessKeySecret },
    );
    expect(chained.status).toBe(403);
    expect(JSON.parse(chained.body)).toMatchObject({ Code: "NoPermission" });
  });
});

describe("a token", () => {
  test("is refused if it is damaged, missing, or sent with another key", async () => {
    const [one, other] = [await assume(), await assume()];
    const swapped = { ...one, securityToken: other.securityToken ?? "" };
    expect(await askWith(swapped, read)).toMatchObject({
      code: "AccessKeyIdAndSecurityTokenNotMatch",
      ec: "0002-00000004",
    });
    const broken = { ...one, securityToken: `${one.securityToken ?? ""}x` };
    expect(await askWith(broken, read)).toMatchObject({
      code: "InvalidSecurityToken",
      ec: "0002-00000006",
    });
    const { securityToken: _token, ...bare } = one;
    expect(await askWith(bare, read)).toMatchObject({ code: "InvalidAccessKeyId" });
    const owner = {
      accessKeyId: "ak",
      accessKeySecret: "sk",
      securityToken: one.securityToken ?? "",
    };
    expect(await askWith(owner, read)).toMatchObject({
      code: "AccessKeyIdAndSecurityTokenNotMatch",
    });
  });

  test("becomes invalid when the key that requested it is revoked", async () => {
    const { metadata, services } = pipeline;
    const { box } = services.accounts;
    const made = await addAccessKey(metadata, box, { nowMs: 0, note: "ci" });
    expect(await listAccessKeys(metadata)).toEqual([
      { accessKeyId: made.accessKeyId, createdMs: 0, note: "ci" },
    ]);
    expect((await askWith(made, read)).body).toBe("x");
    const keys = await assume(undefined, { id: made.accessKeyId, secret: made.accessKeySecret });
    expect((await askWith(keys, read)).body).toBe("x");
    expect(await revokeAccessKey(metadata, made.accessKeyId)).toBe(true);
    expect(await revokeAccessKey(metadata, made.accessKeyId)).toBe(false);
    for (const gone of [made, keys]) {
      expect(await askWith(gone, read)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
    }
    const stored = metadata.entries().map(({ value }) => Buffer.from(value).toString());
    expect(stored.join()).not.toContain(made.accessKeySecret);
  });
});

test("a query with plus signs for spaces is verified in either reading", async () => {
  const name = { RoleSessionName: "session" };
  const policy =
    '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}';
  expect((await rpc({ ...name, Policy: policy }, { method: "GET" })).status).toBe(200);
  const answer = await rpc({ ...name, Policy: policy, Signature: "d3Jvbmc=" }, { method: "GET" });
  expect(JSON.parse(answer.body)).toMatchObject({ Code: "SignatureDoesNotMatch" });
});

describe("a session", () => {
  const denied = { status: 403, code: "AccessDenied", ec: "0003-00000301" };

  test.each([
    ["x-oss-object-acl", "public-read", "oss:PutObjectAcl"],
    ["x-oss-tagging", "a=b", "oss:PutObjectTagging"],
  ])("needs the action that a header implies: %s", async (name, value, action) => {
    const allowed = { Effect: "Allow", Action: "oss:*", Resource: "*" };
    const keys = await assume({
      Version: "1",
      Statement: [allowed, { Effect: "Deny", Action: action, Resource: "*" }],
    });
    const bodies = [
      { method: "PUT", path: "/bucket/a/k", body: "x" },
      { method: "PUT", path: "/bucket/a/c", headers: { "x-oss-copy-source": "/bucket/a/k" } },
      { method: "POST", path: "/bucket/a/append?append&position=0", body: "x" },
      { method: "POST", path: "/bucket/a/m?uploads" },
      { method: "PUT", path: "/bucket/a/l?symlink", headers: { "x-oss-symlink-target": "a/k" } },
    ];
    for (const request of bodies) {
      const headers = { ...request.headers, [name]: value };
      expect(await askWith(keys, { ...request, headers })).toMatchObject(denied);
      expect((await askWith(keys, request)).status).toBe(200);
    }
  });

  test("needs the action that a bucket's ACL implies", async () => {
    const allowed = { Effect: "Allow", Action: "oss:*", Resource: "*" };
    const keys = await assume({
      Version: "1",
      Statement: [allowed, { Effect: "Deny", Action: "oss:PutBucketAcl", Resource: "*" }],
    });
    const headers = { "x-oss-acl": "public-read-write" };
    for (const path of ["/bucket", "/another"]) {
      expect(await askWith(keys, { method: "PUT", path, headers })).toMatchObject(denied);
      expect((await askWith(keys, { method: "PUT", path })).status).toBe(200);
    }
  });

  test("may do what its policy allows, and nothing else", async () => {
    const keys = await assume(only("oss:GetObject", "acs:oss:*:*:bucket/a/*"));
    expect((await askWith(keys, read)).status).toBe(200);
    expect((await askWith(keys, { method: "HEAD", path: "/bucket/a/k" })).status).toBe(200);
    const others = [
      { method: "GET", path: "/bucket/b" },
      { method: "PUT", path: "/bucket/a/k", body: "y" },
      { method: "DELETE", path: "/bucket/a/k" },
      { method: "GET", path: "/bucket" },
      { method: "PUT", path: "/other" },
    ];
    for (const request of others) expect(await askWith(keys, request)).toMatchObject(denied);
  });

  test("needs permission for the source of a copy, and for each key to delete", async () => {
    const keys = await assume(only("oss:PutObject", "acs:oss:*:*:bucket/b"));
    const copy = {
      method: "PUT",
      path: "/bucket/b",
      headers: { "x-oss-copy-source": "/bucket/a/k" },
    };
    expect(await askWith(keys, copy)).toMatchObject(denied);
    const remover = await assume(only("oss:DeleteObject", "acs:oss:*:*:bucket/b*"));
    const remove = (key: string): ModelRequest => ({
      method: "POST",
      path: "/bucket?delete",
      body: `<Delete><Object><Key>b</Key></Object><Object><Key>${key}</Key></Object></Delete>`,
    });
    expect(await askWith(remover, remove("a/k"))).toMatchObject(denied);
    expect((await askWith(remover, remove("b2"))).status).toBe(200);
    // An empty version id counts as absent, so the permission to delete versions is not enough.
    const versions = await assume(only("oss:DeleteObjectVersion", "*"));
    const empty = "<Delete><Object><Key>b</Key><VersionId></VersionId></Object></Delete>";
    expect(
      await askWith(versions, { method: "POST", path: "/bucket?delete", body: empty }),
    ).toMatchObject(denied);
  });

  test("is bound by conditions on the request", async () => {
    const condition = { Condition: { IpAddress: { "acs:SourceIp": "192.0.2.0/24" } } };
    const near = await assume(only("oss:*", "*", condition));
    expect((await askWith(near, read)).status).toBe(200);
    const far = await assume(
      only("oss:*", "*", { Condition: { NotIpAddress: { "acs:SourceIp": "192.0.2.1" } } }),
    );
    expect(await askWith(far, read)).toMatchObject(denied);
    const listing = await assume(
      only("oss:ListObjects", "*", { Condition: { StringLike: { "oss:Prefix": "a/*" } } }),
    );
    expect((await askWith(listing, { method: "GET", path: "/bucket?prefix=a/b" })).status).toBe(
      200,
    );
    expect(await askWith(listing, { method: "GET", path: "/bucket?prefix=b" })).toMatchObject(
      denied,
    );
  });
});

describe("a policy", () => {
  const judge = (statements: readonly object[], action: string, resource: string): boolean =>
    isAllowed(parsePolicy(JSON.stringify({ Version: "1", Statement: statements })), {
      action,
      resource,
      fact: () => undefined,
    });
  const allow = { Effect: "Allow", Action: "*", Resource: "*" };

  test.each([
    { Bool: { "acs:MFAPresent": "true" } },
    { IpAddress: { "acs:SourceIp": "2001:db8::/129" } },
    { IpAddress: { "acs:SourceIp": "10.0.0.0/33" } },
  ])("with %o is refused, because a Deny must not be ignored", (condition) => {
    expect(() => judge([{ ...allow, Condition: condition }], "oss:GetObject", "x")).toThrow(
      PolicyError,
    );
  });

  test("denies what no statement allows, and what a Deny names", () => {
    expect(judge([allow], "oss:GetObject", "x")).toBe(true);
    expect(judge([{ ...allow, Action: "oss:Put*" }], "oss:GetObject", "x")).toBe(false);
    expect(judge([allow, { ...allow, Effect: "Deny", Resource: "a/?" }], "oss:X", "a/b")).toBe(
      false,
    );
    expect(judge([allow, { ...allow, Effect: "Deny", Resource: "a/?" }], "oss:X", "a/bc")).toBe(
      true,
    );
    const { Action: _action, ...rest } = allow;
    expect(judge([{ ...rest, NotAction: "oss:Put*" }], "oss:getobject", "x")).toBe(true);
  });

  test("matches many wildcards without exponential time", () => {
    expect(judge([{ ...allow, Resource: `${"*a".repeat(200)}b` }], "x", "a".repeat(2_000))).toBe(
      false,
    );
  });

  test.each([
    "x",
    "{}",
    '{"Version":"2","Statement":[]}',
    '{"Version":"1","Statement":[]}',
    '{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}',
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*"}]}',
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":1,"Resource":"*"}]}',
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*",' +
      '"Condition":{"Sounds":{}}}]}',
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Extra":1}]}',
  ])("%s is refused", (text) => {
    expect(() => parsePolicy(text)).toThrow(PolicyError);
  });
});
