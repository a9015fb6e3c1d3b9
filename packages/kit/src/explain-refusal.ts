// What a reason to refuse a callback means, where it comes from, and what to do about it.
import { type RefusalExplanation, refusalExplanations } from "@ossicle/protocol";
import type { RefusalReason } from "./verify-callback.ts";

/** Explains why a callback was refused. */
export function explainRefusal(reason: RefusalReason): RefusalExplanation {
  return refusalExplanations[reason];
}
