// Ages a database: overwrites bodies again and again, in the order in which they were written.
// Fragmented free space would show as slower commits and a growing file (docs/decisions/0009).
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { mintVersion, openLmdbMetadataStore } from "@ossicle/store";
import { keyOf } from "./load.ts";
import { bodyOf, inFolder } from "./process.ts";
import type { Report } from "./report.ts";

/** How a database aged. */
interface AgedFigures {
  readonly name: string;
  /** Commits a second while its keys were overwritten for the first and for the last time. */
  readonly young: number;
  readonly old: number;
  readonly fileMebibytes: number;
  /** Total size of the bodies in it. */
  readonly bodyMebibytes: number;
}

const keys = 10_000;
const rounds = 6;
const writers = 64;
const largestBody = 32_768;

/** Measures bodies of one size, and bodies of every size that is stored in a commit. */
export async function benchAged(report: Report): Promise<readonly AgedFigures[]> {
  const figures = [
    await age("4 KiB", () => 4_096),
    await age("16 KiB", () => 16_384),
    await age(
      "1 byte to 32 KiB",
      (index) => ((Math.imul(index, 2_654_435_761) >>> 0) % largestBody) + 1,
    ),
  ];
  report.table(
    [
      "bodies, overwritten in turn",
      "first time, per second",
      "fifth time",
      "bodies, MiB",
      "file, MiB",
    ],
    figures.map(({ name, young, old, bodyMebibytes, fileMebibytes }) => [
      name,
      ...[young, old, bodyMebibytes, fileMebibytes].map(Math.round),
    ]),
  );
  return figures;
}

function age(name: string, sizeOf: (index: number) => number): Promise<AgedFigures> {
  return inFolder((folder) => ageIn(folder, name, sizeOf));
}

async function ageIn(
  folder: string,
  name: string,
  sizeOf: (index: number) => number,
): Promise<AgedFigures> {
  const store = await openLmdbMetadataStore({ folder });
  const body = bodyOf(largestBody);
  const value = Buffer.alloc(330, "v");
  let index = 0;
  const write = async (end: number): Promise<void> => {
    while (index < end) {
      const own = index;
      index += 1;
      const key = Buffer.from(`o12345678${keyOf(own % keys)}`);
      const [head] = await store.getMany([key], { payloads: false });
      await store.commit({
        version: mintVersion(),
        checks: [{ key, version: head?.version ?? "absent" }],
        puts: [{ key, value, payload: body.subarray(0, sizeOf(own)) }],
        deletes: [],
      });
    }
  };
  try {
    const rates: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const startedAt = performance.now();
      await Promise.all(Array.from({ length: writers }, () => write(round * keys)));
      rates.push((keys * 1_000) / (performance.now() - startedAt));
    }
    const files = await readdir(folder);
    const sizes = await Promise.all(
      files.map(async (file) => (await stat(join(folder, file))).size),
    );
    const held = Array.from({ length: keys }, (_, at) => sizeOf((rounds - 1) * keys + at));
    return {
      name,
      young: rates[1] ?? Number.NaN,
      old: rates.at(-1) ?? Number.NaN,
      fileMebibytes: sum(sizes) / 2 ** 20,
      bodyMebibytes: sum(held) / 2 ** 20,
    };
  } finally {
    await store.close();
  }
}

function sum(figures: readonly number[]): number {
  return figures.reduce((all, one) => all + one, 0);
}
