// Stores a hidden version under the id of its delivery. The key's head is not changed, so the
// current version stays.
import { mintRef } from "@ossicle/store";
import type { Attempt, ChangingServices } from "./change-key.ts";
import { commitOnce } from "../records/commit.ts";
import { checksOf, hasSourceChanged } from "./conflict.ts";
import { displace, refsOf } from "./displace.ts";
import type { NewObject, WriteOptions, Written } from "./new-object.ts";
import { gateRecords, hiddenRecords, intentRecords } from "../records/key-space.ts";
import { type HiddenRecord, type ObjectRecord, placeRecord } from "../records/records.ts";
import { referencePut } from "../records/references.ts";

/** Tries to store a hidden version. */
export async function attemptHide<Made>(
  services: Pick<ChangingServices, "metadata" | "clock">,
  options: WriteOptions<Made> & { readonly hideUnder: Uint8Array },
  object: NewObject,
): Promise<Attempt<Written<Made>>> {
  const { bucket, key, hideUnder } = options;
  options.guard?.(options);
  const nowMs = services.clock();
  // The reveal would be refused. So the upload is refused before the application is called.
  if (bucket.gate.worm !== undefined) await displace(services, options, nowMs);
  const id = Buffer.from(mintRef());
  const hidden: HiddenRecord = {
    key,
    id: id.toString("hex"),
    sinceMs: nowMs,
    ...(options.guard === undefined ? {} : { forbidOverwrite: true }),
    object: object.record,
  };
  const alongside = options.alongside?.(nowMs, undefined);
  const at = hiddenRecords.key(bucket.id, hideUnder);
  const value = hiddenRecords.encode(hidden);
  const { intent, payload, deletes = [] } = object;
  const committed = await commitOnce(services.metadata, {
    checks: [
      { key: gateRecords.key(bucket.id), version: bucket.gateVersion },
      { key: at, version: "absent" }, // lets commitOnce recognise this commit after a lost answer
      ...checksOf(object),
    ],
    puts: [
      payload === undefined ? { key: at, value } : { key: at, value, payload },
      ...refsOf(object.record).map((ref) => referencePut(ref, id)),
      ...(alongside?.puts ?? []),
    ],
    deletes: [...(intent === undefined ? [] : [intentRecords.key(intent.ref)]), ...deletes],
  });
  if (committed.ok) {
    const { version } = committed;
    return { done: { record: asSeen(hidden), version, made: alongside?.made } };
  }
  const [gate, , ...rest] = committed.current;
  return hasSourceChanged(object, rest) ? { changed: "source" } : { changed: "head", gate };
}

/** Whether a version has no place yet. */
export function isHidden({ order }: Pick<ObjectRecord, "order">): boolean {
  return order === 0;
}

/** A hidden version as its application reads it: without a place among the versions of its key. */
export function asSeen({ object, id, sinceMs }: HiddenRecord): ReturnType<typeof placeRecord> {
  return placeRecord(object, {
    id,
    order: 0,
    modifiedMs: sinceMs,
    versioned: undefined,
    nullPlace: undefined,
  });
}
