// PutBucketOverwriteConfig: what is stored, what is refused, and which uploads are forbidden.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, post, remove, begin, keepVersions } = modelBucket();

const configure = (...rules: readonly string[]) =>
  put(
    "?overwriteConfig",
    `<OverwriteConfiguration>${rules.map((rule) => `<Rule>${rule}</Rule>`).join("")}` +
      "</OverwriteConfiguration>",
  );
const forbid = "<Action>forbid</Action>";
const txt = `${forbid}<Prefix>in/</Prefix><Suffix>.txt</Suffix>`;

test("stores rules in their order, with an ID each", async () => {
  await configure(
    `<ID>b</ID>${txt}`,
    `<ID>a</ID>${forbid}<Principals><Principal>12</Principal></Principals>`,
  );
  expect((await get("?overwriteConfig")).body).toContain(
    `<Rule><ID>b</ID>${txt}</Rule><Rule><ID>a</ID>${forbid}<Principals><Principal>12</Principal>` +
      "</Principals></Rule>",
  );
  await configure(forbid);
  expect((await get("?overwriteConfig")).body).toMatch(/<ID>[0-9a-f-]{36}<\/ID>/);
});

test.each([
  ["no rule", []],
  ["another action", ["<Action>allow</Action>"]],
  ["no action", ["<Prefix>a</Prefix>"]],
  ["one ID twice", [`<ID>a</ID>${forbid}`, `<ID>a</ID>${forbid}`]],
  ["101 rules", Array.from({ length: 101 }, () => forbid)],
])("refuses %s", async (_what, rules) => {
  expect(await configure(...rules)).toMatchObject({ status: 400, code: "MalformedXML" });
});

test("refuses a prefix that is too long", async () => {
  const rule = `${forbid}<Prefix>${"a".repeat(1_024)}</Prefix>`;
  expect(await configure(rule)).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("forbids every way of overwriting the objects of a rule", async () => {
  await put("/in/a.txt", "first");
  await put("/in/a.jpg", "first");
  await put("/source", "other");
  await configure(txt);
  const upload = await begin("in/a.txt");
  await put(`/in/a.txt?partNumber=1&uploadId=${upload}`, "part");
  const copy = { "x-oss-copy-source": "/bucket/source" };
  for (const act of [
    () => put("/in/a.txt", "second"),
    () => put("/in/a.txt", "", copy),
    () => put("/in/a.txt?symlink", "", { "x-oss-symlink-target": "source" }),
    () => post(`/in/a.txt?uploadId=${upload}`, "", { "x-oss-complete-all": "yes" }),
  ]) {
    expect(await act()).toMatchObject({ status: 409, code: "FileAlreadyExists" });
  }
  expect((await get("/in/a.txt")).body).toBe("first");
  expect((await put("/in/a.jpg", "second")).status).toBe(200);
  expect((await put("/in/new.txt", "x")).status).toBe(200);
  expect((await remove("/in/a.txt")).status).toBe(204);
  expect((await put("/in/a.txt", "again")).status).toBe(200);
});

test("a rule for other principals does not bind the account", async () => {
  await put("/k", "first");
  await configure(`${forbid}<Principals><Principal>99*</Principal></Principals>`);
  expect((await put("/k", "second")).status).toBe(200);
  await configure(`${forbid}<Principals><Principal>1234*</Principal></Principals>`);
  expect((await put("/k", "third")).code).toBe("FileAlreadyExists");
});

test("versioned buckets keep every version, so rules have no effect there", async () => {
  await keepVersions();
  await put("/k", "first");
  await configure(forbid);
  expect((await put("/k", "second")).status).toBe(200);
});
