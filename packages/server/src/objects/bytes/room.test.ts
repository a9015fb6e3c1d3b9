// A part of the disk stays free, and uploads are refused when it would not.
import { isFullDisk } from "@ossicle/store";
import { expect, test } from "vitest";
import { DiskRoom } from "./room.ts";

test("bytes that would use up part of the reserve are refused, others are accepted", async () => {
  const room = new DiskRoom("/", 100, () => Promise.resolve(1_000));
  await room.require(900);
  await expect(room.require(901)).rejects.toMatchObject({
    code: "ServiceUnavailable",
    headers: { "Retry-After": "30" },
  });
});

test("the free space is read again when the last reading is old", async () => {
  let free = 50;
  const room = new DiskRoom("/", 100, () => Promise.resolve(free));
  await expect(room.require(0)).rejects.toThrow("The disk is full.");
  free = 200;
  await expect.poll(() => room.require(0).then(() => "room", String)).toBe("room");
});

test("the free space of a real disk can be read", async () => {
  await new DiskRoom("/", 0).require(0);
  await expect(new DiskRoom("/", Number.MAX_SAFE_INTEGER).require(0)).rejects.toThrow("full");
  await expect(new DiskRoom("/no such folder", 0).require(0)).rejects.toThrow("ENOENT");
});

test("the error codes of a full disk are recognised", () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect([isFullDisk(full), isFullDisk(new Error("other")), isFullDisk(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});
