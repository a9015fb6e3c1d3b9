// @ossicle/server: starts stores, in production and inside tests.
export { type AccessKeys, openAccessKeys } from "./accounts/access-keys.ts";
export { startAdminListener } from "./admin/admin-listener.ts";
export type { DeliveryOutcome } from "./callback/delivery.ts";
export {
  type Configuration,
  ConfigurationError,
  effectiveTargets,
  flagOf,
  isDevelopment,
  readConfiguration,
  settings,
} from "./configuration.ts";
export { type RunningServer, type ServerOverrides, startServer } from "./main.ts";
export {
  type SentCallback,
  startStore,
  type StartStoreOptions,
  type TestStore,
} from "./start-store.ts";
