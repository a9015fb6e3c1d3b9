// Asks the admin listener, which answers in JSON.
import { type Credentials, signAdminRequest } from "@ossicle/protocol";
import { now } from "./now.ts";
import { region } from "./store.ts";

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
  /** OSS's code, if the answer had one. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Longest wait for an answer, in milliseconds. */
const maxWaitMs = 10_000;

/** How to send a request. */
export interface AskOptions {
  readonly method?: "GET" | "POST";
  readonly signal?: AbortSignal;
}

/** Sends a request, signed with the session or another access key. Throws AskError. */
export async function ask<T>(
  credentials: Credentials,
  path: string,
  { method = "GET", signal }: AskOptions = {},
): Promise<T> {
  const url = new URL(path, location.origin);
  const signing = { credentials, region, now: new Date(now()) };
  const headers = await signAdminRequest({ method, url, ...signing });
  const limit = AbortSignal.timeout(maxWaitMs);
  const signals = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const answer = await fetch(url, { method, headers, signal: signals });
    return valueOf<T>(answer.status, await answer.text());
  } catch (cause) {
    throw cause instanceof AskError ? cause : new AskError(0, String(cause));
  }
}

function valueOf<T>(status: number, text: string): T {
  let value: { readonly code?: string; readonly error?: string } = { error: text.trim() };
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    // A proxy's page, or a line of text
  }
  if (status < 300) return value as T;
  throw new AskError(status, value.error || String(status), value.code);
}
