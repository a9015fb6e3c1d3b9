// What the second process of the contract between processes does, on any store.
import { type MetadataStore, mintVersion } from "../metadata-store.ts";
import { increment } from "./increment.ts";

/**
 * Commits each message that the process receives under the key `shared`, or makes the increments
 * that it requests, and answers.
 */
export function obeyMessages(store: MetadataStore): void {
  const obey = async (message: string): Promise<void> => {
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
  };
  process.on("message", (message) => void obey(String(message)));
  process.send?.("ready");
}
