// A backup holds the sweeper: blobs that its metadata name must stay until they are copied. A hold
// is a lease of its holder, so that one of a backup that died ends by itself, and two backups do
// not end each other's. Setting it after the sweeper has begun loses nothing: what is referred to
// now is garbage for an hour before it goes.
import { randomBytes } from "node:crypto";
import type { MetadataStore } from "@ossicle/store";
import { commitOnce } from "../../objects/records/commit.ts";
import { Repeat } from "../../time/repeat.ts";
import { serverRecords } from "../../objects/records/key-space.ts";
import type { HoldRecord } from "../../objects/records/server-records.ts";

/** How the names of holds begin. */
const prefix = "sweep-hold/";

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
  const name = `${prefix}${randomBytes(8).toString("hex")}` as const;
  const key = serverRecords.key(name);
  const renew = async (): Promise<void> => {
    const value = serverRecords.encode(name, { untilMs: clock() + holdMs });
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
  const { rows } = await metadata.scan({ ...serverRecords.range(prefix), limit: maxHolds });
  return rows.flatMap((row) =>
    "entry" in row
      ? [{ key: row.entry.key, ...serverRecords.decode(prefix, row.entry.value) }]
      : [],
  );
}
