// PutBucketAccessMonitor: stores the status.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put } = modelBucket();

test("stores the status, and replaces it by the next one", async () => {
  for (const status of ["Enabled", "Disabled"]) {
    const element = `<Status>${status}</Status>`;
    const body = `<AccessMonitorConfiguration>${element}</AccessMonitorConfiguration>`;
    expect((await put("?accessmonitor", body)).status).toBe(200);
    expect((await get("?accessmonitor")).body).toContain(body);
  }
});

test.each([
  "<Other/>",
  "<AccessMonitorConfiguration/>",
  "<AccessMonitorConfiguration><Status>On</Status></AccessMonitorConfiguration>",
])("refuses %s", async (body) => {
  const refused = await put("?accessmonitor", body);
  expect(refused).toMatchObject({ status: 400, code: "MalformedXML", ec: "0015-00000231" });
});
