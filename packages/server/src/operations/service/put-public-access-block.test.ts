// PutPublicAccessBlock: public access to every bucket ends, and cannot be given.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, put, stranger } = modelBucket();

const block = (content: string) =>
  ask({
    method: "PUT",
    path: "/?publicAccessBlock",
    body: `<PublicAccessBlockConfiguration>${content}</PublicAccessBlockConfiguration>`,
  });
const on = "<BlockPublicAccess>true</BlockPublicAccess>";

test("blocks what ACLs and policies allow, in all buckets", async () => {
  await put("/k", "x");
  await put("?acl", "", { "x-oss-acl": "public-read" });
  expect((await stranger("GET", "/k")).status).toBe(200);
  expect((await block(on)).status).toBe(200);
  expect(await stranger("GET", "/k")).toMatchObject({ status: 403, code: "AccessDenied" });
  expect((await get("/k")).body).toBe("x");
  expect(await put("?acl", "", { "x-oss-acl": "public-read-write" })).toMatchObject({
    status: 403,
    code: "AccessDenied",
    ec: "0003-00000301",
  });
  const statement = { Effect: "Allow", Action: "oss:GetObject", Principal: "*", Resource: "*" };
  const policy = JSON.stringify({ Version: "1", Statement: [statement] });
  expect((await put("?policy", policy)).code).toBe("AccessDenied");
  await block("");
  expect((await stranger("GET", "/k")).status).toBe(200);
});

test("public ACLs of objects are refused", async () => {
  await put("/k", "x");
  await block(on);
  const acl = { "x-oss-object-acl": "public-read" };
  const refused = { status: 403, code: "AccessDenied", ec: "0016-00000901" };
  const asks = [
    ["PUT", "/k", {}],
    ["PUT", "/k?acl", {}],
    ["PUT", "/copy", { "x-oss-copy-source": "/bucket/k" }],
    ["PUT", "/link?symlink", { "x-oss-symlink-target": "k" }],
    ["POST", "/log?append&position=0", {}],
    ["POST", "/parts?uploads", {}],
  ] as const;
  for (const [method, path, headers] of asks) {
    const answer = await ask({ method, path: `/bucket${path}`, headers: { ...headers, ...acl } });
    expect(answer, `${method} ${path}`).toMatchObject(refused);
  }
  expect((await put("/k", "y", { "x-oss-object-acl": "private" })).status).toBe(200);
});

test("belongs to the account", async () => {
  const anonymous = { method: "PUT", path: "/?publicAccessBlock", anonymous: true } as const;
  expect((await ask(anonymous)).status).toBe(403);
});
