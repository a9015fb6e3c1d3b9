// The format of a data folder, which says whether this version can read it.
import type { MetadataStore } from "@ossicle/store";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import { commitOnce } from "./commit.ts";
import { serverRecords } from "./key-space.ts";

/** Version of the data folder's layout: 2 has a write-ahead log (decision 19). */
const dataFormat = 2;

/** Versions that this one reads, and continues in its own. */
const readableFormats: readonly number[] = [1, dataFormat];

/** The format of a copy that is not complete. No version serves it. */
const copyingFormat = 0;

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
  if (format === copyingFormat) {
    throw new ConfigurationError([
      "a copy into this store is not complete: run ossicle copy again, with --final",
    ]);
  }
  if (readableFormats.includes(format)) return { version: entry.version, format };
  const readable = readableFormats.join(" and ");
  throw new Error(`the store has format ${format}; this Ossicle reads ${readable} only`);
}

/** Whether a store is a copy that is not complete, is complete, or is new. */
export async function findCopy(store: MetadataStore): Promise<"copying" | "complete" | "new"> {
  const [entry] = await store.getMany([key]);
  if (entry === undefined) return "new";
  const { format } = serverRecords.decode("format", entry.value);
  return format === copyingFormat ? "copying" : "complete";
}

/** Marks a store as a copy that is not complete, or as complete. */
export async function markCopy(store: MetadataStore, state: "copying" | "complete"): Promise<void> {
  const format = state === "copying" ? copyingFormat : dataFormat;
  const value = serverRecords.encode("format", { format });
  await commitOnce(store, { checks: [], puts: [{ key, value }], deletes: [] });
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
