// The server's configuration: one table of settings, read from flags, environment and file in this
// order of precedence. Every mistake is found before the first is reported.
import { isIP } from "node:net";
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { errorMessage } from "@ossicle/store";
import { parseTargetPolicy } from "./target-policy.ts";
import { type DeliveryConfiguration, deliverySettings } from "./delivery-settings.ts";
import { defaultBodyMemory, defaultUnverifiedMemory } from "../memory/memory.ts";
import {
  domainName,
  integerBetween,
  list,
  matching,
  portNumber,
  readCidr,
  readDomainMap,
  readUrl,
  readWorkers,
  type Setting,
} from "./setting-values.ts";

/** A server's configuration. */
export interface Configuration extends DeliveryConfiguration {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly adminHost: string;
  /** Undefined: no admin listener. */
  readonly adminPort: number | undefined;
  readonly region: string;
  readonly baseDomains: readonly string[];
  readonly customDomains: ReadonlyMap<string, string>;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly advertisedUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly workers: number;
  /** Free space that uploads leave on the disk, in MiB. */
  readonly reserve: number;
  /** Memory for bodies on their way to the disk, in MiB a worker. */
  readonly bodyMemory: number;
  /** Memory for bytes that no signature has vouched for yet, in MiB a worker. */
  readonly unverifiedMemory: number;
  /** How long a restore of an archived object takes, in seconds. OSS takes minutes to hours. */
  readonly restoreDelay: number;
  /** Undefined: decided by the posture. */
  readonly callbackTargets: string | undefined;
  readonly callbackConnections: "close" | "keep-alive";
  readonly callbackKeyBits: number;
  readonly callbackKey: string | undefined;
  readonly callbackKeyUrl: string | undefined;
  readonly logLevel: string;
  /** Where traces are sent; none without it. */
  readonly otlpUrl: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly accessKeySecret: string | undefined;
}

const plain = (text: string): string => text;

/** Every setting. */
export const settings: { readonly [K in keyof Configuration]: Setting<Configuration[K]> } = {
  data: {
    placeholder: "folder",
    env: "OSSICLE_DATA",
    description: "folder that holds everything",
    fallback: "./ossicle-data",
    read: (text) => resolve(text),
  },
  host: {
    placeholder: "address",
    env: "OSSICLE_HOST",
    description: "address to listen on",
    fallback: "127.0.0.1",
    read: plain,
  },
  port: {
    placeholder: "number",
    env: "OSSICLE_PORT",
    description: "port of the OSS protocol; 0 takes a free one",
    fallback: "9650",
    read: portNumber,
  },
  adminHost: {
    placeholder: "address",
    env: "OSSICLE_ADMIN_HOST",
    description: "address of the admin listener",
    fallback: "127.0.0.1",
    read: plain,
  },
  adminPort: {
    placeholder: "number",
    env: "OSSICLE_ADMIN_PORT",
    description: "port of health and metrics; none without it",
    read: portNumber,
  },
  region: {
    placeholder: "id",
    env: "OSSICLE_REGION",
    description: "region that clients sign for",
    fallback: "cn-hangzhou",
    read: (text) =>
      matching(text.replace(/^oss-/, ""), /^[a-z0-9-]+$/, "a region id such as cn-hangzhou"),
  },
  baseDomains: {
    placeholder: "names",
    env: "OSSICLE_BASE_DOMAINS",
    description: "names under which bucket.name addresses a bucket, comma-separated",
    fallback: "",
    read: (text) =>
      list(text).map((name) => matching(name.toLowerCase(), domainName, "a domain name")),
  },
  customDomains: {
    placeholder: "map",
    env: "OSSICLE_CUSTOM_DOMAINS",
    description: "domain=bucket pairs, comma-separated",
    fallback: "",
    read: readDomainMap,
  },
  tlsCert: {
    placeholder: "file",
    env: "OSSICLE_TLS_CERT",
    description: "certificate chain in PEM; needs --tls-key",
    read: plain,
  },
  tlsKey: {
    placeholder: "file",
    env: "OSSICLE_TLS_KEY",
    description: "private key in PEM; needs --tls-cert",
    read: plain,
  },
  advertisedUrl: {
    placeholder: "url",
    env: "OSSICLE_ADVERTISED_URL",
    description: "URL under which clients and application servers reach this store",
    read: readUrl,
  },
  trustedProxies: {
    placeholder: "networks",
    env: "OSSICLE_TRUSTED_PROXIES",
    description: "CIDRs whose X-Forwarded-For is believed, comma-separated",
    fallback: "",
    read: (text) => list(text).map(readCidr),
  },
  workers: {
    placeholder: "number",
    env: "OSSICLE_WORKERS",
    description: "processes that share the port and the folder; auto is one a core, at most two",
    fallback: "auto",
    read: readWorkers,
  },
  reserve: {
    placeholder: "MiB",
    env: "OSSICLE_RESERVE",
    description: "free space that uploads leave on the disk",
    fallback: "128",
    read: (text) => integerBetween(text, 0, 1_000_000_000),
  },
  bodyMemory: {
    placeholder: "MiB",
    env: "OSSICLE_BODY_MEMORY",
    description: "memory of a worker for bodies on their way to the disk",
    fallback: String(defaultBodyMemory),
    read: (text) => integerBetween(text, 4, 65_536),
  },
  unverifiedMemory: {
    placeholder: "MiB",
    env: "OSSICLE_UNVERIFIED_MEMORY",
    description: "memory of a worker for requests whose signature is not verified yet",
    fallback: String(defaultUnverifiedMemory),
    read: (text) => integerBetween(text, 1, 65_536),
  },
  restoreDelay: {
    placeholder: "seconds",
    env: "OSSICLE_RESTORE_DELAY",
    description: "how long a restore of an archived object takes",
    fallback: "60",
    read: (text) => integerBetween(text, 0, 604_800),
  },
  callbackTargets: {
    placeholder: "targets",
    env: "OSSICLE_CALLBACK_TARGETS",
    description: "where callbacks may go: public, private, CIDRs, comma-separated",
    read: (text) => {
      if (parseTargetPolicy(text) === undefined) {
        throw new RangeError("expected public, private or CIDRs, comma-separated");
      }
      return text;
    },
  },
  callbackConnections: {
    placeholder: "use",
    env: "OSSICLE_CALLBACK_CONNECTIONS",
    description: "close (as OSS) or keep-alive",
    fallback: "close",
    read: (text) => {
      if (text !== "close" && text !== "keep-alive")
        throw new RangeError("expected close or keep-alive");
      return text;
    },
  },
  callbackKeyBits: {
    placeholder: "bits",
    env: "OSSICLE_CALLBACK_KEY_BITS",
    description: "size of the RSA key that is made on first start, 512 to 4096",
    fallback: "2048",
    read: (text) => integerBetween(text, 512, 4_096),
  },
  callbackKey: {
    placeholder: "file",
    env: "OSSICLE_CALLBACK_KEY",
    description: "RSA private key in PEM that signs callbacks, instead of the store's own",
    read: plain,
  },
  callbackKeyUrl: {
    placeholder: "url",
    env: "OSSICLE_CALLBACK_KEY_URL",
    description: "URL of that key's public half, sent in x-oss-pub-key-url",
    read: readUrl,
  },
  ...deliverySettings,
  logLevel: {
    placeholder: "level",
    env: "OSSICLE_LOG_LEVEL",
    description: "debug (every request), info, warn, error or silent",
    fallback: "info",
    read: (text) => matching(text, /^(?:trace|debug|info|warn|error|fatal|silent)$/, "a log level"),
  },
  otlpUrl: {
    placeholder: "url",
    env: "OSSICLE_OTLP_URL",
    description: "where traces are sent: OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces",
    read: readUrl,
  },
  accessKeyId: {
    env: "OSS_ACCESS_KEY_ID",
    description: "access key id; without it a pair is made once and printed",
    secret: true,
    read: (text) =>
      matching(text, /^[\w.-]{1,128}$/, "letters, digits, dots, hyphens and underscores"),
  },
  accessKeySecret: {
    env: "OSS_ACCESS_KEY_SECRET",
    description: "access key secret",
    secret: true,
    read: plain,
  },
};

/** Where settings come from. */
export interface ConfigurationSources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed configuration file: setting names to texts, numbers or lists. */
  readonly file: Readonly<Record<string, unknown>>;
}

/** Settings or arguments have mistakes; the message lists all of them. */
export class ConfigurationError extends Error {
  override readonly name: string = "ConfigurationError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(
      mistakes.length === 1
        ? mistakes.join()
        : `${mistakes.length} mistakes:\n${mistakes.map((one) => `  - ${one}`).join("\n")}`,
      options,
    );
    this.mistakes = mistakes;
  }
}

/** Reads a configuration. Throws ConfigurationError with every mistake. */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const mistakes: string[] = [];
  const out: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const [text, origin] = find(sources, name, setting);
    if (text === undefined || (text === "" && setting.fallback === undefined)) continue;
    try {
      out[name] = setting.read(text);
    } catch (cause) {
      const shown = setting.secret === true ? "(hidden)" : JSON.stringify(text);
      mistakes.push(`${origin} ${shown}: ${errorMessage(cause)}`);
    }
  }
  for (const name of Object.keys(sources.file)) {
    if (name in settings) continue;
    const meant = Object.entries(settings).find(
      ([known, { env }]) => env === name || flagOf(known).slice(2) === name.replace(/^--/, ""),
    );
    const hint = meant === undefined ? "" : `: there it is called ${JSON.stringify(meant[0])}`;
    mistakes.push(`the configuration file has an unknown setting ${JSON.stringify(name)}${hint}`);
  }
  const pairs = [
    ["tlsCert", "tlsKey"],
    ["callbackKey", "callbackKeyUrl"],
    ["accessKeyId", "accessKeySecret"],
  ] as const;
  for (const [one, other] of pairs) {
    if ((out[one] === undefined) === (out[other] === undefined)) continue;
    mistakes.push(`${nameOf(one)} and ${nameOf(other)} go together`);
  }
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  // Every setting with a fallback has been read, the others may be absent.
  return out as unknown as Configuration;
}

function find(
  { flags, env, file }: ConfigurationSources,
  name: string,
  setting: Setting<unknown>,
): [text: string | undefined, origin: string] {
  if (flags[name] !== undefined) return [flags[name], flagOf(name)];
  if (env[setting.env] !== undefined) return [env[setting.env], setting.env];
  const value = file[name];
  if (value !== undefined)
    return [fileText(value), `${JSON.stringify(name)} in the configuration file`];
  return [setting.fallback, flagOf(name)];
}

function fileText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, item]) => `${key}=${String(item)}`)
    .join(",");
}

function nameOf(name: keyof Configuration): string {
  return settings[name].secret === true ? settings[name].env : flagOf(name);
}

/** `--kebab-case` of a setting's name. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Why a server does not serve one developer's machine alone: the setting by which others can reach
 * it. Undefined for a server that is bound to loopback, is not advertised under any name, and
 * trusts no proxy.
 */
export function reachedBy(configuration: Configuration): string | undefined {
  const { host, advertisedUrl, baseDomains, customDomains, trustedProxies } = configuration;
  const isLoopback =
    host === "localhost" || (isIP(host) !== 0 && ipaddr.parse(host).range() === "loopback");
  if (!isLoopback) return "--host";
  if (advertisedUrl !== undefined) return "--advertised-url";
  if (baseDomains.length > 0) return "--base-domains";
  if (customDomains.size > 0) return "--custom-domains";
  return trustedProxies.length > 0 ? "--trusted-proxies" : undefined;
}

/** Where callbacks may go. */
export function effectiveTargets(configuration: Configuration): string {
  const { callbackTargets } = configuration;
  return callbackTargets ?? (reachedBy(configuration) === undefined ? "public,private" : "public");
}

/** Where callbacks may go, and which setting decides it: a line for start-up. */
export function describeTargets(configuration: Configuration): string {
  const targets = effectiveTargets(configuration);
  const reached = reachedBy(configuration);
  if (configuration.callbackTargets !== undefined) {
    return `callbacks may go to ${targets} (--callback-targets)`;
  }
  return reached === undefined
    ? `callbacks may go to ${targets}: development, since the store is bound to loopback and not advertised`
    : `callbacks may go to ${targets} addresses, since ${reached} is set (--callback-targets allows others)`;
}
