// The owner's account and access key. The key is configured, or made once and kept: in the data
// folder, readable by its owner only, or sealed in the database that nodes share.
import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "@ossicle/protocol";
import { errorCode, type MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/records/commit.ts";
import type { StorePlace } from "../data-folder/layout.ts";
import { keepOnce } from "../data-folder/keep-once.ts";
import { ownerKeyPurpose, type SecretBox } from "./secret-box.ts";
import { serverRecords } from "../objects/records/key-space.ts";
import type { AccountRecord } from "../objects/records/server-records.ts";

/** An access key, and where it comes from. */
export interface LoadedCredentials {
  readonly credentials: Credentials;
  readonly origin: "configured" | "made" | "kept";
  /** The file that keeps it; undefined when it is configured, or is in a database. */
  readonly file?: string;
}

/** Where a pair is looked for. */
export interface CredentialSources extends Pick<StorePlace, "data" | "metadata"> {
  readonly accessKeyId: string | undefined;
  readonly accessKeySecret: string | undefined;
}

/**
 * Uses the configured pair, or the one that the store keeps: in the data folder, or in the database
 * that nodes share. It is made when missing.
 */
export async function loadCredentials(
  { accessKeyId, accessKeySecret, data, metadata: shared }: CredentialSources,
  { metadata, box }: { readonly metadata: MetadataStore; readonly box: SecretBox },
): Promise<LoadedCredentials> {
  if (accessKeyId !== undefined && accessKeySecret !== undefined) {
    return { credentials: { accessKeyId, accessKeySecret }, origin: "configured" };
  }
  if (shared !== undefined) return loadSharedCredentials(metadata, box);
  const file = join(data, fileName);
  const kept = await keepOnce(file, fileText(makeCredentials()));
  const credentials = parseCredentials(kept.text, file);
  return { credentials, origin: kept.made ? "made" : "kept", file };
}

/** The file of a data folder that keeps the owner's access key. */
const fileName = "credentials.json";

function fileText(credentials: Credentials): string {
  return `${JSON.stringify(credentials, undefined, 2)}\n`;
}

/**
 * Keeps the owner's access key of a data folder in a database. Does nothing when the folder has
 * none, because it is configured.
 */
export async function keepOwnerKeyInDatabase(
  folder: string,
  { to, box }: { readonly to: MetadataStore; readonly box: SecretBox },
): Promise<void> {
  const file = join(folder, fileName);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    if (errorCode(cause) !== "ENOENT") throw cause;
  });
  if (text === undefined) return;
  const { accessKeyId, accessKeySecret } = parseCredentials(text, file);
  const record = { accessKeyId, secret: box.seal(accessKeySecret, ownerKeyPurpose) };
  const put = {
    key: serverRecords.key("owner-key"),
    value: serverRecords.encode("owner-key", record),
  };
  await commitOnce(to, { checks: [], puts: [put], deletes: [] });
}

/**
 * Keeps the owner's access key of a database in a data folder. Does nothing when the database has
 * none, because it is configured.
 */
export async function keepOwnerKeyInFolder(
  folder: string,
  { from, box }: { readonly from: MetadataStore; readonly box: SecretBox },
): Promise<void> {
  const [entry] = await from.getMany([serverRecords.key("owner-key")]);
  if (entry === undefined) return;
  const { credentials } = await loadSharedCredentials(from, box);
  await keepOnce(join(folder, fileName), fileText(credentials));
}

function makeCredentials(): Credentials {
  return {
    accessKeyId: `OSSICLE${randomBytes(9).toString("hex").toUpperCase()}`,
    accessKeySecret: randomBytes(30).toString("base64url"),
  };
}

async function loadSharedCredentials(
  metadata: MetadataStore,
  box: SecretBox,
): Promise<LoadedCredentials> {
  const key = serverRecords.key("owner-key");
  const [entry] = await metadata.getMany([key]);
  if (entry !== undefined) {
    const { accessKeyId, secret } = serverRecords.decode("owner-key", entry.value);
    const accessKeySecret = box.open(secret, ownerKeyPurpose);
    if (accessKeySecret === undefined) throw new Error("the owner's access key cannot be opened");
    return { credentials: { accessKeyId, accessKeySecret }, origin: "kept" };
  }
  const credentials = makeCredentials();
  const { accessKeyId, accessKeySecret } = credentials;
  const record = { accessKeyId, secret: box.seal(accessKeySecret, ownerKeyPurpose) };
  const committed = await commitOnce(metadata, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: serverRecords.encode("owner-key", record) }],
    deletes: [],
  });
  // Another node may have been first.
  return committed.ok ? { credentials, origin: "made" } : loadSharedCredentials(metadata, box);
}

function parseCredentials(text: string, file: string): Credentials {
  const value = JSON.parse(text) as Partial<Credentials>;
  const { accessKeyId, accessKeySecret } = value;
  if (typeof accessKeyId !== "string" || typeof accessKeySecret !== "string") {
    throw new TypeError(`${file} lacks accessKeyId or accessKeySecret: restore the file`);
  }
  return { accessKeyId, accessKeySecret };
}

/** Reads the owner's account, which is made on first start. */
export async function loadAccount(store: MetadataStore): Promise<AccountRecord> {
  const key = serverRecords.key("account");
  const [entry] = await store.getMany([key]);
  if (entry !== undefined) return serverRecords.decode("account", entry.value);
  const id = String(randomInt(1e7, 1e8)) + String(randomInt(1e7, 1e8));
  const record: AccountRecord = { id, displayName: id };
  await commitOnce(store, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: serverRecords.encode("account", record) }],
    deletes: [],
  });
  return loadAccount(store); // another process may have been first
}
