// Stage 8: sends the callback after the commit. The application's answer becomes the upload's
// answer. After a failure the answer is 203, because the object stays stored, unless the bucket's
// delivery policy says otherwise.
import { callbackFailed, encodeFields, type Operation, OssError } from "@ossicle/protocol";
import type { Callbacks } from "../callback/callbacks.ts";
import type { Settlement } from "../callback/deliveries/settle.ts";
import type { Bucket } from "../objects/buckets/bucket.ts";
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

/** The result of an upload after its callback. */
export interface Delivered {
  /** The operation's result; for a revealed version, with its version id. */
  readonly result: Result<object>;
  /** The application's answer; undefined if the uploader did not ask for a callback. */
  readonly answer: CallbackAnswer | undefined;
}

/**
 * Sends a delivery. Throws CallbackFailed, with the upload's own headers, when the object is stored
 * or waits for another round. Throws CallbackNotConfirmed when the bucket's policy does not keep
 * the object, FileAlreadyExists when the delivery was superseded, and ServiceUnavailable when
 * another process has recorded an outcome.
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
  const isOver = settlement?.state === "failed" || settlement?.state === "dead";
  if (isOver && settlement.isKept !== true) {
    const OnFailure = record.policy?.onFailure ?? "keep";
    // The application confirmed, but the hidden version no longer exists and cannot be revealed.
    const told =
      outcome.kind === "delivered"
        ? {}
        : { message: `${outcome.message} The object is not kept.`, ec: outcome.ec };
    throw new OssError("CallbackNotConfirmed", { OnFailure }, told);
  }
  if (outcome.kind === "delivered") {
    return { result: withVersion(upload, settlement), answer: isAsked ? outcome : undefined };
  }
  // An uploader that asked for no callback gets the operation's own answer: the object is stored,
  // and the ledger has the failure.
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
  const message = "Another process recorded the callback's outcome. See the ledger.";
  throw new OssError("ServiceUnavailable", {}, { message });
}

function withVersion(
  { bucket, result, operation }: Upload,
  settlement: Settlement | undefined,
): Result<object> {
  const revealed = settlement?.revealed;
  if (revealed === undefined || !("versionId" in operation.output)) return result;
  // If versioning was turned on after the upload began, the version has an id although `bucket` was
  // read without versioning.
  const isShown = bucket?.gate.versioning !== undefined || revealed.versioned === true;
  if (!isShown) return result;
  return { ...result, output: { ...result.output, versionId: versionIdOf(revealed) } };
}
