// Asks the admin listener. The routes and their answers are the server's own types.
import { type Credentials, signAdminRequest } from "@ossicle/protocol";
import type { AdminApi, AdminRoute } from "@ossicle/server";
import { AskError } from "./ask-error.ts";
import { now } from "./now.ts";
import { type Parameters, queryOf } from "./place.ts";
import { region } from "./store.ts";

/** A delivery of the ledger. */
export type Delivery = AdminApi["GET /deliveries/:id"];

/** States of a delivery. */
export type DeliveryState = Delivery["state"];

/** One try of one URL. */
export type Attempt = Delivery["attempts"][number];

/** Figures of one endpoint. */
export type EndpointFigures = AdminApi["GET /deliveries/stats"]["endpoints"][number];

/** The figures between two moments. */
export type HistoryPoint = AdminApi["GET /history"]["points"][number];

/** A callback that was tried out. */
export type TriedCallback = AdminApi["POST /callbacks/try"];

/** Every state, in the order of display. */
export const deliveryStates: readonly DeliveryState[] = [
  "due",
  "delivered",
  "failed",
  "dead",
  "superseded",
];

/** Longest wait for an answer, in milliseconds. */
const defaultWaitMs = 10_000;

/** What a question adds to its route. */
export interface AskOptions {
  /** What `:id` stands for. */
  readonly id?: string;
  readonly parameters?: Parameters;
  readonly signal?: AbortSignal;
  readonly waitMs?: number;
  /** Called with the time that the server took for the answer, in milliseconds. */
  readonly onServerMs?: (ms: number) => void;
}

/** Sends a request, signed with the session or another access key. Throws AskError. */
export async function ask<Route extends AdminRoute>(
  credentials: Credentials,
  route: Route,
  { id = "", parameters = {}, signal, waitMs = defaultWaitMs, onServerMs }: AskOptions = {},
): Promise<AdminApi[Route]> {
  const [verb, path = ""] = route.split(" ", 2);
  const method = verb === "POST" ? "POST" : "GET";
  const target = path.replace(":id", () => encodeURIComponent(id)) + queryOf(parameters);
  const url = new URL(target, location.origin);
  const signing = { credentials, region, now: new Date(now()) };
  const headers = await signAdminRequest({ method, url, ...signing });
  const limit = AbortSignal.timeout(waitMs);
  const signals = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const answer = await fetch(url, { method, headers, signal: signals });
    onServerMs?.(serverMsIn(answer.headers.get("server-timing") ?? ""));
    return valueOf<AdminApi[Route]>(answer.status, await answer.text());
  } catch (cause) {
    throw cause instanceof AskError ? cause : new AskError(0, String(cause));
  }
}

function serverMsIn(timing: string): number {
  return Number(/^total;dur=([\d.]+)$/.exec(timing)?.[1] ?? 0);
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
