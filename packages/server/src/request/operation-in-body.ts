// Tells operations apart that have the same selectors: by the process in the body. They are judged
// before the body is read, so their declarations ask for the same rights.
import { type OperationName, splitSaveAs } from "@ossicle/protocol";

/** The operation that a decoded request means, when it was routed to another one. */
export function operationInBody(
  routed: OperationName,
  { process }: { readonly process?: string },
): OperationName {
  if (routed !== "triggerCallback" || process === undefined) return routed;
  return splitSaveAs(process) === undefined ? routed : "processObject";
}
