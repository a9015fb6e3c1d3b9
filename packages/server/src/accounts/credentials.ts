// The owner's account and access key: from the configuration, or made once and kept in the data
// folder, readable by its owner only.
import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import type { Credentials } from "@ossicle/protocol";
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/records/commit.ts";
import { keepOnce } from "./keep-once.ts";
import { serverRecords } from "../objects/records/key-space.ts";
import type { AccountRecord } from "../objects/records/server-records.ts";

/** An access key, and where it comes from. */
export interface LoadedCredentials {
  readonly credentials: Credentials;
  readonly origin: "configured" | "made" | "kept";
  /** The file that keeps it, unless it is configured. */
  readonly file?: string;
}

/** Uses the configured pair, or the one in the data folder, which is made when missing. */
export async function loadCredentials(
  folder: string,
  configured: { readonly id: string | undefined; readonly secret: string | undefined },
): Promise<LoadedCredentials> {
  if (configured.id !== undefined && configured.secret !== undefined) {
    const credentials = { accessKeyId: configured.id, accessKeySecret: configured.secret };
    return { credentials, origin: "configured" };
  }
  const file = join(folder, "credentials.json");
  const made: Credentials = {
    accessKeyId: `OSSICLE${randomBytes(9).toString("hex").toUpperCase()}`,
    accessKeySecret: randomBytes(30).toString("base64url"),
  };
  const kept = await keepOnce(file, `${JSON.stringify(made, undefined, 2)}\n`);
  const credentials = parseCredentials(kept.text, file);
  return { credentials, origin: kept.made ? "made" : "kept", file };
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
