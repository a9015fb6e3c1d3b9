// Explains a reason to refuse a callback: its meaning, its cause and its remedy.
import { type RefusalExplanation, refusalExplanations } from "@ossicle/protocol";
import type { RefusalReason } from "./verify-callback.ts";

/** Explains why a callback was refused. */
export function explainRefusal(reason: RefusalReason): RefusalExplanation {
  return refusalExplanations[reason];
}
