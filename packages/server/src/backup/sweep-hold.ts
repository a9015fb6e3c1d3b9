// A backup holds the sweeper: blobs that its metadata name must stay until they are copied. The hold is a lease, so that one of a backup that
// died ends by itself. Setting it after the sweeper has begun loses nothing: what is referred to now is garbage for an hour before it goes.
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../objects/commit.ts";
import { serverKey } from "../objects/keys.ts";
import { decodeRecord, encodeRecord } from "../objects/records.ts";
import { Repeat } from "../repeat.ts";

const key = serverKey("sweep-hold");

interface HoldRecord {
  readonly untilMs: number;
}

/** How long a hold lasts that nobody renews, in milliseconds, and how often it is renewed. */
const holdMs = 600_000;
const renewEveryMs = 60_000;

/** Holds the sweeper until the returned function is called. Of two holds the later end counts. */
export async function holdSweeper(
  metadata: MetadataStore,
  clock: () => number,
): Promise<() => Promise<void>> {
  const set = async (untilMs: number): Promise<void> => {
    const value = encodeRecord({ untilMs } satisfies HoldRecord);
    await commitOnce(metadata, { checks: [], puts: [{ key, value }], deletes: [] });
  };
  const renew = (): Promise<void> => set(clock() + holdMs);
  await renew();
  const repeat = new Repeat(renewEveryMs, () => renew().catch(() => undefined)); // the next one may succeed
  repeat.start();
  return async () => {
    await repeat.close();
    await set(clock());
  };
}

/** Whether somebody holds the sweeper. */
export async function isSweeperHeld(metadata: MetadataStore, nowMs: number): Promise<boolean> {
  const [entry] = await metadata.getMany([key]);
  return entry !== undefined && nowMs < decodeRecord<HoldRecord>(entry.value).untilMs;
}
