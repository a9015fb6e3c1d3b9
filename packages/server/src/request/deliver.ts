// Stage 7: the object is committed; the application is called, and its answer becomes the upload's result. A failure is a 203:
// the object stays.
import { callbackFailed, encodeFields, type Operation, OssError } from "@ossicle/protocol";
import type { Callbacks } from "../callback/callbacks.ts";
import type { PendingDelivery } from "../operations/handler.ts";

/** The application's answer. */
export interface CallbackAnswer {
  readonly body: Buffer;
  readonly contentType: "application/json" | "application/xml";
}

/** Sends a delivery. Throws CallbackFailed, which carries the upload's own headers: the object is stored. */
export async function deliver(
  callbacks: Callbacks,
  { leased, failure }: PendingDelivery,
  upload: { readonly operation: Operation<object, object>; readonly output: object },
): Promise<CallbackAnswer> {
  const outcome =
    failure instanceof OssError ? callbacks.fail(leased, failure) : await callbacks.deliver(leased);
  if (outcome.kind === "delivered") return outcome;
  const { headers } = encodeFields(upload.operation.output, upload.output);
  const error = callbackFailed(outcome.message, outcome.ec);
  throw new OssError(
    "CallbackFailed",
    {},
    {
      message: error.message,
      ec: error.ec,
      headers: Object.fromEntries(headers),
    },
  );
}
