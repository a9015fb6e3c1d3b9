// PutBucketCallbackPolicy: callbacks that uploads name.
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

test("keeps callbacks under names that uploads may use", async () => {
  expect((await set(item("p"))).status).toBe(200);
  const named = (name: string) =>
    put("/k", "x", { "x-oss-callback": encode({ callbackPolicy: name }) });
  expect(await named("p")).toMatchObject({ status: 203, code: "CallbackFailed" });
  expect(await named("q")).toMatchObject({ status: 404, code: "BucketCallbackPolicyNotExist" });
  await pipeline().services.callbacks.close();
});

test.each([
  ["a callback that cannot be read", item("p", "e30"), "InvalidArgument"],
  ["two of one name", item("p") + item("p"), "MalformedXML"],
  [
    "one without a name",
    `<PolicyItem><Callback>${callback}</Callback></PolicyItem>`,
    "MalformedXML",
  ],
  ["too many", Array.from({ length: 21 }, (_, at) => item(`p${at}`)).join(""), "MalformedXML"],
  [
    "too much together",
    Array.from({ length: 10 }, (_, at) =>
      item(
        `p${at}`,
        encode({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b".repeat(3_000) }),
      ),
    ).join(""),
    "InvalidArgument",
  ],
])("refuses %s, and keeps what stood", async (_what, items, code) => {
  await set(item("kept"));
  expect(await set(items)).toMatchObject({ status: 400, code });
  expect((await get("?policy&comp=callback")).body).toContain("<PolicyName>kept</PolicyName>");
});
