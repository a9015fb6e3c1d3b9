// What stays free of a disk, and who is told.
import { expect, test } from "vitest";
import { DiskRoom, isDiskFull } from "./room.ts";

test("refuses what would eat into the reserve, and takes what does not", async () => {
  const room = new DiskRoom("/", 100, () => Promise.resolve(1_000));
  await room.require(900);
  await expect(room.require(901)).rejects.toMatchObject({
    code: "ServiceUnavailable",
    headers: { "Retry-After": "30" },
  });
});

test("looks again when its reading is old", async () => {
  let free = 50;
  const room = new DiskRoom("/", 100, () => Promise.resolve(free));
  await expect(room.require(0)).rejects.toThrow("The disk is full.");
  free = 200;
  await expect.poll(() => room.require(0).then(() => "room", String)).toBe("room");
});

test("reads a real disk", async () => {
  await new DiskRoom("/", 0).require(0);
  await expect(new DiskRoom("/", Number.MAX_SAFE_INTEGER).require(0)).rejects.toThrow("full");
  await expect(new DiskRoom("/no such folder", 0).require(0)).rejects.toThrow("ENOENT");
});

test("knows what systems say of full disks", () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect([isDiskFull(full), isDiskFull(new Error("other")), isDiskFull(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});
