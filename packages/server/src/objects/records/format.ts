// The format of a data folder, which says whether this version can read it.
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "./commit.ts";
import { serverRecords } from "./key-space.ts";

/** Version of the data folder's layout. */
const dataFormat = 1;

const key = serverRecords.key("format");

/**
 * Whether a store is marked with the format; false for a new or missing store. Throws for a store
 * of another format.
 */
export async function hasFormat(store: MetadataStore): Promise<boolean> {
  const [entry] = await store.getMany([key]);
  if (entry === undefined) return false;
  const { format } = serverRecords.decode("format", entry.value);
  if (format === dataFormat) return true;
  throw new Error(`the data folder has format ${format}; this Ossicle reads ${dataFormat} only`);
}

/** Marks a new store with the format. Throws for a store of another format. */
export async function checkFormat(store: MetadataStore): Promise<void> {
  if (await hasFormat(store)) return;
  await commitOnce(store, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: serverRecords.encode("format", { format: dataFormat }) }],
    deletes: [],
  });
}
