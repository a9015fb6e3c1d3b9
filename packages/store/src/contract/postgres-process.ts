// The second process of the contract between processes, on PostgreSQL. It commits each message that
// it receives, or a number of increments, and answers.
import { openPostgresMetadataStore } from "../postgres/postgres-metadata-store.ts";
import { mintVersion } from "../metadata-store.ts";
import { increment } from "./increment.ts";

const store = await openPostgresMetadataStore(process.argv[2] ?? "");

async function obey(message: string): Promise<void> {
  const rounds = /^increment (\d+)$/.exec(message)?.[1];
  for (let round = 0; round < Number(rounds ?? 0); round += 1) await increment(store);
  if (rounds === undefined) {
    await store.commit({
      version: mintVersion(),
      checks: [],
      puts: [{ key: Buffer.from("shared"), value: Buffer.from(message) }],
      deletes: [],
    });
  }
  process.send?.("done");
}

process.on("message", (message) => void obey(String(message)));
process.send?.("ready");
