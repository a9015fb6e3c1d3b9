// Interprets the conflict of an object's commit. If the object's intent is gone, or a record that
// it was copied from has changed, a retry with a fresh head cannot succeed.
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
 * Whether a record that the object was copied from has changed, by the entries of {@link checksOf}.
 * Throws ServiceUnavailable when the object's intent was swept.
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
 * The sweeper has removed the intent of a very slow upload, so its bytes are lost. The upload was
 * not acknowledged.
 */
export function sweptAway(): OssError<"ServiceUnavailable"> {
  return new OssError("ServiceUnavailable", {}, { message: "The upload took too long." });
}
