// Opens what a store keeps, and constructs the services of a server over it.
import { type Logger, pino } from "pino";
import { Accounts } from "./accounts/accounts.ts";
import { type LoadedCredentials, loadAccount, loadCredentials } from "./accounts/credentials.ts";
import { StoreMasterKeys } from "./accounts/master-keys.ts";
import { loadSecretBox } from "./accounts/secret-box.ts";
import { Metrics } from "./admin/metrics.ts";
import { type CallbackSigner, loadSigner } from "./callback/sending/signer.ts";
import type { Configuration } from "./configuration/settings.ts";
import { readSigner } from "./key-files.ts";
import { ImageCache } from "./images/image-cache.ts";
import { ImageProcesses } from "./images/image-processes.ts";
import { AccessLog } from "./logging/access-log.ts";
import { AccessTimes } from "./maintenance/lifecycle/access-times.ts";
import { Inventories } from "./maintenance/inventory/inventories.ts";
import { Lifecycle } from "./maintenance/lifecycle/lifecycle.ts";
import { defaultSweepAges, Sweeper } from "./maintenance/sweeper/sweeper.ts";
import { createMemory } from "./memory/memory.ts";
import { BucketHints, sharedGuessMs } from "./objects/buckets/bucket-hints.ts";
import { BucketStats } from "./objects/buckets/bucket-stats.ts";
import { Hashing } from "./objects/bytes/hashing.ts";
import { EncryptionKeys, requireMasters } from "./objects/encryption/encryption-keys.ts";
import { KeyQueue } from "./objects/versions/key-queue.ts";
import type { Address } from "./address.ts";
import { openCallbacks } from "./open-callbacks.ts";
import { type OpenedPlace, openPlace } from "./open-place.ts";
import { metaQueryLimits } from "./operations/bucket/do-meta-query.ts";
import { QueryLimiter } from "./memory/query-limiter.ts";
import { SelectThread } from "./select/select-thread.ts";
import type { OperationServices } from "./operations/operation-services.ts";
import type { ServerOverrides } from "./server-overrides.ts";
import type { Clock } from "./time/clock.ts";

/**
 * Bodies up to this size travel in the metadata commit (docs/decisions/0004: measured on an aged
 * database).
 */
export const defaultInlineLimitBytes = 32_768;

/** The services, and what runs beside them. */
export interface OpenedServices extends Pick<OpenedPlace, "failure" | "close"> {
  readonly services: OperationServices;
  readonly metrics: Metrics;
  readonly sweeper: Sweeper;
  readonly lifecycle: Lifecycle;
  readonly inventories: Inventories;
  readonly accessTimes: AccessTimes;
  readonly credentials: LoadedCredentials;
}

/**
 * Opens the data folder and makes the services. If one of them fails, closes the database again.
 */
export async function openServices(
  configuration: Configuration,
  overrides: ServerOverrides,
  address: Address,
): Promise<OpenedServices> {
  const clock = overrides.clock ?? Date.now;
  const log = overrides.log ?? pino({ level: configuration.logLevel });
  const broughtSigner = await readSigner(configuration);
  const { failure, close, ...kept } = await openPlace(configuration, overrides, log);
  try {
    const opened = { address, clock, log, ...kept, broughtSigner };
    return { ...(await openRest(configuration, overrides, opened)), failure, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

interface OpenedFirst extends Pick<OpenedPlace, "metadata" | "blobs" | "room"> {
  readonly address: Address;
  readonly clock: Clock;
  readonly log: Logger;
  readonly broughtSigner: CallbackSigner | undefined;
}

async function openRest(
  configuration: Configuration,
  overrides: ServerOverrides,
  { address, clock, log, metadata, blobs, room, broughtSigner }: OpenedFirst,
): Promise<Omit<OpenedServices, "failure" | "close">> {
  const [owner, signer, hashing, box] = await Promise.all([
    loadAccount(metadata),
    broughtSigner ?? loadSigner(metadata, configuration.callbackKeyBits),
    Hashing.create(),
    loadSecretBox(configuration, metadata),
  ]);
  const credentials = await loadCredentials(configuration, { metadata, box });
  const metrics = new Metrics();
  const hints = new BucketHints(owner.id, {
    guessForMs: configuration.metadata === undefined ? 0 : sharedGuessMs,
    now: () => performance.now(),
  });
  const queue = new KeyQueue();
  const parts = { metadata, hints, queue, signer, box, clock, log, address };
  const callbacks = openCallbacks(configuration, overrides, parts);
  metrics.watch(callbacks);
  const masters = new StoreMasterKeys(box, configuration.encryptionKeyFile);
  // So that mistakes are reported at start-up, not with the first object.
  await masters.load();
  await requireMasters({ metadata, masters });
  const encryptionKeys = new EncryptionKeys({ metadata, masters, clock, accountId: owner.id });
  const storing = {
    metadata,
    blobs,
    encryptionKeys,
    clock,
    log,
    hashing,
    hints,
    queue,
    room,
    memory: createMemory(configuration),
    inlineLimitBytes: overrides.inlineLimitBytes ?? defaultInlineLimitBytes,
  };
  const accessTimes = new AccessTimes(storing);
  const services: OperationServices = {
    ...storing,
    accessLog: new AccessLog(storing),
    accessTimes,
    images: { processes: new ImageProcesses(), cache: new ImageCache() },
    select: new SelectThread(),
    metaQueries: new QueryLimiter(metaQueryLimits),
    callbacks,
    accounts: new Accounts({ ...credentials, metadata, clock, owner, box }),
    stats: new BucketStats(clock),
    region: configuration.region,
    restoreDelayMs: configuration.restoreDelay * 1_000,
  };
  const sweeper = new Sweeper({
    metadata,
    blobs,
    hints,
    clock,
    log,
    ages: overrides.sweepAges ?? defaultSweepAges,
    onSwept: (count) => metrics.swept(count),
  });
  const lifecycle = new Lifecycle(services);
  const inventories = new Inventories(services);
  return { services, metrics, sweeper, lifecycle, inventories, accessTimes, credentials };
}
