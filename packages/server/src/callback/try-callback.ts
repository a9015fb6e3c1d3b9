// Sends a callback for a sample upload, so that a person can see what the application answers. The
// store keeps nothing of it.
import { parseCallback, type RawCallback, sampleUpload } from "@ossicle/protocol";
import type { Accounts } from "../accounts/accounts.ts";
import type { AttemptRecord } from "../objects/records/delivery-record.ts";
import { mintRequestId } from "../http/request-id.ts";
import type { Clock } from "../time/clock.ts";
import type { Callbacks } from "./callbacks.ts";
import { deliveryOf, renderBody } from "./render-delivery.ts";

/** A callback that was tried out. */
export interface TriedCallback {
  readonly outcome: "delivered" | "failed";
  /** What the uploader would be told of a failed callback. */
  readonly message?: string;
  readonly ec?: string;
  readonly attempts: readonly AttemptRecord[];
  /** Names and values of the headers that the first URL received, in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * Sends a callback once, to its URLs in order. Resolves to undefined when the parameters name no
 * URL. Rejects with InvalidArgument for parameters that OSS would refuse.
 */
export type TryCallback = (raw: RawCallback) => Promise<TriedCallback | undefined>;

/** The id of no bucket: no bucket's own webhook secrets sign the callback. */
const noBucketId = "0".repeat(16);

/** What trying needs. */
export interface TryServices {
  readonly callbacks: Callbacks;
  readonly accounts: Pick<Accounts, "owner">;
  readonly clock: Clock;
}

/** Tries a callback out, as {@link TryCallback} says. */
export async function tryCallback(
  { callbacks, accounts, clock }: TryServices,
  raw: RawCallback,
): Promise<TriedCallback | undefined> {
  const parameters = parseCallback(raw);
  if (parameters === undefined) return undefined;
  const { policy, signer, guard } = callbacks;
  await guard.checkEarly(parameters.urls, raw.callback);
  const plan = { parameters, policy, signer, wantsImageInfo: false, isAsked: true };
  const nowMs = clock();
  const facts = { ...sampleUpload, requestId: mintRequestId(nowMs), traceparent: undefined };
  const { owner } = accounts;
  const delivery = deliveryOf(plan, facts, {
    body: renderBody(plan, facts),
    identity: { kind: "account", account: owner, accessKeyId: "" },
    bucket: { id: noBucketId, owner: owner.id },
    nowMs,
  });
  const { outcome, headers } = await callbacks.tryOut(delivery);
  const { attempts } = outcome;
  const shown = { attempts, headers, body: delivery.body.toString() };
  return outcome.kind === "delivered"
    ? { outcome: "delivered", ...shown }
    : {
        outcome: "failed",
        message: outcome.message,
        ...(outcome.ec === undefined ? {} : { ec: outcome.ec }),
        ...shown,
      };
}
