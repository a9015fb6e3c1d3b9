// The format of a data folder, which says whether this version can read it.
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "./commit.ts";
import { serverKey } from "./keys.ts";
import { decodeRecord, encodeRecord } from "./records.ts";

/** Version of the data folder's layout. */
const dataFormat = 1;

/** Marks a new store with the format. Throws for a store of another one. */
export async function checkFormat(store: MetadataStore): Promise<void> {
  const key = serverKey("format");
  const [entry] = await store.getMany([key]);
  if (entry !== undefined) {
    const { format } = decodeRecord<{ format: number }>(entry.value);
    if (format !== dataFormat)
      throw new Error(`the data folder has format ${format}, not ${dataFormat}`);
    return;
  }
  await commitOnce(store, {
    checks: [{ key, version: "absent" }],
    puts: [{ key, value: encodeRecord({ format: dataFormat }) }],
    deletes: [],
  });
}
