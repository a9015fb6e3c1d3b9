// Buckets and objects in the console: uploads of every kind, previews, links, versions and changes.
import { mkdtemp, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHash } from "node:crypto";
import { bucket, ConsoleHarness } from "./console-harness.ts";

let harness: ConsoleHarness;
let folder: string;
beforeAll(async () => {
  harness = await ConsoleHarness.start();
  folder = await mkdtemp(join(tmpdir(), "ossicle-files-"));
});
afterAll(async () => {
  await harness.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => harness.open());
afterEach(() => harness.close());

const entry = (name: string): Locator =>
  harness.page
    .getByRole("listitem")
    .filter({ has: harness.page.getByRole("link", { name, exact: true }) });
const uploads = (): Locator => harness.page.getByRole("region", { name: "Uploads" });

/** Chooses files, or a folder, as a person does in the browser's own dialog. */
async function choose(button: string, paths: string | readonly string[]): Promise<void> {
  const asked = harness.page.waitForEvent("filechooser");
  await harness.page.getByRole("button", { name: button, exact: true }).click();
  await (await asked).setFiles(typeof paths === "string" ? paths : [...paths]);
}

async function put(key: string, body: string, contentType?: string): Promise<void> {
  await harness.client.putObject({ bucket, key, body, ...(contentType && { contentType }) });
}

/** Writes a file of random bytes, and returns its MD5. */
async function writeLarge(path: string, bytes: number): Promise<string> {
  const hash = createHash("md5");
  const file = await open(path, "w");
  const block = Buffer.allocUnsafe(1_048_576);
  for (let at = 0; at < bytes; at += block.length) {
    block.fill(`block ${at} `);
    hash.update(block);
    await file.write(block);
  }
  await file.close();
  return hash.digest("hex");
}

async function md5Of(key: string): Promise<string> {
  const hash = createHash("md5");
  const { body } = await harness.client.getObject({ bucket, key });
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

describe("a bucket", () => {
  test("is made, listed with what it holds, and deleted when it is empty", async () => {
    await harness.signIn("/buckets");
    const { page } = harness;
    await page.getByLabel("Name of a new bucket").fill("made-here");
    await page.getByRole("button", { name: "Create a bucket" }).click();
    await page.getByText("There is nothing here.").waitFor();
    await page.getByRole("link", { name: "Buckets" }).first().click();
    await page.getByRole("link", { name: "made-here", exact: true }).waitFor();
    expect(await harness.faults()).toEqual([]);
    await page.getByRole("link", { name: "Settings of made-here" }).click();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Delete the bucket" }).click();
    await page.getByRole("heading", { name: "Buckets" }).waitFor();
    await expect.poll(() => page.getByText("made-here").count()).toBe(0);
  });

  test("that is not empty is not deleted, and the page says why", async () => {
    await put("keeps", "x");
    await harness.signIn(`/buckets/${bucket}/settings`);
    harness.page.once("dialog", (dialog) => void dialog.accept());
    await harness.page.getByRole("button", { name: "Delete the bucket" }).click();
    const alert = harness.page.getByRole("alert");
    expect(await alert.innerText()).toContain("BucketNotEmpty");
  });
});

describe("folders", () => {
  test("are opened by links, by typing, and keep their place in the address", async () => {
    await put("a/b/c.txt", "deep");
    await put("a/d.txt", "higher");
    await harness.signIn(`/buckets/${bucket}`);
    const { page } = harness;
    await page.getByRole("link", { name: "a/", exact: true }).click();
    await entry("d.txt").waitFor();
    await page.getByLabel("Path").fill("a/b/");
    await page.keyboard.press("Enter");
    await entry("c.txt").waitFor();
    expect(page.url()).toContain("prefix=a%2Fb%2F");
    await page.getByRole("link", { name: "a", exact: true }).click();
    await entry("d.txt").waitFor();
    await page.goBack();
    await entry("c.txt").waitFor();
    expect(await harness.faults()).toEqual([]);
    // The beginning of a name filters.
    await page.getByLabel("Path").fill("a/d");
    await page.keyboard.press("Enter");
    await entry("d.txt").waitFor();
    await expect.poll(() => page.getByText("1 entry").count()).toBe(1);
  });

  test("of many keys are drawn as they come into sight, without a stall", async () => {
    const keys = Array.from({ length: 2_500 }, (_, at) => `many/${String(at).padStart(5, "0")}`);
    while (keys.length > 0) {
      await Promise.all(keys.splice(0, 50).map((key) => put(key, "")));
    }
    await harness.signIn(`/buckets/${bucket}?prefix=many/`);
    const { page } = harness;
    await entry("00000").waitFor();
    expect(await page.getByText("1,000 and more entries").count()).toBe(1);
    const list = page.getByRole("region", { name: "Entries of this folder" });
    const scroll = (): Promise<void> =>
      list.evaluate((element) => {
        element.scrollTop = element.scrollHeight;
      });
    await expect
      .poll(async () => {
        await scroll();
        return entry("02499").count();
      })
      .toBe(1);
    expect(await page.getByText("2,500 entries").count()).toBe(1);
    expect(await page.getByRole("listitem").count()).toBeLessThan(100);
  });
});

describe("uploads", () => {
  test("of files are stored with their types, and the folder shows them", async () => {
    const path = join(folder, "note.txt");
    await writeFile(path, "hello from a file");
    await harness.signIn(`/buckets/${bucket}?prefix=files/`);
    await choose("Upload files", path);
    await entry("note.txt").waitFor();
    const stored = await harness.client.getObject({ bucket, key: "files/note.txt" });
    expect([stored.contentType, await stored.text()]).toEqual(["text/plain", "hello from a file"]);
    await uploads().getByText("1 of 1 uploaded").first().waitFor();
    expect(await harness.faults()).toEqual([]);
  });

  test("of a folder with 2,000 files keep their paths", async () => {
    const root = join(folder, "album");
    for (let day = 0; day < 20; day += 1) {
      await mkdir(join(root, `day-${day}`), { recursive: true });
      for (let shot = 0; shot < 100; shot += 1) {
        await writeFile(join(root, `day-${day}`, `${shot}.txt`), `${day} ${shot}`);
      }
    }
    await harness.signIn(`/buckets/${bucket}`);
    await choose("Upload a folder", root);
    await uploads().getByText("2000 of 2000 uploaded").first().waitFor({ timeout: 120_000 });
    await entry("album/").waitFor();
    let count = 0;
    for await (const { key, size } of harness.client.allObjects({ bucket, prefix: "album/" })) {
      const [, day = "", shot = ""] = /^album\/day-(\d+)\/(\d+)\.txt$/.exec(key) ?? [];
      expect(size).toBe(`${day} ${shot}`.length);
      count += 1;
    }
    expect(count).toBe(2_000);
  }, 180_000);

  test("of dropped files begin at once", async () => {
    await harness.signIn(`/buckets/${bucket}?prefix=dropped/`);
    const { page } = harness;
    await page.getByText("or drop files and folders here").waitFor();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["dropped"], "drop.txt", { type: "text/plain" }));
      return transfer;
    });
    await page.dispatchEvent(".zone", "drop", { dataTransfer: data });
    await entry("drop.txt").waitFor();
    expect(await (await harness.client.getObject({ bucket, key: "dropped/drop.txt" })).text()).toBe(
      "dropped",
    );
  });

  test("of 300 MiB survive a cut network and a pause, and go on where they were", async () => {
    const path = join(folder, "large.bin");
    const md5 = await writeLarge(path, 314_572_800);
    await harness.signIn(`/buckets/${bucket}?prefix=large/`);
    await choose("Upload files", path);
    await expect.poll(() => sentBytes(), { timeout: 60_000 }).toBeGreaterThan(20_000_000);
    await harness.context.setOffline(true);
    await uploads().getByText("waiting for the network").waitFor({ timeout: 60_000 });
    const before = await sentBytes();
    await harness.context.setOffline(false);
    await expect.poll(() => sentBytes(), { timeout: 60_000 }).toBeGreaterThan(before);
    await uploads()
      .getByRole("button", { name: /^Pause/ })
      .click();
    await uploads()
      .getByText(/paused ·/)
      .waitFor();
    const paused = await sentBytes();
    await harness.page.waitForTimeout(500);
    expect(await sentBytes()).toBe(paused);
    await uploads()
      .getByRole("button", { name: /^Resume/ })
      .click();
    await uploads().getByText("1 of 1 uploaded").first().waitFor({ timeout: 120_000 });
    expect(await md5Of("large/large.bin")).toBe(md5);
    // Parts that had arrived were not sent again: beside the object, at most a few of 8 MiB were.
    const parts = harness.addresses.filter((address) => address.includes("partNumber"));
    expect(parts.length).toBeGreaterThanOrEqual(38);
    expect(parts.length).toBeLessThan(60);
  }, 240_000);

  test("end when the person signs out, and leave no parts", async () => {
    const path = join(folder, "left.bin");
    await writeLarge(path, 104_857_600);
    await harness.signIn(`/buckets/${bucket}?prefix=left/`);
    await choose("Upload files", path);
    await expect.poll(() => sentBytes(), { timeout: 30_000 }).toBeGreaterThan(0);
    await harness.page.getByRole("button", { name: "Sign out" }).click();
    await harness.page.getByRole("button", { name: "Sign in" }).waitFor();
    await expect.poll(async () => (await pending()).length, { timeout: 10_000 }).toBe(0);
    const seen = harness.addresses.length;
    await harness.page.waitForTimeout(500);
    expect(harness.addresses.length).toBe(seen);
    const head = harness.client.headObject({ bucket, key: "left/left.bin" });
    await expect(head).rejects.toMatchObject({ code: "NoSuchKey" });
  }, 60_000);

  async function pending(): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for await (const upload of harness.client.allUploads({ bucket, prefix: "left/" })) {
      found.push(upload);
    }
    return found;
  }

  async function sentBytes(): Promise<number> {
    return Number(await uploads().getByRole("progressbar").getAttribute("value"));
  }
});

describe("an object", () => {
  test("is shown with its facts, its text and its tags", async () => {
    await put("shown/data.json", '{"b":[1,{"c":null}]}', "application/json");
    await harness.signIn(`/buckets/${bucket}?prefix=shown/`);
    await entry("data.json").getByRole("link").click();
    const { page } = harness;
    await page.getByText('"c": null').waitFor();
    expect(await harness.text()).toContain("application/json");
    expect(await harness.faults()).toEqual([]);
    const tags = page
      .locator("section")
      .filter({ has: page.getByRole("heading", { name: "Tags" }) });
    await tags.getByRole("button", { name: "Add" }).click();
    await tags.getByLabel("Key of the tag").fill("project");
    await tags.getByLabel("Value of the tag").fill("ossicle");
    await tags.getByRole("button", { name: "Save" }).click();
    const read = async (): Promise<unknown> =>
      (await harness.client.getObjectTagging({ bucket, key: "shown/data.json" })).tagSet.tags;
    await expect.poll(read).toEqual([{ key: "project", value: "ossicle" }]);
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByLabel("Access").selectOption("public-read");
    await expect
      .poll(async () => (await fetch(`${harness.store}/${bucket}/shown/data.json`)).status)
      .toBe(200);
  });

  test.each([
    ["page.html", "text/html", "<script>parent.ran = window.ran = true</script>"],
    [
      "picture.svg",
      "image/svg+xml",
      '<svg xmlns="http://www.w3.org/2000/svg"><script>window.top.ran = true</script></svg>',
    ],
    ["page.xhtml", "application/xhtml+xml", "<html/>"],
    ["a.pdf", "application/pdf", "<script>parent.ran = window.ran = true</script>"],
  ])("%s is previewed, and runs nothing on the console's origin", async (key, type, body) => {
    await put(`hostile/${key}`, body, type);
    await harness.signIn(`/buckets/${bucket}/object?key=hostile/${key}`);
    const { page } = harness;
    await page.locator(".preview").first().waitFor();
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => "ran" in window)).toBe(false);
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    for (const frame of frames) expect(frame.url()).not.toContain(harness.admin);
    // As an address of the console's origin, every one of them is refused.
    for (const path of [
      `/store/${bucket}/hostile/${key}`,
      `/console/../store/${bucket}/hostile/${key}`,
    ]) {
      const answer = await page.goto(harness.admin + path);
      expect([400, 403]).toContain(answer?.status());
    }
    await harness.client.putBucketAcl({ bucket, acl: "public-read" });
    const open = await page.goto(`${harness.admin}/store/${bucket}/hostile/${key}`);
    expect(open?.status()).toBe(403);
    await harness.client.putBucketAcl({ bucket, acl: "private" });
  });

  test("has links that expire, as a QR code too", async () => {
    await put("linked.txt", "by a link", "text/plain");
    await harness.signIn(`/buckets/${bucket}/object?key=linked.txt`);
    const { page } = harness;
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = page.locator(".link a");
    const url = (await link.getAttribute("href")) ?? "";
    expect(await (await fetch(url)).text()).toBe("by a link");
    expect(url).toContain("x-oss-expires=3600");
    await page.getByRole("img", { name: "The link as a QR code" }).waitFor();
    // One that outlives the session needs the person's own key.
    await page.getByLabel("Valid for").selectOption("604800");
    await page.getByLabel("Secret of ak").fill("sk-of-scenarios");
    await page.getByRole("button", { name: "Make a link" }).click();
    await expect.poll(() => link.getAttribute("href")).toContain("x-oss-expires=604800");
    const long = (await link.getAttribute("href")) ?? "";
    expect(long).not.toContain("security-token");
    expect(await (await fetch(long)).text()).toBe("by a link");
  });

  test("is downloaded, and leads to its callbacks", async () => {
    await harness.upload("called.txt");
    await harness.signIn(`/buckets/${bucket}/object?key=called.txt`);
    const { page } = harness;
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download", exact: true }).click();
    expect(await readFile(await (await coming).path(), "utf8")).toBe("x");
    await page.getByRole("link", { name: "Its callbacks" }).click();
    await page.getByRole("link", { name: `${bucket}/called.txt` }).click();
    await page.getByRole("link", { name: "Open the object" }).click();
    await page.getByRole("heading", { name: "called.txt" }).waitFor();
  });

  test("gets other headers and metadata, and keeps its content", async () => {
    await put("meta.txt", "content", "text/plain");
    await harness.signIn(`/buckets/${bucket}/object?key=meta.txt`);
    const card = harness.page.locator("details");
    await card.locator("summary").click();
    await card.getByLabel("Cache-Control").fill("no-cache");
    await card.getByRole("button", { name: "Add" }).click();
    await card.getByLabel("Name of the metadata").fill("author");
    await card.getByLabel("Value of the metadata").fill("me");
    await card.getByRole("button", { name: "Save" }).click();
    const read = async (): Promise<unknown> => {
      const found = await harness.client.getObject({ bucket, key: "meta.txt" });
      const { contentType, cacheControl, metadata } = found;
      return [contentType, cacheControl, metadata, await found.text()];
    };
    await expect.poll(read).toEqual(["text/plain", "no-cache", { author: "me" }, "content"]);
  });

  test("may be a symbolic link, which leads to its target", async () => {
    await put("target.txt", "the target", "text/plain");
    await harness.signIn(`/buckets/${bucket}`);
    const { page } = harness;
    const answers = ["link.txt", "target.txt"];
    page.on("dialog", (dialog) => void dialog.accept(answers.shift()));
    await page.getByRole("button", { name: "New symbolic link" }).click();
    await page.getByLabel("Path").fill("link");
    await page.keyboard.press("Enter");
    await entry("link.txt").getByText("symbolic link").waitFor();
    await entry("link.txt").getByRole("link").click();
    await page.getByRole("link", { name: "target.txt" }).click();
    await page.getByText("the target").waitFor();
    expect(page.url()).toContain("key=target.txt");
  });

  test("is renamed and copied", async () => {
    await put("named/old.txt", "content");
    await harness.client.putObjectAcl({ bucket, key: "named/old.txt", acl: "public-read" });
    await harness.signIn(`/buckets/${bucket}/object?key=named/old.txt`);
    const { page } = harness;
    page.once("dialog", (dialog) => void dialog.accept("named/new name.txt"));
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("heading", { name: "named/new name.txt" }).waitFor();
    const read = async (key: string): Promise<string> =>
      (await harness.client.getObject({ bucket, key })).text();
    expect(await read("named/new name.txt")).toBe("content");
    await expect(read("named/old.txt")).rejects.toMatchObject({ code: "NoSuchKey" });
    const renamed = { bucket, key: "named/new name.txt" };
    const { accessControlList } = await harness.client.getObjectAcl(renamed);
    expect(accessControlList.grant).toBe("public-read");
    // A key that is taken is not overwritten.
    await put("named/taken.txt", "stays");
    page.once("dialog", (dialog) => void dialog.accept("named/taken.txt"));
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByText("FileAlreadyExists").waitFor();
    expect(await read("named/taken.txt")).toBe("stays");
    expect(await read("named/new name.txt")).toBe("content");
  });
});

describe("selected entries", () => {
  test("are copied and moved, folders with all that they hold", async () => {
    await put("from/one.txt", "1");
    await put("from/sub/two.txt", "2");
    await harness.signIn(`/buckets/${bucket}?prefix=from/`);
    const { page } = harness;
    await entry("one.txt").getByRole("checkbox").check();
    await entry("sub/").getByRole("checkbox").check();
    await page.getByRole("button", { name: "Copy or move …" }).click();
    await page.getByLabel("Folder", { exact: true }).fill("to");
    expect(await harness.faults()).toEqual([]);
    await page.getByRole("button", { name: "Move", exact: true }).click();
    await page.getByText("2 moved.").waitFor();
    const keys: string[] = [];
    for (const prefix of ["from/", "to/"]) {
      for await (const { key } of harness.client.allObjects({ bucket, prefix })) keys.push(key);
    }
    expect(keys).toEqual(["to/one.txt", "to/sub/two.txt"]);
  });

  test("are not copied over others, nor into themselves, and say so", async () => {
    await put("over/one.txt", "new");
    await put("taken/one.txt", "old");
    await harness.signIn(`/buckets/${bucket}?prefix=over/`);
    const { page } = harness;
    const move = async (name: string, to: string): Promise<void> => {
      await entry(name).getByRole("checkbox").check();
      await page.getByRole("button", { name: "Copy or move …" }).click();
      await page.getByLabel("Folder", { exact: true }).fill(to);
      await page.getByRole("button", { name: "Move", exact: true }).click();
    };
    await move("one.txt", "taken");
    await page.getByText("1 left as they are: the key is taken.").waitFor();
    for (const [key, content] of [
      ["over/one.txt", "new"],
      ["taken/one.txt", "old"],
    ] as const) {
      expect(await (await harness.client.getObject({ bucket, key })).text()).toBe(content);
    }
    await harness.goTo(`/buckets/${bucket}`);
    await move("over/", "over/inside");
    await page.getByText("A folder cannot be copied into itself.").waitFor();
  });

  test("are downloaded as one archive", async () => {
    await put("zip/one.txt", "first");
    await put("zip/sub/two.txt", "second");
    await harness.signIn(`/buckets/${bucket}?prefix=zip/`);
    const { page } = harness;
    await entry("one.txt").waitFor();
    await page.getByRole("checkbox").first().check();
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as ZIP" }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(`${bucket}.zip`);
    await page.getByText("2 objects added to the archive.").waitFor();
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
    const text = bytes.toString("latin1");
    for (const part of ["one.txt", "first", "sub/two.txt", "second"]) expect(text).toContain(part);
    // A link without its target is named, and does not end the archive.
    const link = { bucket, key: "zip/lost.txt", symlinkTarget: "nowhere" };
    await harness.client.putSymlink(link);
    await page.reload();
    await entry("lost.txt").getByRole("checkbox").check();
    await entry("one.txt").getByRole("checkbox").check();
    const second = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as ZIP" }).click();
    const partly = (await readFile(await (await second).path())).toString("latin1");
    for (const part of ["one.txt", "MISSING.txt", "zip/lost.txt"]) expect(partly).toContain(part);
  });

  test("are deleted after a question, and come back where versioning allows it", async () => {
    const versioned = "versioned-here";
    await harness.client.putBucket({ bucket: versioned });
    await harness.client.putBucketVersioning({ bucket: versioned, status: "Enabled" });
    for (const key of ["x/1", "x/2"]) {
      await harness.client.putObject({ bucket: versioned, key, body: "kept" });
    }
    await harness.signIn(`/buckets/${versioned}`);
    const { page } = harness;
    await entry("x/").getByRole("checkbox").check();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("There is nothing here.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await entry("x/").waitFor();
    const read = await harness.client.getObject({ bucket: versioned, key: "x/2" });
    expect(await read.text()).toBe("kept");
  });

  test("are versions where they are shown, and an older one is restored", async () => {
    const versioned = "versions-of-one";
    await harness.client.putBucket({ bucket: versioned });
    await harness.client.putBucketVersioning({ bucket: versioned, status: "Enabled" });
    for (const body of ["first", "second"]) {
      await harness.client.putObject({
        bucket: versioned,
        key: "k",
        body,
        contentType: "text/plain",
      });
    }
    await harness.signIn(`/buckets/${versioned}?versions=yes`);
    const { page } = harness;
    await page.getByText("older version").waitFor();
    await page.getByRole("link", { name: "k", exact: true }).last().click();
    await page.getByText("first", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^Restore/ }).click();
    const read = async (): Promise<string> =>
      (await harness.client.getObject({ bucket: versioned, key: "k" })).text();
    await expect.poll(read).toBe("first");
    await expect.poll(() => page.getByRole("row").count()).toBe(4); // with the head
  });
});
