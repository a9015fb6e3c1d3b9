// A backup holds the sweeper, because the blobs that its metadata refer to must stay until they are
// copied. Each backup has a hold of its own, so two backups do not release each other's. A hold is
// a lease: the hold of a killed backup expires. A hold may be set while the sweeper runs, because a
// blob that loses its last reference now stays for an hour as garbage.
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

/** Most holds that are read: those of running backups, and those that killed ones have left. */
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
  // Ignore a failed renewal: the next one may succeed, and the lease outlasts several.
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
