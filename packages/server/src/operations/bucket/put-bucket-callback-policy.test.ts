// PutBucketCallbackPolicy: stores callbacks that uploads refer to by name.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, pipeline } = modelBucket();

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64");
const callback = encode({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b=${bucket}" });
const item = (name: string, value = callback): string =>
  `<PolicyItem><PolicyName>${name}</PolicyName><Callback>${value}</Callback><CallbackVar>` +
  "</CallbackVar></PolicyItem>";
const set = (items: string) =>
  put("?policy&comp=callback", `<BucketCallbackPolicy>${items}</BucketCallbackPolicy>`);

test("stores callbacks under names that uploads can use", async () => {
  expect((await set(item("p"))).status).toBe(200);
  const named = (name: string) =>
    put("/k", "x", { "x-oss-callback": encode({ callbackPolicy: name }) });
  expect(await named("p")).toMatchObject({ status: 203, code: "CallbackFailed" });
  expect(await named("q")).toMatchObject({ status: 404, code: "BucketCallbackPolicyNotExist" });
  await pipeline().services.callbacks.close();
});

test.each([
  ["a callback that is not valid Base64", item("p", "e30"), "InvalidArgument"],
  ["two items with one name", item("p") + item("p"), "MalformedXML"],
  [
    "an item without a name",
    `<PolicyItem><Callback>${callback}</Callback></PolicyItem>`,
    "MalformedXML",
  ],
  ["21 items", Array.from({ length: 21 }, (_, at) => item(`p${at}`)).join(""), "MalformedXML"],
  [
    "items that are too long together",
    Array.from({ length: 10 }, (_, at) =>
      item(
        `p${at}`,
        encode({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b".repeat(3_000) }),
      ),
    ).join(""),
    "InvalidArgument",
  ],
])("refuses %s, and keeps the previous callbacks", async (_what, items, code) => {
  await set(item("kept"));
  expect(await set(items)).toMatchObject({ status: 400, code });
  expect((await get("?policy&comp=callback")).body).toContain("<PolicyName>kept</PolicyName>");
});
