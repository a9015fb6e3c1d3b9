// The encryption keys of a served store: further keys, disabled keys, and a change of the master
// key.
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OssError } from "@ossicle/protocol";
import { openDataFolder } from "../data-folder/open-data-folder.ts";
import { EncryptionKeys } from "../objects/encryption/encryption-keys.ts";
import { openEncryptionKeys } from "./encryption-admin.ts";
import { masterKeysOf } from "./master-keys.ts";

let data = "";
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "ossicle-encryption-"));
  await (await openDataFolder(data, {})).close();
});
afterEach(() => rm(data, { recursive: true }));

const [first, second] = ["1", "2"].map((digit) => digit.repeat(64));

/** Opens the keys as a server that has just started does. */
async function serving<T>(
  place: Parameters<typeof masterKeysOf>[0],
  use: (keys: EncryptionKeys) => Promise<T>,
): Promise<T> {
  const metadata = await openDataFolder(data, {});
  const masters = masterKeysOf(place, metadata);
  const options = { metadata, masters, clock: Date.now, accountId: "1" };
  try {
    return await use(new EncryptionKeys(options));
  } finally {
    await metadata.close();
  }
}

async function administer<T>(
  place: Parameters<typeof openEncryptionKeys>[0],
  use: (keys: Awaited<ReturnType<typeof openEncryptionKeys>>) => Promise<T>,
): Promise<T> {
  const keys = await openEncryptionKeys(place);
  try {
    return await use(keys);
  } finally {
    await keys.close();
  }
}

test("an added key encrypts until it is disabled", async () => {
  const id = await administer({ data }, (keys) => keys.add("payroll"));
  const record = { key: id, cipher: "AES256" } as const;
  const payload = await serving({ data }, async (keys) =>
    (await keys.forNew(id, "AES256")).sealPayload(Buffer.from("hello")),
  );
  await administer({ data }, (keys) => keys.setDisabled(id, true));
  const open = (): Promise<string> =>
    serving({ data }, async (keys) =>
      Buffer.from((await keys.of(record)).openPayload(payload)).toString(),
    );
  const refused = await open().catch((cause: unknown) => cause);
  expect(refused instanceof OssError && refused.code).toBe("KeyDisabled");
  const [listed] = await administer({ data }, (keys) => keys.list());
  expect(listed).toMatchObject({ id, note: "payroll", isDisabled: true });
  await administer({ data }, (keys) => keys.setDisabled(id, false));
  expect(await open()).toBe("hello");
});

test("there is no key to disable under another id", async () => {
  const disable = administer({ data }, (keys) => keys.setDisabled("other", true));
  await expect(disable).rejects.toThrow("there is no encryption key other");
});

test("a rotation seals the keys again, so that the earlier master key can be removed", async () => {
  const encryptionKeyFile = join(data, "masters");
  const place = { data, encryptionKeyFile };
  const payload = await serving({ data }, async (keys) =>
    (await keys.forNew("store", "AES256")).sealPayload(Buffer.from("hello")),
  );
  const open = (): Promise<string> =>
    serving(place, async (keys) => {
      const encryption = await keys.of({ key: "store", cipher: "AES256" });
      return Buffer.from(encryption.openPayload(payload)).toString();
    });
  await writeFile(encryptionKeyFile, `${first}\n`);
  expect(await open()).toBe("hello"); // sealed by the key that derives from the secret key
  const masterOf = async (): Promise<string | undefined> =>
    (await administer(place, (keys) => keys.list())).at(0)?.master;
  const own = await masterOf();
  expect(await administer(place, (keys) => keys.rotate())).toBe(1);
  expect(await masterOf()).not.toBe(own);
  expect(await open()).toBe("hello");
  await writeFile(encryptionKeyFile, `${second}\n${first}\n`);
  expect(await administer(place, (keys) => keys.rotate())).toBe(1);
  expect(await administer(place, (keys) => keys.rotate())).toBe(0);
  await writeFile(encryptionKeyFile, `${second}\n`);
  expect(await open()).toBe("hello");
  await writeFile(encryptionKeyFile, `${first}\n`);
  await expect(open()).rejects.toThrow("is neither in the file of --encryption-key-file");
  await expect(administer(place, (keys) => keys.rotate())).rejects.toThrow("cannot be read");
});

test("no key is added while another one cannot be opened", async () => {
  const encryptionKeyFile = join(data, "masters");
  await writeFile(encryptionKeyFile, `${first}\n`);
  await administer({ data, encryptionKeyFile }, (keys) => keys.add(""));
  const add = administer({ data }, (keys) => keys.add(""));
  await expect(add).rejects.toThrow("nor that of the store's secret key");
});

test("a server finds a master key that was added after its start", async () => {
  const encryptionKeyFile = join(data, "masters");
  const place = { data, encryptionKeyFile };
  await writeFile(encryptionKeyFile, `${first}\n`);
  await serving(place, async (keys) => {
    await keys.forNew(undefined, "AES256"); // reads the file
    await writeFile(encryptionKeyFile, `${second}\n${first}\n`);
    const id = await administer(place, (admin) => admin.add(""));
    expect((await keys.forNew(id, "AES256")).record.key).toBe(id);
  });
});

test.each([
  ["", "holds no key"],
  ["xyz\n", "line 1 is not a key"],
  [`${"1".repeat(64)}\n12\n`, "line 2 is not a key"],
])("a file of master keys with %j is refused", async (text, why) => {
  const encryptionKeyFile = join(data, "masters");
  await writeFile(encryptionKeyFile, "");
  await appendFile(encryptionKeyFile, text);
  const place = { data, encryptionKeyFile };
  await expect(serving(place, (keys) => keys.forNew("store", "AES256"))).rejects.toThrow(why);
});
