// A read-modify-write under a check, which both processes of the contract between processes run.
import { type MetadataStore, mintVersion } from "../metadata-store.ts";

/** Adds one to the record `counter` under a check, and retries until the commit succeeds. */
export async function increment(store: MetadataStore): Promise<void> {
  const key = Buffer.from("counter");
  for (;;) {
    const [entry] = await store.getMany([key]);
    const count = entry === undefined ? 0 : Number(Buffer.from(entry.value).toString());
    const outcome = await store.commit({
      version: mintVersion(),
      checks: [{ key, version: entry?.version ?? "absent" }],
      puts: [{ key, value: Buffer.from(String(count + 1)) }],
      deletes: [],
    });
    if (outcome.kind === "committed") return;
  }
}
