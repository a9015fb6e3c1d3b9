// @ossicle/server: starts stores, in production and inside tests.
export { DamagedStoreError, describeDatabase } from "@ossicle/store";
export { maxSkewMs } from "./authenticate/errors.ts";
export { openAccessKeys, type OpenedAccessKeys } from "./accounts/access-keys.ts";
export { openEncryptionKeys, type OpenedEncryptionKeys } from "./accounts/encryption-admin.ts";
export {
  type ListedPrincipal,
  openPrincipals,
  type OpenedPrincipals,
} from "./accounts/principals.ts";
export { OperatorError } from "./accounts/change-principal.ts";
export { type Explanation, openExplainer } from "./access/explain.ts";
export type { PrincipalKind } from "./objects/records/server-records.ts";
export { followTls } from "./follow-tls.ts";
export { listenMistake, readSettingFile } from "./configuration/operator-mistakes.ts";
export { type AdminOptions, startAdminListener, UnavailableError } from "./admin/admin-listener.ts";
export type { AdminApi, AdminProblem, AdminRoute } from "./admin/admin-api.ts";
export {
  type DiskSpace,
  type HistoryPoint,
  HistoryKeeper,
  type MetricValues,
} from "./admin/history.ts";
export { readDiskSpace } from "./objects/bytes/room.ts";
export { showRequest, type ShownRequest } from "./callback/show-request.ts";
export { type TriedCallback, tryCallback } from "./callback/try-callback.ts";
export { OssError, type RawCallback, signAdminRequest } from "@ossicle/protocol";
export { readConsole } from "./admin/console-files.ts";
export { openAdmin, type OpenedAdmin } from "./open-admin.ts";
export { BackupError, type BackupReport, backupStore } from "./maintenance/backup/backup-store.ts";
export { type CopyReport, copyStore } from "./maintenance/copy/copy-store.ts";
export { restoreStore } from "./maintenance/backup/restore-store.ts";
export {
  areReplayable,
  type Deliveries,
  deliveriesOf,
  type DeliveryQuestion,
  type EndpointFigures,
  type FoundDelivery,
  openDeliveries,
  type OpenedDeliveries,
  replayableStates,
  type WholeDelivery,
} from "./callback/deliveries/deliveries.ts";
export type { DeliveryOutcome } from "./callback/deliveries/delivery.ts";
export {
  type AttemptRecord,
  type DeliveryRecord,
  type DeliveryState,
  deliveryStates,
} from "./objects/records/delivery-record.ts";
export type { IgnoredFigures } from "./objects/records/server-records.ts";
export {
  type ListedWebhookKey,
  openWebhookKeys,
  type WebhookKeys,
} from "./callback/sending/webhook-keys.ts";
export type { ReplayOutcome } from "./callback/deliveries/ledger.ts";
export { type Configuration, flagOf, settings } from "./configuration/settings.ts";
export { ConfigurationError } from "./configuration/configuration-error.ts";
export { describeTargets, effectiveTargets } from "./configuration/posture.ts";
export { readConfiguration } from "./configuration/read-configuration.ts";
export type { StorePlace } from "./data-folder/layout.ts";
export { type DataFolderLock, lockDataFolder } from "./data-folder/lock-data-folder.ts";
export { lockPlace } from "./data-folder/lock-place.ts";
export { migrateSharedMetadata } from "./data-folder/open-shared-metadata.ts";
export { momentWords, parseMoment } from "./time/moment.ts";
export { makeDataFolder } from "./data-folder/open-data-folder.ts";
export { describeBlobs } from "./data-folder/shared-blobs.ts";
export { openStore, type OpenedStore } from "./maintenance/verify/open-store.ts";
export type { Finding } from "./maintenance/verify/finding.ts";
export type { VerifyOptions, VerifyReport } from "./maintenance/verify/verify-store.ts";
export type { ServerOverrides } from "./server-overrides.ts";
export { type RunningServer, startServer } from "./start-server.ts";
