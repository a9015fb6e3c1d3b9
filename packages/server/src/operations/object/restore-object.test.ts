// RestoreObject: an archived object is refused until its restore is done, and again after its days.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, head, put, post, pipeline } = modelBucket();

const restore = (body = "") => post("/k?restore", body);
const archived = (storageClass = "Archive") =>
  put("/k", "x", { "x-oss-storage-class": storageClass });

test("makes the object readable after a while, for some days", async () => {
  await archived();
  expect(await get("/k")).toMatchObject({ status: 403, code: "InvalidObjectState" });
  const copy = await put("/c", "", { "x-oss-copy-source": "/bucket/k" });
  expect(copy).toMatchObject({ status: 403, code: "InvalidObjectState" });
  expect((await restore("<RestoreRequest><Days>2</Days></RestoreRequest>")).status).toBe(202);
  expect(await restore()).toMatchObject({
    status: 409,
    code: "RestoreAlreadyInProgress",
    ec: "0016-00000701",
  });
  expect((await head("/k")).headers["x-oss-restore"]).toBe('ongoing-request="true"');
  expect((await get("/k")).status).toBe(403);
  pipeline().clock.ms += 60_000;
  expect((await get("/k")).body).toBe("x");
  expect((await head("/k")).headers["x-oss-restore"]).toMatch(
    /^ongoing-request="false", expiry-date=".* GMT"$/,
  );
  expect((await restore()).status).toBe(200);
  pipeline().clock.ms += 3 * 86_400_000;
  expect((await get("/k")).status).toBe(403);
});

test.each([
  ["Standard", "", { status: 400, code: "OperationNotSupported", ec: "0016-00000702" }],
  [
    "Archive",
    "<RestoreRequest><Days>8</Days></RestoreRequest>",
    { status: 400, code: "InvalidArgument" },
  ],
  [
    "Archive",
    "<RestoreRequest><Days>x</Days></RestoreRequest>",
    { status: 400, code: "MalformedXML" },
  ],
  [
    "Archive",
    "<RestoreRequest><JobParameters><Tier>Bulk</Tier></JobParameters></RestoreRequest>",
    { status: 400, code: "MalformedXML" },
  ],
  [
    "ColdArchive",
    "<RestoreRequest><JobParameters><Tier>Now</Tier></JobParameters></RestoreRequest>",
    { status: 400, code: "InvalidArgument" },
  ],
])("an object of class %s refuses the request '%s'", async (storageClass, body, expected) => {
  await archived(storageClass);
  expect(await restore(body)).toMatchObject(expected);
  expect((await head("/k")).headers).not.toHaveProperty("x-oss-restore");
});
