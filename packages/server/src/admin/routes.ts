// The table of the admin listener's routes, and the choice of a request's route.
import type { AccessKeys } from "../accounts/access-keys.ts";
import type { PrincipalsByKind } from "../accounts/principals.ts";
import type { Deliveries } from "../callback/deliveries/deliveries.ts";
import type { ShowRequest } from "../callback/show-request.ts";
import type { TryCallback } from "../callback/try-callback.ts";
import type { AdminRoute, AdminRoutes } from "./admin-api.ts";
import { callbackRoutes } from "./callbacks-api.ts";
import { deliveryRoutes } from "./deliveries-api.ts";
import type { HistoryReader } from "./history.ts";
import { historyRoutes } from "./history-api.ts";
import { keyRoutes } from "./keys-api.ts";
import { principalRoutes } from "./principals-api.ts";
import { openSession } from "./open-session.ts";
import type { AdminKeys } from "./require-signature.ts";

/** What the routes answer from. */
export interface RouteOptions extends AdminKeys {
  readonly deliveries: Deliveries;
  readonly keys: AccessKeys;
  readonly principals: PrincipalsByKind;
  readonly history: HistoryReader;
  readonly tryCallback: TryCallback;
  readonly showRequest: ShowRequest;
}

/** Makes the table. */
export function adminRoutes(options: RouteOptions): AdminRoutes {
  return {
    "POST /session": async ({ sender, nowMs }) => ({
      status: 201,
      value: openSession(options, sender, nowMs),
    }),
    ...deliveryRoutes(options.deliveries, options.showRequest),
    ...keyRoutes(options.keys, options.accounts),
    ...principalRoutes(options.principals),
    ...historyRoutes(options.history),
    ...callbackRoutes(options.tryCallback),
  };
}

/** A request's route, with the segment for `:id`; or only whether its path has other methods. */
export type RouteFound =
  | { readonly route: AdminRoute; readonly id: string }
  | { readonly route: undefined; readonly isKnownPath: boolean };

/** Finds the route of a request. A route without `:id` takes precedence. */
export function findRoute(routes: AdminRoutes, method: string, pathname: string): RouteFound {
  const [, root = "", id = "", ...rest] = pathname.split("/");
  const withId = ["", root, ":id", ...rest].join("/");
  for (const path of [pathname, withId]) {
    const route = `${method} ${path}`;
    if (isRoute(routes, route)) return { route, id: path === pathname ? "" : id };
  }
  const paths = new Set(Object.keys(routes).map((name) => name.split(" ", 2)[1]));
  return { route: undefined, isKnownPath: paths.has(pathname) || paths.has(withId) };
}

function isRoute(routes: AdminRoutes, route: string): route is AdminRoute {
  return Object.hasOwn(routes, route);
}
