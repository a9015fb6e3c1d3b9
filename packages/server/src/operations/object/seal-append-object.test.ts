// SealAppendObject: ends appending to an object for good.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, post, pipeline } = modelBucket();

const seal = (position: number | string) => post(`/k?seal&position=${position}`);

test("refuses later appends, and sealing the object again changes nothing", async () => {
  await post("/k?append&position=0", "abc");
  const sealed = await seal(3);
  expect(sealed.headers["x-oss-sealed-time"]).toMatch(/GMT$/);
  pipeline().clock.ms += 60_000;
  expect((await seal(3)).headers["x-oss-sealed-time"]).toBe(sealed.headers["x-oss-sealed-time"]);
  expect(await post("/k?append&position=3", "x")).toMatchObject({
    status: 405,
    code: "MethodNotAllowed",
  });
  expect((await get("/k")).body).toBe("abc");
});

test("is refused at a wrong position, for another type, and for a missing key", async () => {
  expect((await seal(0)).code).toBe("NoSuchKey");
  await post("/k?append&position=0", "abc");
  expect(await seal(1)).toMatchObject({ status: 409, code: "PositionNotEqualToLength" });
  expect(await post("/k?seal")).toMatchObject({ status: 400, code: "MissingArgument" });
  await put("/k", "x");
  expect(await seal(1)).toMatchObject({
    status: 400,
    code: "OperationNotSupported",
    ec: "0016-00000513",
  });
});
