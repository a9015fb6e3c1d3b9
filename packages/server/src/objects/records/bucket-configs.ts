// The configuration documents of a bucket.
import type {
  CallbackPolicyConfiguration,
  BucketArchiveDirectReadConfiguration,
  BucketPublicAccessBlockConfiguration,
  BucketRequestPaymentConfiguration,
  BucketResourceGroupConfiguration,
  BucketTransferAccelerationConfiguration,
  CorsConfiguration,
  DeliveryPolicyConfiguration,
  GetBucketOverwriteConfigOutput,
  InventoryConfiguration,
  LifecycleConfiguration,
  LoggingEnabled,
  RefererConfiguration,
  TagSet,
  WebsiteConfiguration,
} from "@ossicle/protocol";
import type { AclRecord, PolicyRecord } from "./records.ts";

/** Every kind of document by the name of its record. */
export interface BucketConfigs {
  /** Present where the objects may be searched. */
  readonly "meta-query": { readonly openedMs: number };
  readonly acl: AclRecord;
  readonly cors: CorsConfiguration;
  readonly tags: TagSet;
  readonly "callback-policy": CallbackPolicyConfiguration;
  readonly "request-payment": BucketRequestPaymentConfiguration;
  readonly "transfer-acceleration": BucketTransferAccelerationConfiguration;
  readonly "archive-direct-read": BucketArchiveDirectReadConfiguration;
  readonly "public-access-block": BucketPublicAccessBlockConfiguration;
  readonly "resource-group": BucketResourceGroupConfiguration;
  readonly referer: RefererConfiguration;
  readonly "overwrite-rules": GetBucketOverwriteConfigOutput;
  readonly policy: PolicyRecord;
  readonly lifecycle: LifecycleRecord;
  readonly logging: LoggingEnabled;
  readonly website: WebsiteConfiguration;
  readonly [inventory: `inventory/${string}`]: InventoryRecord;
  readonly [style: `style/${string}`]: StyleRecord;
  /** With its secrets sealed (accounts/secret-box.ts). */
  readonly "delivery-policy": DeliveryPolicyConfiguration;
}

/** Lifecycle rules, and the token of the job that applies them. A job of other rules ends. */
export interface LifecycleRecord extends LifecycleConfiguration {
  /** 8 bytes, hex. */
  readonly token: string;
}

/** An inventory, and the token of the job that makes its lists. */
export interface InventoryRecord {
  readonly inventory: InventoryConfiguration;
  /** 8 bytes, hex. */
  readonly token: string;
}

/** A style. */
export interface StyleRecord {
  readonly name: string;
  readonly content: string;
  readonly category: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
}
