// A backup holds the sweeper: blobs that its metadata name must stay until they are copied. A hold
// is a lease of its holder, so that one of a backup that died ends by itself, and two backups do
// not end each other's. Setting it after the sweeper has begun loses nothing: what is referred to
// now is garbage for an hour before it goes.
import { randomBytes } from "node:crypto";
import { type MetadataStore, prefixEnd } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { serverKey } from "../../objects/records/keys.ts";
import { decodeRecord, encodeRecord } from "../../objects/records/records.ts";
import { Repeat } from "../../time/repeat.ts";

interface HoldRecord {
  readonly untilMs: number;
}

/** How long a hold lasts without renewal, in milliseconds, and how often it is renewed. */
const holdMs = 600_000;
const renewEveryMs = 60_000;

/** Most holds looked at: as many backups at a time, or dead ones whose leases last. */
const maxHolds = 100;

/** Holds the sweeper until the returned function is called. */
export async function holdSweeper(
  metadata: MetadataStore,
  clock: () => number,
): Promise<() => Promise<void>> {
  const key = serverKey(`sweep-hold/${randomBytes(8).toString("hex")}`);
  const renew = async (): Promise<void> => {
    const value = encodeRecord({ untilMs: clock() + holdMs } satisfies HoldRecord);
    await commitOnce(metadata, { checks: [], puts: [{ key, value }], deletes: [] });
  };
  await forgetOld(metadata, clock());
  await renew();
  // The next one may succeed.
  const repeat = new Repeat(renewEveryMs, () => renew().catch(() => undefined));
  repeat.start();
  return async () => {
    await repeat.close();
    await commitOnce(metadata, { checks: [], puts: [], deletes: [key] });
  };
}

/** Whether a backup holds the sweeper. */
export async function isSweeperHeld(metadata: MetadataStore, nowMs: number): Promise<boolean> {
  return (await holds(metadata)).some(({ untilMs }) => nowMs < untilMs);
}

async function forgetOld(metadata: MetadataStore, nowMs: number): Promise<void> {
  const old = (await holds(metadata)).filter(({ untilMs }) => nowMs >= untilMs);
  await commitOnce(metadata, { checks: [], puts: [], deletes: old.map(({ key }) => key) });
}

async function holds(
  metadata: MetadataStore,
): Promise<readonly (HoldRecord & { readonly key: Uint8Array })[]> {
  const from = serverKey("sweep-hold/");
  const { rows } = await metadata.scan({ from, to: prefixEnd(from) ?? from, limit: maxHolds });
  return rows.flatMap((row) =>
    "entry" in row ? [{ key: row.entry.key, ...decodeRecord<HoldRecord>(row.entry.value) }] : [],
  );
}
