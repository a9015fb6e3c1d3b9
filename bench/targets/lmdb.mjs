// The LMDB adapter alone: makes commits like those of PutObject, 64 at a time and with random keys,
// for some seconds. Prints the commits per second.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { mintVersion, openLmdbMetadataStore } from "@ossicle/store";

const [size = "4096", seconds = "3"] = process.argv.slice(2);
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), "ossicle-lmdb-bench-"));
const store = await openLmdbMetadataStore({ folder });
const payload = Buffer.alloc(Number(size), "ossicle!");
const value = Buffer.alloc(330, "v");
const gate = { key: Buffer.from("g12345678"), value: Buffer.from("{}") };
const gateVersion = mintVersion();
await store.commit({ version: gateVersion, checks: [], puts: [gate], deletes: [] });
const endMs = Date.now() + Number(seconds) * 1_000;
let count = 0;
let index = 0;
async function work() {
  while (Date.now() < endMs) {
    const mixed = (Math.imul((index += 1), 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
    const key = Buffer.from(`o12345678k/${mixed}`);
    const [head] = await store.getMany([key]);
    await store.commit({
      version: mintVersion(),
      checks: [
        { key: gate.key, version: gateVersion },
        { key, version: head?.version ?? "absent" },
      ],
      puts: [{ key, value, payload }],
      deletes: [],
    });
    count += 1;
  }
}
const startMs = Date.now();
await Promise.all(Array.from({ length: 64 }, work));
process.stdout.write(`${(count / (Date.now() - startMs)) * 1_000}\n`);
await store.close();
rmSync(folder, { recursive: true });
