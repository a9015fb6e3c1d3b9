// Sizes of the seven formats that OSS supports, from files that real encoders wrote (Pillow 12,
// libheif), inline and from a blob.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BlobStore, mintRef, openFileBlobStore } from "@ossicle/store";
import { ModelMetadataStore } from "../../../store/src/testing.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import images from "../../vectors/images.json" with { type: "json" };
import { StoreMasterKeys } from "../accounts/master-keys.ts";
import { SecretBox } from "../accounts/secret-box.ts";
import { StoredEncryption } from "../objects/encryption/encryption-keys.ts";
import type { ReadingServices } from "../objects/bytes/read-object.ts";
import type { Ingested } from "../objects/bytes/ingest.ts";
import { maxImageHeadBytes, readImageInfo } from "./image-info.ts";

let folder: string;
let blobs: BlobStore;
let services: ReadingServices;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ossicle-images-"));
  blobs = await openFileBlobStore(folder);
  const metadata = new ModelMetadataStore();
  const masters = new StoreMasterKeys(new SecretBox(Buffer.alloc(32)), undefined);
  services = { blobs, metadata, encryptionKeys: new StoredEncryption({ metadata, masters }) };
});
afterAll(() => rm(folder, { recursive: true }));

const known = {
  md5: Buffer.alloc(16),
  crc64: "0",
  discard: () => Promise.resolve(),
  release: () => undefined,
};
const inline = (payload: Buffer): Ingested => ({ ...known, size: payload.length, payload });

async function stored(bytes: Buffer): Promise<Ingested> {
  const ref = mintRef();
  const writer = await blobs.create(ref);
  await writer.write(bytes);
  await writer.finish();
  const name = Buffer.from(ref).toString("hex");
  return { ...known, size: bytes.length, extents: [[name, 0, bytes.length]] };
}

describe.each(images)("$name", ({ base64, width, height, format }) => {
  const bytes = Buffer.from(base64, "base64");

  test("is measured inline", async () => {
    expect(await readImageInfo(services, inline(bytes))).toEqual({ width, height, format });
  });

  test("is measured in a blob, regardless of the bytes that follow", async () => {
    const long = Buffer.concat([bytes, Buffer.alloc(2_000_000, 0xff)]);
    expect(await readImageInfo(services, await stored(long))).toEqual({ width, height, format });
  });

  test("is measured or counts as no image when cut short anywhere, and never throws", async () => {
    const found: unknown[] = [];
    for (let length = 0; length < bytes.length; length += 7) {
      const cut = bytes.subarray(0, length);
      for (const body of [inline(cut), await stored(cut)]) {
        found.push(await readImageInfo(services, body));
      }
    }
    const measured = found.filter((one) => one !== undefined);
    expect(measured).toEqual(measured.map(() => ({ width, height, format })));
    expect(measured.length).toBeLessThan(found.length);
  });
});

test("a size behind the limit of bytes read is not found", async () => {
  const { base64 } = images[0] ?? { base64: "" };
  const jpeg = Buffer.from(base64, "base64");
  const comment = Buffer.alloc(65_537, 0x20);
  comment.writeUInt32BE(0xff_fe_ff_ff); // a comment segment of 65,535 bytes
  const before = Math.ceil(maxImageHeadBytes / comment.length) + 1;
  const comments = Array.from({ length: before }, () => comment);
  const long = Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
  expect(await readImageInfo(services, await stored(long))).toBeUndefined();
  const short = Buffer.concat([jpeg.subarray(0, 2), comment, comment, jpeg.subarray(2)]);
  expect(await readImageInfo(services, await stored(short))).toMatchObject({ format: "jpg" });
});

test("other bytes are no image", async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>');
  for (const bytes of [Buffer.from("text"), Buffer.alloc(0), svg]) {
    expect(await readImageInfo(services, inline(bytes))).toBeUndefined();
  }
});
