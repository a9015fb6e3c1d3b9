// Shows the request of a recorded delivery as it would be sent now. Its signature is the one that
// was sent, because the same key signs the same bytes in the same way (RSA, PKCS #1 v1.5).
import type { MetadataStore } from "@ossicle/store";
import type { Callbacks } from "./callbacks.ts";
import { findDelivery } from "./deliveries/deliveries.ts";

/** A request of a delivery to its first URL. */
export interface ShownRequest {
  readonly url: string;
  /** Names and values in turn. Date is now. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Shows a delivery's request. Resolves to undefined when it is missing or its body is gone. */
export type ShowRequest = (id: string) => Promise<ShownRequest | undefined>;

/** What showing needs. */
export interface ShowServices {
  readonly callbacks: Callbacks;
  readonly metadata: MetadataStore;
}

/** Shows a request, as {@link ShowRequest} says. */
export async function showRequest(
  { callbacks, metadata }: ShowServices,
  id: string,
): Promise<ShownRequest | undefined> {
  const found = await findDelivery(metadata, id);
  if (found?.body === undefined) return undefined;
  const { record, body } = found;
  const headers = await callbacks.headersOf({ id: found.id, record, body });
  return { url: record.urls[0] ?? "", headers, body: body.toString() };
}
