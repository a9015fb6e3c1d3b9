// The format of a store, which says whether this version can read it.
import type { Check, MetadataStore } from "@ossicle/store";
import { ConfigurationError } from "../../configuration/configuration-error.ts";
import { commitOnce } from "./commit.ts";
import { serverRecords } from "./key-space.ts";

/**
 * The format that this version writes, by where the metadata is. In a data folder, 2 has a
 * write-ahead log (decision 19), and 3 an index of another LMDB (decision 24). In both places, the
 * last one has encrypted objects (decision 30), which earlier versions cannot decrypt.
 */
export const formats = { folder: 4, shared: 3 } as const;

/** A format that this version writes. */
export type Format = (typeof formats)[keyof typeof formats];

/** The earliest format that this version reads, and continues in its own. */
const earliestFormat = 1;

/** The format of a copy that is not complete. No version serves it. */
const copyingFormat = 0;

const key = serverRecords.key("format");

/**
 * The format that a store is marked with: this version's, or an earlier one that it reads. Returns
 * undefined for a new or missing store. Throws for a store of another format.
 */
export async function findFormat(
  store: MetadataStore,
  own: Format,
): Promise<"current" | "earlier" | undefined> {
  const found = await readFormat(store, own);
  if (found === undefined) return undefined;
  return found.format === own ? "current" : "earlier";
}

async function readFormat(
  store: MetadataStore,
  own: Format,
): Promise<{ readonly version: number; readonly format: number } | undefined> {
  const [entry] = await store.getMany([key]);
  if (entry === undefined) return undefined;
  const { format } = serverRecords.decode("format", entry.value);
  if (format === copyingFormat) {
    throw new ConfigurationError([
      "a copy into this store is not complete: run ossicle copy again, with --final",
    ]);
  }
  if (format >= earliestFormat && format <= own) return { version: entry.version, format };
  const readable = `${earliestFormat} to ${own}`;
  throw new Error(`the store has format ${format}; this Ossicle reads ${readable} only`);
}

/** A run of `ossicle copy`, which writes into a store that is not complete. */
export interface CopyClaim {
  /** A check for every commit of the run. It fails after another run has begun or ended. */
  readonly check: { readonly key: Uint8Array; readonly version: number };
}

/**
 * Claims a store for a run of `ossicle copy`. Calls `requireEmpty` before the first run. Returns
 * undefined when the store is complete, and so must not be written to.
 */
export async function claimCopy(
  store: MetadataStore,
  requireEmpty: () => Promise<void>,
): Promise<CopyClaim | undefined> {
  const [entry] = await store.getMany([key]);
  const found = entry && serverRecords.decode("format", entry.value);
  if (found !== undefined && found.format !== copyingFormat) return undefined;
  if (found === undefined) await requireEmpty();
  const version = await put(store, copyingFormat, entry?.version ?? "absent");
  return version === undefined
    ? claimCopy(store, requireEmpty) // another run was first
    : { check: { key, version } };
}

/** Makes a copy a store that is served. Returns whether the claim still held. */
export async function completeCopy(
  store: MetadataStore,
  { check }: CopyClaim,
  own: Format,
): Promise<boolean> {
  return (await put(store, own, check.version)) !== undefined;
}

// Returns the version of the new record; undefined when the one before had another version.
async function put(
  store: MetadataStore,
  format: number,
  version: Check["version"],
): Promise<number | undefined> {
  const committed = await commitOnce(store, {
    checks: [{ key, version }],
    puts: [{ key, value: serverRecords.encode("format", { format }) }],
    deletes: [],
  });
  return committed.ok ? committed.version : undefined;
}

/** Marks a new store, or one of an earlier format. Throws for a store of another format. */
export async function markFormat(store: MetadataStore, own: Format): Promise<void> {
  const found = await readFormat(store, own);
  if (found?.format === own) return;
  await put(store, own, found?.version ?? "absent");
}
