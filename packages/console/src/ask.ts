// Asks the admin listener, which answers in JSON.
import { signAdminRequest } from "@ossicle/protocol";
import { now } from "./now.ts";
import { region, type Session } from "./session.ts";

/** States of a delivery. */
export type DeliveryState = "due" | "delivered" | "failed" | "dead" | "superseded";

/** Every state, in the order of display. */
export const deliveryStates: readonly DeliveryState[] = [
  "due",
  "delivered",
  "failed",
  "dead",
  "superseded",
];

/** One try of one URL. Stages are milliseconds from its beginning. */
export interface Attempt {
  readonly atMs: number;
  readonly url: string;
  readonly tookMs: number;
  readonly stages?: Readonly<
    Partial<Record<"resolvedMs" | "connectedMs" | "securedMs" | "answeredMs", number>>
  >;
  readonly reply?: { readonly headers: readonly string[]; readonly body: string };
  readonly status?: number;
  readonly error?: string;
  readonly reason?: string;
}

/** A delivery of the ledger. */
export interface Delivery {
  readonly id: string;
  readonly state: DeliveryState;
  readonly createdMs: number;
  readonly bucket: string;
  readonly key: string;
  readonly operation: string;
  readonly requester?: string;
  readonly urls: readonly string[];
  readonly host?: string;
  readonly bodyType: string;
  readonly bodyBytes: number;
  readonly additionalHeaders: Readonly<Record<string, string>>;
  readonly attempts: readonly Attempt[];
  readonly rounds?: number;
  readonly nextMs?: number;
  readonly discarded?: true;
  /** The rendered body; absent when the delivery cannot be sent again. */
  readonly body?: string;
}

/** A page of deliveries, newest first. */
export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  readonly next?: string;
}

/** Figures of one endpoint. */
export interface EndpointFigures extends Readonly<Record<DeliveryState, number>> {
  readonly endpoint: string;
}

/** Counts of deliveries. */
export interface Stats {
  readonly endpoints: readonly EndpointFigures[];
}

/** An access key that was added, without its secret. */
export interface ListedKey {
  readonly accessKeyId: string;
  readonly createdMs: number;
  readonly note: string;
}

/** The access keys that were added. */
export interface KeyList {
  readonly keys: readonly ListedKey[];
}

/** What a replay of many did. */
export interface Replayed {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly next?: string;
}

/** The store refused a request, or cannot be reached. */
export class AskError extends Error {
  override readonly name: string = "AskError";
  /** HTTP status; 0 when the store did not answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Sends a request. Throws AskError. */
export async function ask<T>(
  session: Session,
  path: string,
  {
    method = "GET",
    signal,
  }: { readonly method?: "GET" | "POST"; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const url = new URL(path, location.origin);
  const signing = { credentials: session, region, now: new Date(now()) };
  const headers = await signAdminRequest({ method, url, ...signing });
  const answer = await fetch(url, { method, headers, ...(signal && { signal }) }).catch(
    (cause: unknown) => {
      throw new AskError(0, String(cause));
    },
  );
  const text = await answer.text();
  const value = (text.startsWith("{") ? JSON.parse(text) : { error: text }) as T & {
    error?: string;
  };
  if (!answer.ok) throw new AskError(answer.status, value.error ?? String(answer.status));
  return value;
}
