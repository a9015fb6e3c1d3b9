// ListObjectsV2: pages by token.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("pages by token, and returns the owner only on request", async () => {
  for (const key of ["a", "b", "c", "d", "e"]) await put(`/${key}`, "x");
  const first = await get("?list-type=2&max-keys=2");
  expect(first.body).toContain("<KeyCount>2</KeyCount>");
  expect(first.body).not.toContain("<Owner>");
  const token = /<NextContinuationToken>([^<]*)</.exec(first.body)?.[1] ?? "";
  const rest = await get(`?list-type=2&fetch-owner=true&continuation-token=${token}`);
  expect(rest.body).toContain("<IsTruncated>false</IsTruncated>");
  expect(rest.body).toContain("<KeyCount>3</KeyCount>");
  expect(rest.body).toContain("<Owner>");
});

test("starts after a key", async () => {
  for (const key of ["a", "b", "c"]) await put(`/${key}`, "x");
  const { body } = await get("?list-type=2&start-after=b");
  expect([...body.matchAll(/<Key>(\w)</g)].map(([, key]) => key)).toEqual(["c"]);
});

test.each(["continuation-token=abc", "max-keys=0", "max-keys=1001"])(
  "refuses %s",
  async (query) => {
    expect(await get(`?list-type=2&${query}`)).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  },
);
