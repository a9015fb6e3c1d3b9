// A delivery: the rendered callback of one upload. The object's commit records it, and the callback
// is sent afterwards.
import type { AttemptRecord, DeliveryRecord } from "../../objects/records/delivery-record.ts";

/** A delivery that is ready to be sent. */
export interface Delivery {
  /** The upload's request id, 24 hex digits. */
  readonly id: string;
  readonly record: DeliveryRecord;
  readonly body: Buffer;
  /**
   * The signature for the first URL, in Base64. It is made while the upload is committed, so that
   * the callback need not wait for it. A delivery from the ledger has none.
   */
  readonly signature?: Promise<string>;
}

/** The outcome of one round of a delivery. */
export type DeliveryOutcome =
  | {
      readonly kind: "delivered";
      readonly attempts: readonly AttemptRecord[];
      readonly body: Buffer;
      readonly contentType: "application/json" | "application/xml";
    }
  | {
      readonly kind: "failed";
      readonly attempts: readonly AttemptRecord[];
      readonly message: string;
      readonly ec: string | undefined;
      /** No further round follows: it would fail in the same way, or it is not allowed. */
      readonly isFinal?: true;
      /** It is unknown whether the application was called, or what it answered. */
      readonly isUnknown?: true;
    };

/** The endpoint of a delivery's first URL: scheme, host and port. */
export function endpointOf({ urls }: Pick<DeliveryRecord, "urls">): string {
  return endpointOfUrl(urls[0] ?? "");
}

/** Scheme, host and port of a URL. */
export function endpointOfUrl(url: string): string {
  return /^[a-z]+:\/\/[^/?]*/i.exec(url)?.[0] ?? url;
}

/** A delivery's id as text. */
export function idText(raw: Uint8Array): string {
  return Buffer.from(raw).toString("hex").toUpperCase();
}

/** The bytes of a delivery's id; undefined for any other text. */
export function rawId(id: string): Buffer | undefined {
  return /^[0-9a-f]{24}$/i.test(id) ? Buffer.from(id, "hex") : undefined;
}
