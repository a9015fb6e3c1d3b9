// Stage 7: the object is committed; the application is called, and its answer becomes the upload's
// result. A failure is a 203, for the object stays, unless the bucket's delivery policy says
// otherwise.
import { callbackFailed, encodeFields, type Operation, OssError } from "@ossicle/protocol";
import type { Callbacks } from "../callback/callbacks.ts";
import type { Settlement } from "../callback/deliveries/settle.ts";
import type { Bucket } from "../objects/buckets/look-up.ts";
import type { PendingDelivery } from "../callback/prepare-delivery.ts";
import type { Result } from "../operations/handler.ts";
import type { DeliveryRecord } from "../objects/records/delivery-record.ts";
import { versionIdOf } from "../objects/records/version-id.ts";

/** The application's answer. */
export interface CallbackAnswer {
  readonly body: Buffer;
  readonly contentType: "application/json" | "application/xml";
}

/** What was uploaded. */
export interface Upload {
  readonly operation: Operation<object, object>;
  readonly result: Result<object>;
  readonly bucket: Bucket | undefined;
}

/** What is answered. */
export interface Delivered {
  /** The operation's; of a version that was hidden, now with its id. */
  readonly result: Result<object>;
  /** The application's; undefined where the uploader did not ask for it. */
  readonly answer: CallbackAnswer | undefined;
}

/**
 * Sends a delivery. Throws CallbackFailed, which carries the upload's own headers: the object is
 * stored, or still waits for another round. Throws CallbackNotConfirmed and FileAlreadyExists where
 * the bucket's policy let the object go.
 */
export async function deliver(
  callbacks: Callbacks,
  { leased, failure, isAsked }: PendingDelivery,
  upload: Upload,
): Promise<Delivered> {
  const { operation, result } = upload;
  const { outcome, settlement } =
    failure instanceof OssError
      ? await callbacks.fail(leased, failure)
      : await callbacks.deliver(leased);
  const { record } = leased.delivery;
  if (settlement !== undefined) refuseGone(settlement, record);
  if (settlement?.state === "failed" || settlement?.state === "dead") {
    const OnFailure = record.policy?.onFailure ?? "keep";
    // Confirmed, but its hidden version has gone: nothing stands to be shown.
    const told =
      outcome.kind === "delivered"
        ? {}
        : { message: `${outcome.message} The object is not kept.`, ec: outcome.ec };
    throw new OssError("CallbackNotConfirmed", { OnFailure }, told);
  }
  if (outcome.kind === "delivered") {
    return { result: withVersion(upload, settlement), answer: isAsked ? outcome : undefined };
  }
  // An uploader that asked for no callback gets the ordinary answer: the object is stored, and the
  // ledger has the failure.
  if (!isAsked && record.version !== undefined) return { result, answer: undefined };
  const isHidden = record.policy?.onFailure === "hide" && record.version === undefined;
  const words = isHidden
    ? `${outcome.message} The object is not visible until it is confirmed.`
    : outcome.message;
  const { message, ec } = callbackFailed(words, outcome.ec);
  const { headers } = encodeFields(operation.output, result.output);
  throw new OssError("CallbackFailed", {}, { message, ec, headers: Object.fromEntries(headers) });
}

function refuseGone({ state }: Settlement, { key }: DeliveryRecord): void {
  if (state === "superseded") throw new OssError("FileAlreadyExists", { Key: key });
  if (state !== "lost") return;
  const message = "Another process took the callback over; its delivery says how it ended.";
  throw new OssError("ServiceUnavailable", {}, { message });
}

function withVersion(
  { bucket, result, operation }: Upload,
  settlement: Settlement | undefined,
): Result<object> {
  const revealed = settlement?.revealed;
  if (revealed === undefined || !("versionId" in operation.output)) return result;
  // Versioning may have been turned on since the upload began: then the version has an id all the
  // same.
  const isShown = bucket?.gate.versioning !== undefined || revealed.versioned === true;
  if (!isShown) return result;
  return { ...result, output: { ...result.output, versionId: versionIdOf(revealed) } };
}
