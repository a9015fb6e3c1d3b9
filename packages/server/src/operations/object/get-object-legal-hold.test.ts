// GetObjectLegalHold: the hold of a version, also when it was taken off.
import { expect, test } from "vitest";
import { objectWormDocument } from "../../testing/model-documents.ts";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, keepVersions, put } = modelBucket();

test("returns the hold, and NoSuchObjectLegalHoldConfiguration without one", async () => {
  await keepVersions();
  await put("?objectWorm", objectWormDocument());
  await put("/k", "x");
  expect(await get("/k?legalHold")).toMatchObject({
    status: 404,
    code: "NoSuchObjectLegalHoldConfiguration",
  });
  for (const status of ["ON", "OFF"]) {
    const document = `<LegalHold><Status>${status}</Status></LegalHold>`;
    await put("/k?legalHold", document);
    expect((await get("/k?legalHold")).body).toContain(document);
  }
});
