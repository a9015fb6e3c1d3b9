// The routes of the admin listener that answer in JSON, with what each one answers. The server's
// table of routes and the console's client are both checked against this interface.
import type { Credentials } from "@ossicle/protocol";
import type { ListedAccessKey } from "../accounts/access-keys.ts";
import type { ListedPrincipal } from "../accounts/principals.ts";
import type { EndpointFigures } from "../callback/deliveries/deliveries.ts";
import type { ReplayOutcome } from "../callback/deliveries/ledger.ts";
import type { ShownRequest } from "../callback/show-request.ts";
import type { TriedCallback } from "../callback/try-callback.ts";
import type { DeliveryRecord } from "../objects/records/delivery-record.ts";
import type { IgnoredFigures } from "../objects/records/server-records.ts";
import type { History } from "./history.ts";
import type { AdminSession } from "./open-session.ts";
import type { AdminSender } from "./require-signature.ts";

/** A delivery as the listener shows it. */
export interface ShownDelivery extends DeliveryRecord {
  /** The upload's request id. */
  readonly id: string;
  /** The rendered body; absent in lists, and when the delivery cannot be sent again. */
  readonly body?: string;
}

/** A page of deliveries, newest first. */
export interface ListedDeliveries {
  readonly deliveries: readonly ShownDelivery[];
  /** Value of `after` for the next page. */
  readonly next?: string | undefined;
}

/** Counts of deliveries by endpoint, and of callback parameters that were ignored. */
export interface DeliveryStats {
  readonly endpoints: readonly EndpointFigures[];
  readonly ignored: readonly IgnoredFigures[];
}

/** What a replay of one page did. */
export interface ReplayedDeliveries {
  readonly outcomes: Readonly<Partial<Record<ReplayOutcome, number>>>;
  readonly next?: string | undefined;
}

/** All accounts but the store's own, and all users and groups. */
export interface ListedPrincipals {
  readonly accounts: readonly ListedPrincipal[];
  readonly users: readonly ListedPrincipal[];
  readonly groups: readonly ListedPrincipal[];
}

/** Answers by route. `:id` stands for one segment of the path. */
export interface AdminApi {
  /** Opens a session of the console. */
  readonly "POST /session": AdminSession;
  /** Parameters: since, until, bucket, prefix, endpoint, state, limit, after. */
  readonly "GET /deliveries": ListedDeliveries;
  /** Parameters as of `GET /deliveries`, and steps: parts into which the time is divided. */
  readonly "GET /deliveries/stats": DeliveryStats;
  readonly "GET /deliveries/:id": ShownDelivery;
  /** The request of a delivery that may be sent again, with its signature. */
  readonly "GET /deliveries/:id/request": ShownRequest;
  readonly "POST /deliveries/:id/replay": { readonly id: string; readonly outcome: ReplayOutcome };
  /** Parameters as of `GET /deliveries`, at least one of which narrows the choice. */
  readonly "POST /deliveries/replay": ReplayedDeliveries;
  readonly "GET /keys": { readonly keys: readonly ListedAccessKey[] };
  /** Parameters: note; user or account, to which the key belongs. */
  readonly "POST /keys": Credentials;
  /** Parameters: seconds, and policy, which narrows what the key may do. */
  readonly "POST /keys/temporary": AdminSession;
  readonly "POST /keys/:id/revoke": { readonly accessKeyId: string };
  readonly "GET /principals": ListedPrincipals;
  /** Parameters: kind (account, user or group), name, note, account. */
  readonly "POST /principals": { readonly name: string };
  /** Parameter: kind. */
  readonly "POST /principals/:id/remove": { readonly name: string };
  /** Parameters: kind, policy (its name), text; an empty text removes the policy. */
  readonly "POST /principals/:id/policy": { readonly name: string };
  /** Parameters: kind (user); groups, the names of all its groups, with commas between them. */
  readonly "POST /principals/:id/groups": { readonly name: string };
  /** Parameter: minutes. */
  readonly "GET /history": History;
  /** Parameters: callback, callback-var. */
  readonly "POST /callbacks/try": TriedCallback;
}

/** A route of {@link AdminApi}. */
export type AdminRoute = keyof AdminApi;

/** What is wrong with a request. */
export interface AdminProblem {
  readonly error: string;
}

/** An answer in JSON. */
export interface JsonAnswer<T extends object = object> {
  readonly status: number;
  readonly value: T | AdminProblem;
}

/** A signed request, as a route sees it. */
export interface AdminAsked {
  /** The segment of the path that `:id` stands for; empty for a route without one. */
  readonly id: string;
  readonly parameters: URLSearchParams;
  readonly sender: AdminSender;
  readonly nowMs: number;
}

/** Answers of some routes. */
export type AdminRoutes<Route extends AdminRoute = AdminRoute> = {
  readonly [One in Route]: (asked: AdminAsked) => Promise<JsonAnswer<AdminApi[One]>>;
};

/** A refusal in JSON. */
export function problem(status: number, error: string): JsonAnswer<never> {
  return { status, value: { error } };
}
