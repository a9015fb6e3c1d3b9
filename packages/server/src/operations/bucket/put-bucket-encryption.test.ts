// PutBucketEncryption: what is stored and refused.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, get, put } = modelBucket();

const rule = (content: string): string =>
  "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>" +
  `${content}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;
const algorithm = (name: string, more = ""): string =>
  rule(`<SSEAlgorithm>${name}</SSEAlgorithm>${more}`);
const key = (id: string): string => `<KMSMasterKeyID>${id}</KMSMasterKeyID>`;
const data = (name: string): string => `<KMSDataEncryption>${name}</KMSDataEncryption>`;

test.each([
  ["AES256", algorithm("AES256"), algorithm("AES256")],
  ["SM4", algorithm("SM4"), algorithm("SM4")],
  ["KMS", algorithm("KMS"), algorithm("KMS")],
  ["KMS with a key", algorithm("KMS", key("123")), algorithm("KMS", key("123"))],
  ["KMS with SM4", algorithm("KMS", data("SM4")), algorithm("KMS", data("SM4"))],
  ["an empty key", algorithm("AES256", key("")), algorithm("AES256")],
  ["a data encryption without KMS", algorithm("AES256", data("SM4")), algorithm("AES256")],
])("stores %s", async (_what, sent, stored) => {
  expect((await put("?encryption", sent)).status).toBe(200);
  expect((await get("?encryption")).body).toContain(stored);
});

test.each([
  [algorithm("DES"), "InvalidEncryptionAlgorithmError", "0005-00000003"],
  [algorithm("AES256", key("123")), "InvalidArgument", "0005-00000204"],
  [algorithm("KMS", data("DES")), "InvalidDataEncryptionAlgorithmError", "0005-00000203"],
  [rule(""), "MalformedXML", undefined],
  ["<ServerSideEncryptionRule></ServerSideEncryptionRule>", "MalformedXML", "0015-00000231"],
])("refuses %s", async (sent, code, ec) => {
  const answer = await put("?encryption", sent);
  expect(answer).toMatchObject({ status: 400, code, ...(ec === undefined ? {} : { ec }) });
  expect((await get("?encryption")).code).toBe("NoSuchServerSideEncryptionRule");
});

test("a key that the store does not have is refused by uploads", async () => {
  await put("?encryption", algorithm("KMS", key("123")));
  expect(await put("/k", "x")).toMatchObject({ status: 404, code: "KeyNotFound" });
});

test("PutBucket sets the rule by headers, and GetBucketInfo shows it", async () => {
  expect((await get("?bucketInfo")).body).toContain("<SSEAlgorithm>None</SSEAlgorithm>");
  const headers = {
    "x-oss-server-side-encryption": "KMS",
    "x-oss-server-side-data-encryption": "SM4",
  };
  await ask({ method: "PUT", path: "/sealed", headers });
  const { body } = await ask({ method: "GET", path: "/sealed?bucketInfo" });
  const shown = `<SSEAlgorithm>KMS</SSEAlgorithm>${key("")}${data("SM4")}`;
  expect(body).toContain(`<ServerSideEncryptionRule>${shown}</ServerSideEncryptionRule>`);
});
