// Reads an image: every version, part and delivery in its database, and every byte, which is
// checked against its digests. Some images are also served and read over HTTP.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { allObjects, createClient } from "@ossicle/client";
import { type MetadataStore, openFileBlobStore, openLmdbMetadataStore } from "@ossicle/store";
import { backupMarker } from "../../../packages/server/src/maintenance/backup/backup-store.ts";
import { storedEncryptionOf } from "../../../packages/server/src/accounts/master-keys.ts";
import { entriesOf } from "../../../packages/server/src/objects/records/entries-of.ts";
import { Hashing } from "../../../packages/server/src/objects/bytes/hashing.ts";
import { openMetadata } from "../../../packages/server/src/data-folder/open-metadata.ts";
import { verifyStore } from "../../../packages/server/src/maintenance/verify/verify-store.ts";
import { startAhead } from "../faults/start-ahead.ts";
import { servedCredentials } from "../serve.ts";
import type { Findings, KeyState } from "./truth.ts";
import {
  bucketRecords,
  deliveryRecords,
  headRecords,
  partRecords,
  uploadRecords,
  versionRecords,
} from "../../../packages/server/src/objects/records/key-space.ts";

/** Threads that hash, for all looks. */
let hashing: Promise<Hashing> | undefined;

/** Looks at a data folder, or at a backup of one. */
export async function look(folder: string, kind: "store" | "backup"): Promise<Findings> {
  try {
    if (kind === "store") return await read(folder, await openMetadata({ data: folder }));
    const marker = JSON.parse(readFileSync(join(folder, backupMarker), "utf8")) as {
      readonly metadata: string;
    };
    const metadata = await openLmdbMetadataStore({ folder: join(folder, marker.metadata) });
    const findings = await read(folder, metadata);
    // Until its clean-up, a backup also holds the files that an earlier backup in its folder
    // needed.
    const damage = findings.damage.filter((problem) => !problem.startsWith("leftover"));
    return { ...findings, damage, backupFolder: marker.metadata };
  } catch (cause) {
    return { problem: String(cause), keys: {}, kept: {}, deliveries: [], uploads: {}, damage: [] };
  }
}

async function read(
  folder: string,
  metadata: MetadataStore & { readonly close: () => Promise<void> },
): Promise<Findings> {
  try {
    const blobs = await openFileBlobStore(join(folder, "blobs"), { readOnly: true });
    const damage: string[] = [];
    hashing ??= Hashing.create();
    const encryptionKeys = storedEncryptionOf({ data: folder }, metadata);
    await verifyStore(
      { metadata, blobs, hashing: await hashing, encryptionKeys },
      {
        readsBytes: true,
        onFinding: ({ kind, subject, problem }) => damage.push(`${kind}: ${subject}: ${problem}`),
      },
    );
    const deliveries = [];
    for await (const { key } of entriesOf(metadata, deliveryRecords.range())) {
      deliveries.push(hex(deliveryRecords.partsOf(key)[0]));
    }
    return {
      ...(await readKeys(metadata)),
      uploads: await readUploads(metadata),
      deliveries,
      damage,
    };
  } finally {
    await metadata.close();
  }
}

async function readKeys(metadata: MetadataStore): Promise<Pick<Findings, "keys" | "kept">> {
  const names = new Map<string, string>();
  for await (const { key, value } of entriesOf(metadata, bucketRecords.range())) {
    const [name] = bucketRecords.partsOf(key);
    names.set(bucketRecords.decode(value).id.toUpperCase(), name);
  }
  const kept: Record<string, string[]> = {};
  const versions = new Map<string, { readonly order: number; readonly mark: number }[]>();
  for (const kind of [headRecords, versionRecords]) {
    for await (const { key, value } of entriesOf(metadata, kind.range())) {
      const [bucket, objectKey] = kind.partsOf(key);
      const name = `${names.get(hex(bucket))}/${objectKey}`;
      const { order, size, deleteMarker, retention, legalHold } = kind.decode(value);
      if (retention !== undefined) (kept[name] ??= []).push(`${size} by retention`);
      if (legalHold === "ON") (kept[name] ??= []).push(`${size} by hold`);
      const mark = deleteMarker === true ? -1 : size;
      versions.set(name, [...(versions.get(name) ?? []), { order, mark }]);
    }
  }
  const keys = Object.fromEntries(
    [...versions].map(([name, all]): [string, KeyState] => [
      name,
      all.toSorted((a, b) => b.order - a.order).map(({ mark }) => mark),
    ]),
  );
  return { keys, kept };
}

async function readUploads(metadata: MetadataStore): Promise<Findings["uploads"]> {
  const uploads: Record<string, Record<string, number>> = {};
  for await (const { key } of entriesOf(metadata, uploadRecords.range())) {
    const [, , upload] = uploadRecords.partsOf(key);
    uploads[hex(upload)] = {};
  }
  for await (const { key, value } of entriesOf(metadata, partRecords.range())) {
    const [upload, partNumber] = partRecords.partsOf(key);
    const parts = uploads[hex(upload)];
    if (parts !== undefined) parts[partNumber] = partRecords.decode(value).size;
  }
  return uploads;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();

/** Serves an image and gets every object by HTTP. Returns what is wrong, a sentence each. */
export async function serveAndRead(folder: string, expected: Findings): Promise<readonly string[]> {
  const server = await startAhead(folder, Date.now);
  const client = createClient({
    endpoint: server.listenUrl,
    region: "cn-hangzhou",
    credentials: servedCredentials,
  });
  const wrong: string[] = [];
  try {
    const buckets = new Set(Object.keys(expected.keys).map(dirname));
    const listed = new Map<string, number>();
    for (const bucket of buckets) {
      for await (const { key, size } of allObjects(client.connection, { bucket })) {
        listed.set(`${bucket}/${key}`, size);
        const { body } = await client.getObject({ bucket, key });
        const bytes = await new Response(body).arrayBuffer();
        if (bytes.byteLength !== size) wrong.push(`${bucket}/${key} has ${bytes.byteLength} bytes`);
      }
    }
    for (const [name, [newest = -1]] of Object.entries(expected.keys)) {
      const size = listed.get(name) ?? -1;
      if (size !== newest) wrong.push(`${name} is listed with ${size} bytes instead of ${newest}`);
    }
  } finally {
    await server.close();
  }
  return wrong;
}
