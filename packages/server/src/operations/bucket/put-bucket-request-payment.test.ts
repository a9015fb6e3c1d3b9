// PutBucketRequestPayment: sets the payer. While requesters pay, anonymous requests are refused.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { stranger, get, put } = modelBucket();

const payment = (payer: string) =>
  put(
    "?requestPayment",
    `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`,
  );

test("refuses anonymous requests while requesters pay", async () => {
  await put("?acl", "", { "x-oss-acl": "public-read" });
  await put("/k", "x");
  expect((await payment("Requester")).status).toBe(200);
  expect(await stranger("GET", "/k")).toMatchObject({ status: 403, ec: "0003-00000701" });
  expect((await get("/k")).body).toBe("x");
  await payment("BucketOwner");
  expect((await stranger("GET", "/k")).body).toBe("x");
});

test("refuses an unknown payer, and a document without a payer", async () => {
  for (const answer of [
    await payment("Nobody"),
    await put("?requestPayment", "<RequestPaymentConfiguration/>"),
  ]) {
    expect(answer).toMatchObject({ status: 400, code: "MalformedXML", ec: "0015-00000231" });
  }
});
