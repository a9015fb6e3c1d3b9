// Tells operations apart that have the same selectors: by the process in the body. Both need the
// same rights, and read the same of the object.
import { type OperationName, splitSaveAs } from "@ossicle/protocol";

/** The operation that a decoded request means, when it was routed to another one. */
export function operationInBody(
  routed: OperationName,
  { process }: { readonly process?: string },
): OperationName {
  if (routed !== "triggerCallback" || process === undefined) return routed;
  return splitSaveAs(process) === undefined ? routed : "processObject";
}
