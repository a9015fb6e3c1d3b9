// GetBucketStat: counts objects, versions, delete markers, uploads and parts.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";

const { get, put, remove, keepVersions, begin } = modelBucket();

test("counts objects and bytes by storage class", async () => {
  await put("/a", "12345");
  await put("/b", "123", { "x-oss-storage-class": "IA" });
  const { body } = await get("?stat");
  for (const part of [
    "<Storage>8<",
    "<ObjectCount>2<",
    "<StandardStorage>5<",
    "<InfrequentAccessStorage>3<",
    "<InfrequentAccessObjectCount>1<",
    "<LiveChannelCount>0<",
  ]) {
    expect(body).toContain(part);
  }
});

test("counts noncurrent versions, delete markers, uploads and their parts", async () => {
  await keepVersions();
  await put("/a", "12345");
  await put("/a", "123");
  await remove("/a");
  const upload = await begin("k");
  await put(`/k?partNumber=1&uploadId=${upload}`, "part");
  const { body } = await get("?stat");
  for (const part of [
    "<Storage>8<",
    "<DeleteMarkerCount>1<",
    "<MultipartUploadCount>1<",
    "<MultipartPartCount>1<",
  ]) {
    expect(body).toContain(part);
  }
});

test("counts what was written before the request, also while another count runs", async () => {
  await put("/a", "1");
  const counts = Array.from({ length: 8 }, async (_, at) => {
    await put(`/b${at}`, "1");
    const { body } = await get("?stat");
    return Number(/<ObjectCount>(\d+)</.exec(body)?.[1]);
  });
  for (const count of await Promise.all(counts)) expect(count).toBeGreaterThanOrEqual(2);
  expect((await get("?stat")).body).toContain("<ObjectCount>9<");
});
