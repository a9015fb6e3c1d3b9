// Measures where small bodies should be stored: in the metadata commit or in files of their own.
// The database is aged by random overwrites.
import { join } from "node:path";
import { mintRef, mintVersion, openFileBlobStore, openLmdbMetadataStore } from "@ossicle/store";
import { inFolder } from "./process.ts";
import type { Report } from "./report.ts";

/** Writes a second of bodies of one size, in the commit and in a file. */
interface InlineFigure {
  readonly sizeBytes: number;
  readonly inline: number;
  readonly file: number;
}

const value = Buffer.alloc(330, "v");
const keys = 100_000;

function keyOf(): Buffer {
  return Buffer.from(`o12345678k/${Math.floor(Math.random() * keys)}`);
}

const sizes = [1_024, 4_096, 8_192, 16_384, 32_768, 65_536];
const overwrites = 300_000;
const seconds = 3;

/** Ages a database with overwrites, then measures each size. */
export async function benchInline(report: Report): Promise<readonly InlineFigure[]> {
  const figures = await inFolder(measure);
  report.table(
    ["body", "in the commit, per second", "in a file, per second"],
    figures.map(({ sizeBytes, inline, file }) => [
      `${sizeBytes / 1_024} KiB`,
      Math.round(inline),
      Math.round(file),
    ]),
  );
  return figures;
}

async function measure(folder: string): Promise<readonly InlineFigure[]> {
  const metadata = await openLmdbMetadataStore({ folder: join(folder, "metadata") });
  const blobs = await openFileBlobStore(join(folder, "blobs"));
  const put = (key: Buffer, payload?: Buffer): Promise<unknown> =>
    metadata.commit({
      version: mintVersion(),
      checks: [],
      puts: [payload === undefined ? { key, value } : { key, value, payload }],
      deletes: [],
    });
  const inline = (size: number) => put(keyOf(), Buffer.alloc(size, "b"));
  const file = async (size: number): Promise<void> => {
    const ref = mintRef();
    await put(Buffer.concat([Buffer.from("i"), ref]));
    const writer = await blobs.create(ref);
    await writer.write(Buffer.alloc(size, "b"));
    await writer.finish();
    await put(keyOf());
  };
  try {
    let left = overwrites;
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while ((left -= 1) > 0) await inline(512 + Math.floor(Math.random() * 7_000));
      }),
    );
    const out: InlineFigure[] = [];
    for (const sizeBytes of sizes) {
      out.push({
        sizeBytes,
        inline: await rate(() => inline(sizeBytes), seconds),
        file: await rate(() => file(sizeBytes), seconds),
      });
    }
    return out;
  } finally {
    await metadata.close();
  }
}

async function rate(work: () => Promise<unknown>, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (performance.now() < endsAt) {
        await work();
        count += 1;
      }
    }),
  );
  return (count / (performance.now() - startedAt)) * 1_000;
}
