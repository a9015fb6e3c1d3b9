// Disks that fail for a while: every kind of call on every kind of file.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DiskFault, failDisk, replayOnFailingDisk } from "./disk-faults.ts";
import { scratchFolder } from "./recorder.ts";

const faults: readonly Omit<DiskFault, "error">[] = [
  { call: "write", path: "/data.mdb" },
  { call: "sync", path: "/data.mdb" },
  { call: "write", path: "/segments/" },
  { call: "sync", path: "/segments/" },
  { call: "sync", path: "/segments/", isAfterTheFact: true },
  { call: "create", path: "/segments/" },
  { call: "folder sync", path: "/segments" },
  { call: "write", path: "/checkpoint" },
  { call: "sync", path: "/checkpoint" },
  { call: "create", path: "/blobs/" },
  { call: "write", path: "/blobs/" },
  { call: "sync", path: "/blobs/" },
  { call: "folder sync", path: "/blobs/" },
  { call: "unlink", path: "/blobs/" },
];

for (const fault of faults) {
  for (const error of ["EIO", "ENOSPC"] as const) {
    const how = fault.isAfterTheFact === true ? `${error} after the fact` : error;
    const what = `${fault.call} of ${fault.path} with ${how}`;
    test(`${what} loses nothing, and service returns`, async () => {
      const into = mkdtempSync(join(scratchFolder, "ossicle-disk-faults-"));
      try {
        const report = await failDisk({ ...fault, error }, into, 20_261_128);
        expect(report.hits).toBeGreaterThan(0);
        expect(report.acknowledged).toBeGreaterThan(50);
        expect(report.mistakes).toEqual([]);
        expect(report.backAfterMs).toBeLessThan(10_000);
      } finally {
        rmSync(into, { recursive: true, force: true });
      }
    });
  }
}

test("a replay that the disk refuses succeeds once the disk works again", async () => {
  const into = mkdtempSync(join(scratchFolder, "ossicle-disk-faults-"));
  try {
    expect(await replayOnFailingDisk(into)).toEqual([503, 202]);
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
});
