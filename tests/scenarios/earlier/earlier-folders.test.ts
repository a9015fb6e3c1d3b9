// Today's build serves data folders that earlier commits have written, and continues them. The
// folders are checked in; record-folder.ts has made them.
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { closeSync, openSync } from "node:fs";
import { createClient } from "@ossicle/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  checkpointFileName,
  readBootId,
  withOtherBootId,
} from "../../../packages/store/src/embedded/checkpoint-file.ts";
import { readNewestMeta } from "../../../packages/store/src/lmdb/lmdb-meta.ts";
import { runCommand, type Served, serveFolder, servedCredentials } from "../serve.ts";
import { type Folder, writeFolder } from "./folders.ts";
import { expectContinuation, expectObjects } from "./story.ts";

const here = new URL(".", import.meta.url);
const fixtures = (await readdir(here)).filter((name) => name.startsWith("folder-"));

let folder = "";
let served: Served | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-earlier-"));
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function serve(...args: readonly string[]): Promise<void> {
  served = await serveFolder(folder, args);
}

async function stop(): Promise<void> {
  served?.child.kill("SIGTERM");
  await served?.exited;
  served = undefined;
}

// The fixture was written in another start of the machine, which counts as a power cut.
async function setBootId(bootId: string): Promise<void> {
  const path = join(folder, "metadata", checkpointFileName);
  const content = await readFile(path).catch(() => undefined); // the earliest has none
  if (content !== undefined) await writeFile(path, withOtherBootId(content, bootId));
}

function clientOf({ url: endpoint }: Served) {
  return createClient({ endpoint, region: "cn-hangzhou", credentials: servedCredentials });
}

async function unpack(name: string): Promise<void> {
  const packed = await readFile(new URL(name, here));
  await writeFolder(folder, JSON.parse(gunzipSync(packed).toString()) as Folder);
}

describe.each(fixtures)("%s", (name) => {
  beforeEach(() => unpack(name));

  test("commands refuse it until it has been served", async () => {
    const { code, errors } = await runCommand(["verify", "--data", folder]);
    expect([code, errors]).toEqual([1, expect.stringContaining("format of an earlier version")]);
  });

  test.each([
    { after: "its server was killed", cut: false },
    { after: "the power was cut", cut: true },
  ])("it is served and continued after $after, and nothing is damaged", async ({ cut }) => {
    await setBootId(cut ? "another" : readBootId());
    await serve("--workers", "2");
    if (served === undefined) throw new Error("it is not served");
    const client = clientOf(served);
    await expectObjects(client);
    await expectContinuation(client);
    await stop();
    const { output } = await runCommand(["deliveries", "list", "--data", folder]);
    expect(output).toContain("plain/small");
    expect(output).toMatch(/failed .*plain\/refused/);
    const { code, output: verified } = await runCommand(["verify", "--data", folder]);
    expect([code, verified]).toEqual([0, expect.stringContaining("0 damaged, 0 left over")]);
    await serve();
    await expectObjects(clientOf(served));
  });
});

describe("a conversion that was interrupted", () => {
  const name = "folder-51634d6.json.gz";
  const at = (...names: readonly string[]): string => join(folder, "metadata", ...names);

  /** Leaves the converted database in `converted`, and the earlier one in its place. */
  async function finishWriting(): Promise<void> {
    await unpack(name);
    await serve();
    await stop();
    const converted = join(folder, "data.mdb");
    await rename(at("data.mdb"), converted);
    await rm(at(), { recursive: true });
    await unpack(name);
    await mkdir(at("converted"));
    await cp(converted, at("converted", "data.mdb"));
    await rm(converted);
    const old = openSync(at("data.mdb"), "r");
    await writeFile(at("converted", "source"), readNewestMeta(old));
    closeSync(old);
  }

  test.each([
    {
      point: "while the new database was written",
      leave: async () => {
        await unpack(name);
        await mkdir(at("converting"));
        await writeFile(at("converting", "data.mdb"), "a part of it");
      },
    },
    { point: "before the new database took its place", leave: finishWriting },
    {
      // The new database lacks what the earlier version has written meanwhile.
      point: "and the earlier version served the folder again",
      leave: async () => {
        await finishWriting();
        await writeFile(at("converted", "source"), "the meta page before");
        await writeFile(at("converted", "data.mdb"), "an outdated copy");
      },
    },
    {
      point: "before the old checkpoint was removed",
      leave: async () => {
        await finishWriting();
        await rename(at("converted", "data.mdb"), at("data.mdb"));
      },
    },
    {
      point: "before its folder was removed",
      leave: async () => {
        await finishWriting();
        await rename(at("converted", "data.mdb"), at("data.mdb"));
        await rm(at("checkpoint"));
        await rm(at("lock.mdb"));
      },
    },
  ])("$point is continued", async ({ leave }) => {
    await leave();
    await serve("--workers", "2");
    if (served === undefined) throw new Error("it is not served");
    await expectObjects(clientOf(served));
    await expectContinuation(clientOf(served));
    await stop();
    const { code, output } = await runCommand(["verify", "--data", folder]);
    expect([code, output]).toEqual([0, expect.stringContaining("0 damaged, 0 left over")]);
    const left = await readdir(at());
    expect(left.toSorted()).toEqual(["checkpoint", "data.mdb", "lock.mdb", "segments"]);
  });
});

test("the folders of four earlier commits are there", () => {
  expect(fixtures).toHaveLength(4);
});
