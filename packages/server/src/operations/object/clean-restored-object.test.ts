// CleanRestoredObject: ends the restored state early, but only once the restore is complete.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, post, pipeline } = modelBucket();

const clean = () => post("/k?cleanRestoredObject");

test("makes a restored object unreadable again, but not an object being restored", async () => {
  await put("/k", "x", { "x-oss-storage-class": "ColdArchive" });
  expect(await clean()).toMatchObject({ status: 409, code: "ArchiveRestoreFileStale" });
  const wanted =
    "<RestoreRequest><Days>1</Days><JobParameters><Tier>Bulk</Tier></JobParameters>" +
    "</RestoreRequest>";
  const begun = await post("/k?restore", wanted);
  expect(begun.headers["x-oss-object-restore-priority"]).toBe("Bulk");
  expect(await clean()).toMatchObject({
    status: 409,
    code: "ArchiveRestoreNotFinished",
    ec: "0016-00000719",
  });
  pipeline().clock.ms += 60_000;
  expect((await get("/k")).body).toBe("x");
  expect((await clean()).status).toBe(200);
  expect((await get("/k")).status).toBe(403);
});
