// `ossicle users`, `groups`, `keys add --user` and `policy explain`, beside a running store.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, OssError } from "@ossicle/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, serveFolder, type Served, servedCredentials } from "./serve.ts";

let data: string;
let served: Served;
const bucket = "shared";

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-users-"));
  served = await serveFolder(data, ["--log-level", "silent"]);
});
afterAll(async () => {
  served.child.kill("SIGTERM");
  await served.exited;
  await rm(data, { recursive: true, force: true });
});

const ossicle = async (...words: readonly string[]): Promise<string> => {
  const { code, output, errors } = await runCommand([...words, "--data", data]);
  expect(code, errors).toBe(0);
  return output;
};

async function policyFile(statement: object): Promise<string> {
  const file = join(data, "policy.json");
  await writeFile(file, JSON.stringify({ Version: "1", Statement: [statement] }));
  return file;
}

test("a user's key may do what its policies allow, and the store explains why", async () => {
  const owner = createClient({
    endpoint: served.url,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  await owner.putBucket({ bucket });
  await owner.putObject({ bucket, key: "in/1", body: "x" });
  await ossicle("users", "add", "app", "--note", "an application");
  await ossicle("groups", "add", "readers");
  await ossicle("users", "set-groups", "app", "readers");
  const credentials = JSON.parse(await ossicle("keys", "add", "--user", "app", "--json")) as {
    accessKeyId: string;
    accessKeySecret: string;
  };
  const client = createClient({ endpoint: served.url, region: "cn-hangzhou", credentials });
  const read = client.getObject({ bucket, key: "in/1" });
  await expect(read).rejects.toMatchObject({ code: "AccessDenied" });
  const allow = {
    Effect: "Allow",
    Action: "oss:GetObject",
    Resource: `acs:oss:*:*:${bucket}/in/*`,
  };
  await ossicle("groups", "set-policy", "readers", "read", await policyFile(allow));
  const { text } = await client.getObject({ bucket, key: "in/1" });
  expect(await text()).toBe("x");
  const explained = (target: string, sender: string): Promise<string> =>
    ossicle("policy", "explain", "GetObject", target, "--as", sender);
  expect(await explained(`${bucket}/in/1`, "user/app")).toBe(
    `allowed by user policy readers/read, statement 1\n${JSON.stringify(allow)}\n`,
  );
  expect(await explained(`${bucket}/out`, "user/app")).toContain("denied by the ACL private");
  expect(await explained(`${bucket}/out`, "account")).toContain("owns the bucket");
  const deny = { ...allow, Effect: "Deny", Principal: ["*"] };
  const policy = JSON.stringify({ Version: "1", Statement: [deny] });
  await owner.putBucketPolicy({ bucket, policy });
  expect((await owner.getBucketPolicy({ bucket })).policy).toBe(policy);
  expect((await owner.getBucketPolicyStatus({ bucket })).isPublic).toBe(false);
  const refused = await client.getObject({ bucket, key: "in/1" }).catch((cause: unknown) => cause);
  expect(refused).toBeInstanceOf(OssError);
  expect(refused).toMatchObject({ ec: "0003-00000101" });
  expect(await explained(`${bucket}/in/1`, "user/app")).toBe(
    `denied by the bucket policy, statement 1\n${JSON.stringify(deny)}\n`,
  );
  expect(await ossicle("users", "list")).toMatch(
    /^app {2}2\d{17} {2}no policy {2}groups readers {2}an application\n$/,
  );
  expect(await ossicle("keys", "list")).toContain("user app");
});

test("another account has its own buckets, and uses others as they allow", async () => {
  const account = JSON.parse(await ossicle("accounts", "add", "partner", "--json")) as {
    id: string;
  };
  expect(account.id).toMatch(/^\d{16}$/);
  const added = await ossicle("keys", "add", "--account", "partner", "--json");
  const credentials = JSON.parse(added) as { accessKeyId: string; accessKeySecret: string };
  const partner = createClient({ endpoint: served.url, region: "cn-hangzhou", credentials });
  await partner.putBucket({ bucket: "theirs" });
  const { buckets } = await partner.listBuckets({});
  expect(buckets.bucket.map(({ name }) => name)).toEqual(["theirs"]);
  await expect(partner.putBucket({ bucket })).rejects.toMatchObject({
    code: "BucketAlreadyExists",
  });
  const explained = await ossicle(
    "policy",
    "explain",
    "ListObjects",
    bucket,
    "--as",
    "account/partner",
  );
  expect(explained).toBe(
    "denied: the bucket belongs to another account, and no statement allows it\n",
  );
  expect(await ossicle("accounts", "list")).toBe(`partner  ${account.id}\n`);
  expect(await ossicle("keys", "list")).toContain("account partner");
  const kept = await runCommand(["accounts", "remove", "partner", "--data", data]);
  expect([kept.code, kept.errors]).toEqual([1, expect.stringContaining("owns the bucket theirs")]);
  await partner.deleteBucket({ bucket: "theirs" });
  await ossicle("accounts", "remove", "partner");
  await expect(partner.listBuckets({})).rejects.toMatchObject({ code: "InvalidAccessKeyId" });
});

test("a user's key is gone with its user", async () => {
  await ossicle("users", "add", "gone");
  const credentials = JSON.parse(await ossicle("keys", "add", "--user", "gone", "--json")) as {
    accessKeyId: string;
    accessKeySecret: string;
  };
  const client = createClient({ endpoint: served.url, region: "cn-hangzhou", credentials });
  await expect(client.listBuckets({})).rejects.toMatchObject({ code: "AccessDenied" });
  await ossicle("users", "remove", "gone");
  await expect(client.listBuckets({})).rejects.toMatchObject({ code: "InvalidAccessKeyId" });
});

test.each([
  [["users", "add", "a b"], /the name of a user has 1 to 64 letters/],
  [["policy", "explain", "Look", "shared/x"], /Look is not an operation/],
  [["policy", "explain", "GetObject", "missing/x"], /there is no bucket missing/],
  [["keys", "add", "--user", "nobody"], /there is no user nobody/],
  [["keys", "add", "--account", "nobody"], /there is no account nobody/],
])("%s is refused in one line", async (words, message) => {
  const { code, errors } = await runCommand([...words, "--data", data]);
  expect(code).toBe(1);
  expect(errors).toMatch(message);
  expect(errors.trim().split("\n")).toHaveLength(1);
});
