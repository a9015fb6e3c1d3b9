// The sweeper keeps garbage while a backup holds it. The hold of a killed backup expires.
import { expect, test } from "vitest";
import { modelBucket } from "../../testing/model-bucket.ts";
import { sweepAll } from "../../testing/model-sweep.ts";
import { holdSweeper, isSweeperHeld } from "./sweep-hold.ts";

const { put, remove, pipeline } = modelBucket();

async function blobs(): Promise<number> {
  let count = 0;
  for await (const _ of pipeline().services.blobs.scan()) count += 1;
  return count;
}

test("the sweeper removes garbage only after the backup has released it", async () => {
  const { metadata, clock } = pipeline();
  await put("/k", "x".repeat(100));
  await remove("/k");
  const release = await holdSweeper(metadata, () => clock.ms);
  await sweepAll(pipeline());
  expect(await blobs()).toBe(1);
  await release();
  await sweepAll(pipeline());
  expect(await blobs()).toBe(0);
});

test("a hold that is not renewed expires after ten minutes", async () => {
  const { metadata, clock } = pipeline();
  const release = await holdSweeper(metadata, () => clock.ms);
  expect(await isSweeperHeld(metadata, clock.ms + 599_999)).toBe(true);
  expect(await isSweeperHeld(metadata, clock.ms + 600_000)).toBe(false);
  await release();
});

test("the end of one backup does not release the hold of another", async () => {
  const { metadata, clock } = pipeline();
  const [one, other] = [
    await holdSweeper(metadata, () => clock.ms),
    await holdSweeper(metadata, () => clock.ms),
  ];
  await one();
  expect(await isSweeperHeld(metadata, clock.ms)).toBe(true);
  await other();
  expect(await isSweeperHeld(metadata, clock.ms)).toBe(false);
});
