// DeleteMultipleObjects: deletes many keys in one request, and lists them unless it is quiet.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, post, keepVersions } = modelBucket();

const body =
  "<Delete><Object><Key>a</Key></Object><Object><Key>none</Key></Object><Object>" +
  "<Key>d\u0001</Key></Object></Delete>";

test("lists every key, even keys that did not exist", async () => {
  for (const key of ["a", "d%01"]) await put(`/${key}`, "x");
  const told = await post("?delete&encoding-type=url", body);
  expect(told.body).toContain(
    "<Deleted><Key>a</Key></Deleted><Deleted><Key>none</Key></Deleted><Deleted>" +
      "<Key>d%01</Key></Deleted>",
  );
  expect(told.headers["content-length"]).toBe(String(Buffer.byteLength(told.body)));
  expect((await get("/a")).status).toBe(404);
});

test("reads the encoding from a header too (tests of the Java SDK)", async () => {
  await put("/a b", "x");
  const document = "<Delete><Object><Key>a b</Key></Object></Delete>";
  const told = await post("?delete", document, { "encoding-type": "url" });
  expect(told.body).toContain("<EncodingType>url</EncodingType>");
  expect(told.body).toContain("<Key>a%20b</Key>");
});

test("deletes small and large objects of more keys than one commit takes", async () => {
  const keys = Array.from({ length: 150 }, (_unused, at) => `k${at}`);
  for (const [at, key] of keys.entries()) await put(`/${key}`, "x".repeat(at % 50 ? 1 : 100_000));
  const objects = [...keys, "k0"].map((key) => `<Object><Key>${key}</Key></Object>`);
  const told = await post("?delete", `<Delete>${objects.join("")}</Delete>`);
  expect(told.body.match(/<Deleted>/g)).toHaveLength(151);
  expect((await get("")).body).not.toContain("<Contents>");
});

test("returns an empty body in quiet mode", async () => {
  const quiet = await post("?delete", body.replace("<Delete>", "<Delete><Quiet>true</Quiet>"));
  expect(quiet).toMatchObject({ status: 200, body: "", headers: { "content-length": "0" } });
});

test("deletes versions by id, and lists the delete markers that it makes", async () => {
  await keepVersions();
  const { headers } = await put("/k", "x");
  const marked = await post("?delete", "<Delete><Object><Key>k</Key></Object></Delete>");
  expect(marked.body).toContain("<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>");
  const id = headers["x-oss-version-id"];
  const one = `<Delete><Object><Key>k</Key><VersionId>${id}</VersionId></Object></Delete>`;
  expect((await post("?delete", one)).body).toContain(`<VersionId>${id}</VersionId>`);
  expect((await get(`/k?versionId=${id}`)).code).toBe("NoSuchVersion");
});

test.each([
  ["<Remove/>", "0016-00000608"],
  ["<Delete/>", "0016-00000608"],
  ["<!DOCTYPE a><Delete/>", "0016-00000608"],
  [`<Delete>${"<Object><Key>k</Key></Object>".repeat(1_001)}</Delete>`, "0016-00000608"],
])("refuses %s", async (document, ec) => {
  expect(await post("?delete", document)).toMatchObject({ status: 400, code: "MalformedXML", ec });
});

test("accepts the Content-MD5 of the C SDK, which is four bytes longer than an MD5", async () => {
  const md5 = createHash("md5").update(body).digest();
  const header = (bytes: Buffer) => ({ "content-md5": bytes.toString("base64") });
  const padded = Buffer.concat([md5, Buffer.from([1, 2, 3, 4])]);
  expect((await post("?delete&encoding-type=url", body, header(padded))).status).toBe(200);
  const wrong = Buffer.concat([Buffer.alloc(16), Buffer.alloc(4)]);
  const long = Buffer.concat([md5, Buffer.alloc(5)]);
  for (const bytes of [wrong, long, md5.subarray(0, 15)]) {
    expect((await post("?delete", body, header(bytes))).code).toBe("InvalidDigest");
  }
});
