// PutBucketDeliveryPolicy: which policies it stores, and which it refuses.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64");
const callback = encode({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b=${bucket}" });
const set = (elements: string) =>
  put("?x-ossicle-delivery-policy", `<DeliveryPolicy>${elements}</DeliveryPolicy>`);
const rule = (value: string): string =>
  `<DefaultCallback><Callback>${value}</Callback></DefaultCallback>`;
const secret = (bytes: number): string =>
  `<WebhookSecret>whsec_${Buffer.alloc(bytes, 3).toString("base64")}</WebhookSecret>`;

test("stores every part of a policy, and returns the policy unchanged", async () => {
  const whole = [
    "<OnFailure>hide</OnFailure>",
    "<Retry><MaxAttempts>5</MaxAttempts><FirstDelaySeconds>1</FirstDelaySeconds>" +
      "<MaxDelaySeconds>2</MaxDelaySeconds><MaxAgeSeconds>3</MaxAgeSeconds>" +
      "<TimeoutSeconds>4</TimeoutSeconds></Retry>",
    "<WebhookSignature>true</WebhookSignature>",
    secret(32),
    "<ExtendedOperation>AppendObject</ExtendedOperation>",
    "<DefaultCallback><ID>r</ID><Prefix>in/</Prefix><Suffix>.jpg</Suffix>" +
      `<Callback>${callback}</Callback></DefaultCallback>`,
  ].join("");
  expect((await set(whole)).status).toBe(200);
  expect((await get("?x-ossicle-delivery-policy")).body).toContain(
    `<DeliveryPolicy>${whole}</DeliveryPolicy>`,
  );
});

test("a rule may refer to a stored callback that does not exist yet", async () => {
  expect((await set(rule(encode({ callbackPolicy: "later" })))).status).toBe(200);
  expect((await put("/k", "x")).status).toBe(200); // no callback is sent, and the log says so
});

test.each([
  ["an unknown OnFailure", "<OnFailure>forget</OnFailure>", "MalformedXML"],
  ["an element in the wrong case", "<Onfailure>hide</Onfailure>", "MalformedXML"],
  ["a misspelt inner element", "<Retry><MaxAttempt>5</MaxAttempt></Retry>", "MalformedXML"],
  ["a repeated element", "<OnFailure>hide</OnFailure><OnFailure>keep</OnFailure>", "MalformedXML"],
  ["zero attempts", "<Retry><MaxAttempts>0</MaxAttempts></Retry>", "InvalidArgument"],
  [
    "a delay of over seven days",
    "<Retry><MaxDelaySeconds>604801</MaxDelaySeconds></Retry>",
    "InvalidArgument",
  ],
  ["a timeout of 61 s", "<Retry><TimeoutSeconds>61</TimeoutSeconds></Retry>", "InvalidArgument"],
  ["a short secret", secret(23), "InvalidArgument"],
  ["three secrets", secret(24).repeat(3), "InvalidArgument"],
  [
    "an operation that calls back anyway",
    "<ExtendedOperation>PutObject</ExtendedOperation>",
    "MalformedXML",
  ],
  [
    "a rule without a callback",
    "<DefaultCallback><Prefix>a</Prefix></DefaultCallback>",
    "InvalidArgument",
  ],
  ["a rule without a callbackUrl", rule(encode({ callbackBody: "b" })), "InvalidArgument"],
  ["a callback that is not valid Base64", rule("***"), "InvalidArgument"],
  ["too many rules", rule(callback).repeat(21), "InvalidArgument"],
  [
    "rules that are too long together",
    rule(encode({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "b".repeat(3_000) })).repeat(
      10,
    ),
    "InvalidArgument",
  ],
])("refuses %s, and keeps the previous policy", async (_what, elements, code) => {
  await set("<OnFailure>delete</OnFailure>");
  expect(await set(elements)).toMatchObject({ status: 400, code });
  expect((await get("?x-ossicle-delivery-policy")).body).toContain("<OnFailure>delete<");
});
