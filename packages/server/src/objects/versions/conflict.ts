// What a commit's conflict means for the object that was to be written: its own intent, or a record
// that it was learnt from, may have gone, and then trying again with the key alone does not help.
import { OssError } from "@ossicle/protocol";
import type { Check, Entry } from "@ossicle/store";
import type { NewObject } from "./new-object.ts";
import { intentRecords } from "../records/key-space.ts";

interface Learnt {
  readonly intent?: NewObject["intent"] | undefined;
  readonly learntFrom?: NewObject["learntFrom"] | undefined;
}

/** What an object's commit checks beside the bucket and the key. */
export function checksOf({ intent, learntFrom = [] }: Learnt): readonly Check[] {
  return intent === undefined
    ? learntFrom
    : [{ key: intentRecords.key(intent.ref), version: intent.version }, ...learntFrom];
}

/**
 * Whether what the object was learnt from has changed, by the entries of {@link checksOf}. Throws
 * ServiceUnavailable when its bytes have gone.
 */
export function hasSourceChanged(
  { intent, learntFrom = [] }: Learnt,
  current: readonly (Entry | undefined)[],
): boolean {
  if (intent !== undefined && current[0] === undefined) throw sweptAway();
  const learnt = current.slice(intent === undefined ? 0 : 1);
  return !learntFrom.every(({ version }, index) => learnt[index]?.version === version);
}

/**
 * The sweeper took a very slow upload's intent; its bytes are gone and nothing was acknowledged.
 */
export function sweptAway(): OssError<"ServiceUnavailable"> {
  return new OssError("ServiceUnavailable", {}, { message: "The upload took too long." });
}
