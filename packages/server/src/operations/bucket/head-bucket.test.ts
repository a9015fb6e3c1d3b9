// HeadBucket: whether a bucket exists.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { ask, head } = modelBucket();

test("names the bucket's region", async () => {
  const answer = await head("");
  expect(answer).toMatchObject({ status: 200, body: "" });
  expect(answer.headers["x-oss-bucket-region"]).toBe("oss-cn-hangzhou");
});

test("reports a missing bucket in a header, because the answer has no body", async () => {
  const answer = await ask({ method: "HEAD", path: "/nobucket" });
  expect(answer).toMatchObject({ status: 404, body: "", code: "NoSuchBucket" });
});
