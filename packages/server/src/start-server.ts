// Constructs a server out of its parts and passes them down. With the command line, the only place
// that knows the clock.
import type { AddressInfo } from "node:net";
import { uptime } from "node:os";
import { join } from "node:path";
import type { Tracer } from "@opentelemetry/api";
import type { HostRules } from "@ossicle/protocol";
import {
  type EmbeddedMetadataStore,
  openFileBlobStore,
  type StoreFailedError,
} from "@ossicle/store";
import { type Logger, pino } from "pino";
import { Accounts } from "./accounts/accounts.ts";
import { type LoadedCredentials, loadAccount, loadCredentials } from "./accounts/credentials.ts";
import { loadSecretBox, type SecretBox } from "./accounts/secret-box.ts";
import { Metrics } from "./admin/metrics.ts";
import { Callbacks, type CallbacksOptions, maxCallbacksUnderWay } from "./callback/callbacks.ts";
import { Guard, systemResolve } from "./callback/sending/guard.ts";
import { isOwnListener, type OwnListener, portOf } from "./callback/sending/own-listeners.ts";
import { Resolver } from "./callback/sending/resolver.ts";
import { type CallbackSigner, loadSigner } from "./callback/sending/signer.ts";
import { Retention } from "./callback/deliveries/retention.ts";
import { parseTargetPolicy } from "./configuration/target-policy.ts";
import { CallbackTransport, type Transport } from "./callback/sending/transport.ts";
import { WebhookSigner } from "./callback/sending/webhook-signer.ts";
import { type Configuration, effectiveTargets } from "./configuration/configuration.ts";
import { readSigner, readTls } from "./key-files.ts";
import { listenMistake } from "./configuration/operator-mistakes.ts";
import { serverPolicy } from "./configuration/delivery-settings.ts";
import { createMemory } from "./memory/memory.ts";
import { BucketHints } from "./objects/buckets/bucket-hints.ts";
import type { ChangingServices } from "./objects/versions/change-key.ts";
import { BucketStats } from "./objects/buckets/bucket-stats.ts";
import { Hashing } from "./objects/bytes/hashing.ts";
import { KeyQueue } from "./objects/versions/key-queue.ts";
import { DiskRoom } from "./objects/bytes/room.ts";
import { lockDataFolder } from "./data-folder/lock-data-folder.ts";
import { makeDataFolder, openDataFolder } from "./data-folder/open-data-folder.ts";
import { blobsFolderName } from "./data-folder/layout.ts";
import { handle } from "./request/handle.ts";
import { DataListener } from "./http/listener.ts";
import { publicFileServer } from "./request/public-files.ts";
import { endpointRule } from "./request/route.ts";
import type { Clock } from "./time/clock.ts";
import type { OperationServices } from "./operations/operation-services.ts";
import { tracedHandle } from "./callback/sending/tracing.ts";
import { defaultSweepAges, type SweepAges, Sweeper } from "./maintenance/sweeper/sweeper.ts";

/**
 * Bodies up to this size travel in the metadata commit (docs/decisions/0004: measured on an aged
 * database).
 */
export const defaultInlineLimitBytes = 32_768;

/** Time that requests under way get when a server stops, in milliseconds. */
const closeGraceMs = 30_000;

const mebibyte = 1_048_576;
const dayMs = 86_400_000;

/** What tests and embedders may replace. */
export interface ServerOverrides {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly sweepAges?: SweepAges;
  readonly inlineLimitBytes?: number;
  /** Bytes of a blob after which they are synced while more arrive. Default 512 MiB. */
  readonly syncEveryBytes?: number;
  /** Puts something between the callback engine and the network. */
  readonly wrapTransport?: (transport: Transport) => Transport;
  /** Makes spans of requests and callbacks (OpenTelemetry); without one nothing is traced. */
  readonly tracer?: Tracer;
  /**
   * Whether the background work of the folder runs here; one process of several is enough. Default
   * true.
   */
  readonly background?: boolean;
  /**
   * Whether the process that forked this one holds the lock of the data folder. Default false: this
   * server takes it.
   */
  readonly isOneOfSeveral?: boolean;
  /**
   * Called once when the database has failed. Every request gets 503 from then on, so the process
   * should end and be replaced.
   */
  readonly onFailure?: (failure: StoreFailedError) => void;
}

/** A server that runs in this process. */
export interface RunningServer {
  /** Where clients reach it: the advertised URL, or else the one it listens at. */
  readonly url: string;
  /** Where it listens. */
  readonly listenUrl: string;
  readonly credentials: LoadedCredentials;
  readonly services: OperationServices;
  readonly metrics: Metrics;
  readonly sweeper: Sweeper;
  /** Why the server answers 503 to everything; undefined while it works. */
  readonly failure: () => StoreFailedError | undefined;
  /** Finishes what is under way, then stops. */
  readonly close: () => Promise<void>;
}

/** Starts a server in this process. */
export async function startServer(
  configuration: Configuration,
  overrides: ServerOverrides = {},
): Promise<RunningServer> {
  const address: { url: string; listenUrl?: string } = { url: configuration.advertisedUrl ?? "" };
  await makeDataFolder(configuration.data);
  const lock =
    overrides.isOneOfSeveral === true ? undefined : await lockDataFolder(configuration.data);
  const opened = await openServices(configuration, overrides, address).catch(
    async (cause: unknown) => {
      await lock?.release();
      throw cause;
    },
  );
  const { services, metrics, sweeper, credentials } = opened;
  const retention = new Retention(services, {
    maxAgeMs: configuration.deliveryDays * dayMs,
    maxBytes: configuration.deliverySpace * mebibyte,
  });
  const { callbacks } = services;
  const { listener, listenUrl } = await startListening(configuration, {
    ...opened,
    address,
    ...overrides,
  }).catch(async (cause: unknown) => {
    await services.hashing.close();
    await services.metadata.close();
    await lock?.release();
    throw cause;
  });
  address.url ||= listenUrl;
  address.listenUrl = listenUrl;
  callbacks.ignored.start();
  if (overrides.background ?? true) {
    callbacks.start();
    sweeper.start();
    retention.start();
  }
  return {
    url: address.url,
    listenUrl,
    credentials,
    services,
    metrics,
    sweeper,
    failure: opened.failure,
    close: async () => {
      await listener.close(closeGraceMs);
      await sweeper.close();
      await retention.close();
      await callbacks.close();
      await services.hashing.close();
      await services.metadata.close();
      await lock?.release();
    },
  };
}

/** Where the server is reached; known only once it listens. */
interface Address {
  readonly url: string;
  readonly listenUrl?: string;
}

type Opened = Pick<RunningServer, "services" | "metrics" | "sweeper" | "credentials" | "failure">;

async function openServices(
  configuration: Configuration,
  overrides: ServerOverrides,
  address: Address,
): Promise<Opened> {
  const clock = overrides.clock ?? Date.now;
  const log = overrides.log ?? pino({ level: configuration.logLevel });
  const broughtSigner = await readSigner(configuration);
  const metadata = await openDataFolder(configuration.data, (failure) => {
    log.fatal({ err: failure }, "the database failed; this process can use it no longer");
    overrides.onFailure?.(failure);
  });
  try {
    return await openRest(configuration, overrides, {
      address,
      clock,
      log,
      metadata,
      broughtSigner,
    });
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}

interface OpenedFirst {
  readonly address: Address;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metadata: EmbeddedMetadataStore;
  readonly broughtSigner: CallbackSigner | undefined;
}

async function openRest(
  configuration: Configuration,
  overrides: ServerOverrides,
  { address, clock, log, metadata, broughtSigner }: OpenedFirst,
): Promise<Opened> {
  const { accessKeyId: id, accessKeySecret: secret } = configuration;
  const [blobs, owner, signer, hashing, credentials, box] = await Promise.all([
    openFileBlobStore(join(configuration.data, blobsFolderName), {
      syncEveryBytes: overrides.syncEveryBytes,
    }),
    loadAccount(metadata),
    broughtSigner ?? loadSigner(metadata, configuration.callbackKeyBits),
    Hashing.create(),
    loadCredentials(configuration.data, { id, secret }),
    loadSecretBox(configuration.data, metadata),
  ]);
  const metrics = new Metrics();
  const hints = new BucketHints();
  const queue = new KeyQueue();
  const parts = { metadata, hints, queue, signer, box, clock, log, address };
  const callbacks = openCallbacks(configuration, overrides, parts);
  metrics.watch(callbacks);
  const services: OperationServices = {
    metadata,
    blobs,
    clock,
    log,
    hashing,
    hints,
    callbacks,
    accounts: new Accounts({
      metadata,
      clock,
      owner,
      credentials: credentials.credentials,
      box,
    }),
    stats: new BucketStats(clock),
    queue,
    room: new DiskRoom(configuration.data, configuration.reserve * mebibyte),
    memory: createMemory(configuration),
    region: configuration.region,
    restoreDelayMs: configuration.restoreDelay * 1_000,
    inlineLimitBytes: overrides.inlineLimitBytes ?? defaultInlineLimitBytes,
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
  return { services, metrics, sweeper, credentials, failure: () => metadata.failure };
}

interface CallbackParts extends ChangingServices, Pick<CallbacksOptions, "signer" | "log"> {
  readonly box: SecretBox;
  readonly address: Address;
}

function openCallbacks(
  configuration: Configuration,
  { wrapTransport, tracer }: ServerOverrides,
  { box, address, ...parts }: CallbackParts,
): Callbacks {
  const { metadata, clock, signer } = parts;
  const monotonic = (): number => performance.now();
  const resolver = new Resolver(systemResolve, monotonic);
  const guard = new Guard(requirePolicy(effectiveTargets(configuration)), {
    resolve: resolver.resolve,
    own: (host, port) => isOwnListener(ownListeners(configuration, address), host, port),
    onRefused: (reason) => parts.log.info({ reason }, "a callback was refused"),
  });
  const ownKeyUrl = (): string => `${address.url}/_ossicle/callback-keys/${signer.fingerprint}.pem`;
  const transport = new CallbackTransport(guard, configuration.callbackConnections);
  return new Callbacks({
    ...parts,
    guard,
    transport: wrapTransport?.(transport) ?? transport,
    publicKeyUrl: () => configuration.callbackKeyUrl ?? ownKeyUrl(),
    webhooks: new WebhookSigner(metadata, box, clock),
    afterCrash: configuration.afterCrash,
    maxUnderWay: maxCallbacksUnderWay,
    rules: { lengthOptional: configuration.callbackAnswerLength === "optional" },
    policy: serverPolicy(configuration),
    circuitThreshold: configuration.circuitTimeouts,
    tracer,
    random: Math.random,
    monotonic,
    uptime: () => uptime() * 1_000,
  });
}

type ListenerParts = Pick<Opened, "services" | "metrics" | "failure"> &
  Pick<ServerOverrides, "tracer"> & { readonly address: Address };

async function openListener(
  configuration: Configuration,
  { services, metrics, failure, address, tracer }: ListenerParts,
): Promise<DataListener> {
  const { clock, log, callbacks, memory } = services;
  const hosts: HostRules = {
    baseDomains: [...configuration.baseDomains, "localhost"],
    customDomains: configuration.customDomains,
  };
  const endpoint = endpointRule(configuration.advertisedUrl, () => address.url);
  const { fingerprint, publicKey } = callbacks.signer;
  return new DataListener({
    handle: tracedHandle(tracer, (message) => handle({ services, hosts, endpoint }, message)),
    publicFile: publicFileServer({
      hosts,
      clock,
      health: () => failure()?.message,
      callbackKeys: new Map([[fingerprint, publicKey]]),
      webhookKeys: () => callbacks.webhooks.jwks(),
    }),
    tls: await readTls(configuration),
    trustedProxies: configuration.trustedProxies,
    clock,
    log,
    onAnswered: (operation, status, tookMs) => metrics.request(operation, status, tookMs),
    answers: memory.answers,
  });
}

/** Where this store listens; the port of the data listener is known once it listens. */
function ownListeners(
  { host, port, adminHost, adminPort }: Configuration,
  { listenUrl }: Address,
): readonly OwnListener[] {
  const data = listenUrl === undefined ? port : portOf(listenUrl);
  return [
    { host, port: data },
    ...(adminPort === undefined ? [] : [{ host: adminHost, port: adminPort }]),
  ];
}

function requirePolicy(text: string): NonNullable<ReturnType<typeof parseTargetPolicy>> {
  const policy = parseTargetPolicy(text);
  if (policy === undefined) throw new RangeError(`${text} names no callback targets`);
  return policy;
}

async function startListening(
  configuration: Configuration,
  parts: ListenerParts,
): Promise<{ readonly listener: DataListener; readonly listenUrl: string }> {
  const listener = await openListener(configuration, parts);
  return { listener, listenUrl: await listen(listener, configuration) };
}

async function listen(
  { server }: DataListener,
  { host, port, tlsCert }: Configuration,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const options = { host: "--host", port: "--port" };
    const refuse = (cause: Error): void => reject(listenMistake(cause, { host, port, options }));
    server.once("error", refuse);
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo; // a TCP listener's address is always an object
  const scheme = tlsCert === undefined ? "http" : "https";
  const name =
    bound.address === "0.0.0.0" || bound.address === "::"
      ? "127.0.0.1"
      : bound.family === "IPv6"
        ? `[${bound.address}]`
        : bound.address;
  return `${scheme}://${name}:${bound.port}`;
}
