// Every setting of a server: one table, from which flags, environment, file and help are made.
import { resolve } from "node:path";
import { describeBucket, describeDatabase, isS3Url } from "@ossicle/store";
import { defaultBodyMemory, defaultUnverifiedMemory } from "../memory/memory.ts";
import { type DeliveryConfiguration, deliverySettings } from "./delivery-settings.ts";
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
import { parseTargetPolicy } from "./target-policy.ts";

/** A server's configuration. */
export interface Configuration extends DeliveryConfiguration {
  readonly data: string;
  /** URL of the database that holds the metadata. Undefined: it is in the data folder. */
  readonly metadata: string | undefined;
  /**
   * Where several nodes keep blobs: a folder, or the address of a bucket. Undefined: in the data
   * folder.
   */
  readonly blobs: string | undefined;
  /** The key that seals secrets in a database, in hex. */
  readonly secretKey: string | undefined;
  /** A file of master keys, which seal the keys that encrypt objects. */
  readonly encryptionKeyFile: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly adminHost: string;
  /** Undefined: no admin listener. */
  readonly adminPort: number | undefined;
  /** Whether the admin listener gives metrics to anyone, or to signed requests only. */
  readonly adminMetrics: "open" | "signed";
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
  /** Memory for bytes of requests whose signature is not verified yet, in MiB a worker. */
  readonly unverifiedMemory: number;
  /** How long a restore of an archived object takes, in seconds. OSS takes minutes to hours. */
  readonly restoreDelay: number;
  /** How long a server that is to stop still takes requests, in seconds. */
  readonly drain: number;
  /** Undefined: decided by the posture. */
  readonly callbackTargets: string | undefined;
  readonly callbackConnections: "close" | "keep-alive";
  readonly callbackKeyBits: number;
  readonly callbackKey: string | undefined;
  readonly callbackKeyUrl: string | undefined;
  readonly logLevel: string;
  /** URL that traces are sent to. Undefined: no traces. */
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
    read: (text) => {
      if (text === "") throw new RangeError("expected the path of a folder");
      return resolve(text);
    },
  },
  metadata: {
    placeholder: "url",
    env: "OSSICLE_METADATA",
    description:
      "database that several nodes share: postgres://user@host:port,host:port/database; needs " +
      "--blobs and OSSICLE_SECRET_KEY",
    isHidden: true,
    read: (text) => {
      describeDatabase(text); // throws for a malformed URL
      return text;
    },
  },
  blobs: {
    placeholder: "place",
    env: "OSSICLE_BLOBS",
    description:
      "where several nodes keep large bodies: a folder, or " +
      "s3://KEY:SECRET@host:port,host:port?bucket=NAME; needs --metadata",
    isHidden: true,
    read: (text) => {
      if (!isS3Url(text)) {
        if (text.includes("://")) throw new RangeError("expected a folder, or s3://… unquoted");
        return resolve(text);
      }
      describeBucket(text); // throws for a malformed address
      return text;
    },
  },
  secretKey: {
    env: "OSSICLE_SECRET_KEY",
    description: "key that seals secrets in the database of --metadata",
    secret: true,
    read: (text) => matching(text, /^[0-9a-f]{64}$/, "64 hex digits: openssl rand -hex 32"),
  },
  encryptionKeyFile: {
    placeholder: "file",
    env: "OSSICLE_ENCRYPTION_KEY_FILE",
    description:
      "master keys that seal the keys of encryption, newest first, 64 hex digits a line; " +
      "without it, the store's secret key does",
    read: plain,
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
    description: "port of the admin listener (console, health, metrics); none by default",
    read: portNumber,
  },
  adminMetrics: {
    placeholder: "access",
    env: "OSSICLE_ADMIN_METRICS",
    description: "who may read the admin listener's metrics: open (anyone) or signed requests",
    fallback: "signed",
    read: (text) => {
      if (text !== "open" && text !== "signed") throw new RangeError("expected open or signed");
      return text;
    },
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
    description: "certificate chain in PEM; needs --tls-key; a renewed one is used within seconds",
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
    description:
      "networks of proxies whose X-Forwarded-For and -Proto are trusted: CIDRs, comma-separated",
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
  drain: {
    placeholder: "seconds",
    env: "OSSICLE_DRAIN",
    description:
      "how long to keep serving after SIGTERM, with health at 503, so that a proxy moves on",
    fallback: "0",
    read: (text) => integerBetween(text, 0, 3_600),
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
    description:
      "where callbacks may go: public, private, CIDRs, comma-separated; without it, public and " +
      "private for a store that only this machine reaches, and public for others",
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
    description: "connections to applications: close (as OSS) or keep-alive",
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
    description: "URL of the public half of --callback-key, sent in x-oss-pub-key-url",
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

/** `--kebab-case` of a setting's name. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
