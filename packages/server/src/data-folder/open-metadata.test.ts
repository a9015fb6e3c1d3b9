// Data folders of earlier and later formats.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintVersion } from "@ossicle/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serverRecords } from "../objects/records/key-space.ts";
import { openDataFolder } from "./open-data-folder.ts";
import { openMetadata } from "./open-metadata.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-format-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(format: number): Promise<void> {
  const metadata = await openDataFolder(folder, {});
  const value = serverRecords.encode("format", { format });
  const puts = [{ key: serverRecords.key("format"), value }];
  await metadata.commit({ version: mintVersion(), checks: [], puts, deletes: [] });
  await metadata.close();
}

test("a command refuses a folder of an earlier format until a server has opened it", async () => {
  await write(1);
  await expect(openMetadata({ data: folder })).rejects.toThrow(
    "has the format of an earlier version",
  );
  await (await openDataFolder(folder, {})).close();
  const metadata = await openMetadata({ data: folder });
  await metadata.close();
});

test("a folder of a later format is refused", async () => {
  await write(5);
  const refusal = "the store has format 5; this Ossicle reads 1 to 4 only";
  await expect(openDataFolder(folder, {})).rejects.toThrow(refusal);
  await expect(openMetadata({ data: folder })).rejects.toThrow(refusal);
});
