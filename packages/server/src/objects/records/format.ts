// The format of a data folder, which says whether this version can read it.
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "./commit.ts";
import { serverRecords } from "./key-space.ts";

/** Version of the data folder's layout: 2 has a write-ahead log (decision 19). */
const dataFormat = 2;

/** Versions that this one reads, and continues in its own. */
const readableFormats: readonly number[] = [1, dataFormat];

const key = serverRecords.key("format");

/**
 * The format that a store is marked with: this version's, or an earlier one that it reads. Returns
 * undefined for a new or missing store. Throws for a store of another format.
 */
export async function findFormat(store: MetadataStore): Promise<"current" | "earlier" | undefined> {
  const found = await readFormat(store);
  if (found === undefined) return undefined;
  return found.format === dataFormat ? "current" : "earlier";
}

async function readFormat(
  store: MetadataStore,
): Promise<{ readonly version: number; readonly format: number } | undefined> {
  const [entry] = await store.getMany([key]);
  if (entry === undefined) return undefined;
  const { format } = serverRecords.decode("format", entry.value);
  if (readableFormats.includes(format)) return { version: entry.version, format };
  const readable = readableFormats.join(" and ");
  throw new Error(`the store has format ${format}; this Ossicle reads ${readable} only`);
}

/** Marks a new store, or one of an earlier format. Throws for a store of another format. */
export async function markFormat(store: MetadataStore): Promise<void> {
  const found = await readFormat(store);
  if (found?.format === dataFormat) return;
  await commitOnce(store, {
    checks: [{ key, version: found?.version ?? "absent" }],
    puts: [{ key, value: serverRecords.encode("format", { format: dataFormat }) }],
    deletes: [],
  });
}
