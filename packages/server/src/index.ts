// @ossicle/server: starts stores, in production and inside tests.
export { DamagedStoreError } from "@ossicle/store";
export { type AccessKeys, openAccessKeys } from "./accounts/access-keys.ts";
export { listenMistake, readSettingFile } from "./operator-mistakes.ts";
export { type AdminOptions, startAdminListener, UnavailableError } from "./admin/admin-listener.ts";
export { BackupError, type BackupReport, backupStore } from "./backup/backup-store.ts";
export { restoreStore } from "./backup/restore-store.ts";
export {
  type Deliveries,
  deliveriesOf,
  type DeliveryQuestion,
  type EndpointFigures,
  type FoundDelivery,
  openDeliveries,
  type OpenedDeliveries,
  type WholeDelivery,
} from "./callback/deliveries.ts";
export {
  type AttemptRecord,
  type DeliveryOutcome,
  type DeliveryRecord,
  type DeliveryState,
  deliveryStates,
} from "./callback/delivery.ts";
export type { IgnoredFigures } from "./callback/ignored-callbacks.ts";
export {
  type ListedWebhookKey,
  openWebhookKeys,
  type WebhookKeys,
} from "./callback/webhook-keys.ts";
export type { ReplayOutcome } from "./callback/ledger.ts";
export {
  type Configuration,
  ConfigurationError,
  describeTargets,
  effectiveTargets,
  flagOf,
  readConfiguration,
  settings,
} from "./configuration.ts";
export { type DataFolderLock, lockDataFolder } from "./lock-data-folder.ts";
export { momentWords, parseMoment } from "./moment.ts";
export { makeDataFolder } from "./open-data-folder.ts";
export { openStore, type OpenedStore } from "./verify/open-store.ts";
export { type Finding, type VerifyOptions, type VerifyReport } from "./verify/verify-store.ts";
export { type RunningServer, type ServerOverrides, startServer } from "./main.ts";
export {
  type SentCallback,
  startStore,
  type StartStoreOptions,
  type TestStore,
} from "./start-store.ts";
