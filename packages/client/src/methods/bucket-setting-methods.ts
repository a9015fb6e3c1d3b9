// Methods on the settings of buckets.
import type {
  DeleteBucketCallbackPolicyInput,
  DeleteBucketDeliveryPolicyInput,
  DeleteBucketEncryptionInput,
  DeleteBucketInventoryInput,
  DeleteBucketLifecycleInput,
  DeleteBucketLoggingInput,
  DeleteBucketOverwriteConfigInput,
  DeleteBucketTagsInput,
  DeleteBucketTransferAccelerationInput,
  DeleteBucketWebsiteInput,
  DeleteStyleInput,
  GetBucketAccessMonitorInput,
  GetBucketAccessMonitorOutput,
  GetBucketArchiveDirectReadInput,
  GetBucketArchiveDirectReadOutput,
  GetBucketCallbackPolicyInput,
  GetBucketCallbackPolicyOutput,
  GetBucketDeliveryPolicyInput,
  GetBucketDeliveryPolicyOutput,
  GetBucketEncryptionInput,
  GetBucketEncryptionOutput,
  GetBucketInventoryInput,
  GetBucketInventoryOutput,
  GetBucketLifecycleInput,
  GetBucketLifecycleOutput,
  GetBucketLoggingInput,
  GetBucketLoggingOutput,
  GetBucketHttpsConfigInput,
  GetBucketHttpsConfigOutput,
  GetBucketOverwriteConfigInput,
  GetBucketOverwriteConfigOutput,
  GetBucketResourceGroupInput,
  GetBucketResourceGroupOutput,
  GetBucketTagsInput,
  GetBucketTagsOutput,
  GetBucketTransferAccelerationInput,
  GetBucketTransferAccelerationOutput,
  GetBucketVersioningInput,
  GetBucketVersioningOutput,
  GetBucketWebsiteInput,
  GetBucketWebsiteOutput,
  GetStyleInput,
  GetStyleOutput,
  ListBucketInventoryInput,
  ListBucketInventoryOutput,
  ListStyleInput,
  ListStyleOutput,
  PutBucketAccessMonitorInput,
  PutBucketArchiveDirectReadInput,
  PutBucketCallbackPolicyInput,
  PutBucketDeliveryPolicyInput,
  PutBucketEncryptionInput,
  PutBucketInventoryInput,
  PutBucketLifecycleInput,
  PutBucketLoggingInput,
  PutBucketHttpsConfigInput,
  PutBucketOverwriteConfigInput,
  PutBucketResourceGroupInput,
  PutBucketTagsInput,
  PutBucketTransferAccelerationInput,
  PutBucketVersioningInput,
  PutBucketWebsiteInput,
  PutStyleInput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on the settings of buckets. */
export interface BucketSettingMethods {
  /**
   * Removes the bucket's stored callbacks.
   * @example
   * await client.deleteBucketCallbackPolicy({ bucket });
   */
  readonly deleteBucketCallbackPolicy: Method<DeleteBucketCallbackPolicyInput, object>;
  /**
   * Removes a bucket's delivery policy. Deliveries that are due keep the one they began with.
   * @example
   * await client.deleteBucketDeliveryPolicy({ bucket });
   */
  readonly deleteBucketDeliveryPolicy: Method<DeleteBucketDeliveryPolicyInput, object>;
  /**
   * Removes a bucket's encryption. Objects that are encrypted stay so.
   * @example
   * await client.deleteBucketEncryption({ bucket });
   */
  readonly deleteBucketEncryption: Method<DeleteBucketEncryptionInput, object>;
  /**
   * Removes an inventory of a bucket. One that is not there is not an error.
   * @example
   * await client.deleteBucketInventory({ bucket, inventoryId: "all" });
   */
  readonly deleteBucketInventory: Method<DeleteBucketInventoryInput, object>;
  /**
   * Removes a bucket's lifecycle rules. A bucket without rules is not an error.
   * @example
   * await client.deleteBucketLifecycle({ bucket });
   */
  readonly deleteBucketLifecycle: Method<DeleteBucketLifecycleInput, object>;
  /**
   * Turns a bucket's access log off. A bucket without one is not an error.
   * @example
   * await client.deleteBucketLogging({ bucket });
   */
  readonly deleteBucketLogging: Method<DeleteBucketLoggingInput, object>;
  /**
   * Removes a bucket's rules about overwriting.
   * @example
   * await client.deleteBucketOverwriteConfig({ bucket });
   */
  readonly deleteBucketOverwriteConfig: Method<DeleteBucketOverwriteConfigInput, object>;
  /**
   * Removes a bucket's tags.
   * @example
   * await client.deleteBucketTags({ bucket });
   */
  readonly deleteBucketTags: Method<DeleteBucketTagsInput, object>;
  /**
   * Removes the setting of transfer acceleration.
   * @example
   * await client.deleteBucketTransferAcceleration({ bucket });
   */
  readonly deleteBucketTransferAcceleration: Method<DeleteBucketTransferAccelerationInput, object>;
  /**
   * Removes a bucket's website. A bucket without one is not an error.
   * @example
   * await client.deleteBucketWebsite({ bucket });
   */
  readonly deleteBucketWebsite: Method<DeleteBucketWebsiteInput, object>;
  /**
   * Removes a style of a bucket. One that is not there is not an error.
   * @example
   * await client.deleteStyle({ bucket, styleName: "small" });
   */
  readonly deleteStyle: Method<DeleteStyleInput, object>;
  /**
   * Reads whether accesses are tracked.
   * @example
   * await client.getBucketAccessMonitor({ bucket });
   */
  readonly getBucketAccessMonitor: Method<
    GetBucketAccessMonitorInput,
    GetBucketAccessMonitorOutput
  >;
  /**
   * Reads whether Archive objects can be read without a restore. Fails with
   * NoSuchArchiveDirectReadConfiguration until it is set.
   * @example
   * await client.getBucketArchiveDirectRead({ bucket });
   */
  readonly getBucketArchiveDirectRead: Method<
    GetBucketArchiveDirectReadInput,
    GetBucketArchiveDirectReadOutput
  >;
  /**
   * Reads a bucket's stored callbacks. Fails with BucketCallbackPolicyNotExist when there are
   * none.
   * @example
   * await client.getBucketCallbackPolicy({ bucket });
   */
  readonly getBucketCallbackPolicy: Method<
    GetBucketCallbackPolicyInput,
    GetBucketCallbackPolicyOutput
  >;
  /**
   * Reads a bucket's delivery policy, secrets included. Fails with NoSuchDeliveryPolicy when there
   * is none.
   * @example
   * await client.getBucketDeliveryPolicy({ bucket });
   */
  readonly getBucketDeliveryPolicy: Method<
    GetBucketDeliveryPolicyInput,
    GetBucketDeliveryPolicyOutput
  >;
  /**
   * Reads a bucket's encryption. Fails with NoSuchServerSideEncryptionRule when there is none.
   * @example
   * const { applyServerSideEncryptionByDefault } = await client.getBucketEncryption({ bucket });
   */
  readonly getBucketEncryption: Method<GetBucketEncryptionInput, GetBucketEncryptionOutput>;
  /**
   * Reads an inventory of a bucket. Fails with NoSuchInventory when there is none.
   * @example
   * const { schedule } = await client.getBucketInventory({ bucket, inventoryId: "all" });
   */
  readonly getBucketInventory: Method<GetBucketInventoryInput, GetBucketInventoryOutput>;
  /**
   * Reads a bucket's lifecycle rules. Fails with NoSuchLifecycle when there are none.
   * @example
   * const { rules } = await client.getBucketLifecycle({ bucket });
   */
  readonly getBucketLifecycle: Method<GetBucketLifecycleInput, GetBucketLifecycleOutput>;
  /**
   * Reads where a bucket's access log goes. A bucket without a log is not an error.
   * @example
   * const { loggingEnabled } = await client.getBucketLogging({ bucket });
   */
  readonly getBucketLogging: Method<GetBucketLoggingInput, GetBucketLoggingOutput>;
  /**
   * Reads which versions and cipher suites of TLS a bucket accepts.
   * @example
   * const { tls } = await client.getBucketHttpsConfig({ bucket });
   */
  readonly getBucketHttpsConfig: Method<GetBucketHttpsConfigInput, GetBucketHttpsConfigOutput>;
  /**
   * Reads a bucket's rules. Fails with NoSuchBucketOverwriteConfig when there are none.
   * @example
   * const { rules } = await client.getBucketOverwriteConfig({ bucket });
   */
  readonly getBucketOverwriteConfig: Method<
    GetBucketOverwriteConfigInput,
    GetBucketOverwriteConfigOutput
  >;
  /**
   * Reads the bucket's resource group.
   * @example
   * await client.getBucketResourceGroup({ bucket });
   */
  readonly getBucketResourceGroup: Method<
    GetBucketResourceGroupInput,
    GetBucketResourceGroupOutput
  >;
  /**
   * Reads a bucket's tags.
   * @example
   * await client.getBucketTags({ bucket });
   */
  readonly getBucketTags: Method<GetBucketTagsInput, GetBucketTagsOutput>;
  /**
   * Reads whether transfer acceleration is on. Fails with NoSuchTransferAccelerationConfiguration
   * until it is set.
   * @example
   * await client.getBucketTransferAcceleration({ bucket });
   */
  readonly getBucketTransferAcceleration: Method<
    GetBucketTransferAccelerationInput,
    GetBucketTransferAccelerationOutput
  >;
  /**
   * Reads a bucket's versioning.
   * @example
   * await client.getBucketVersioning({ bucket });
   */
  readonly getBucketVersioning: Method<GetBucketVersioningInput, GetBucketVersioningOutput>;
  /**
   * Reads a bucket's website. Fails with NoSuchWebsiteConfiguration when there is none.
   * @example
   * const { indexDocument } = await client.getBucketWebsite({ bucket });
   */
  readonly getBucketWebsite: Method<GetBucketWebsiteInput, GetBucketWebsiteOutput>;
  /**
   * Reads a style of a bucket. Fails with NoSuchStyle when there is none.
   * @example
   * const { content } = await client.getStyle({ bucket, styleName: "small" });
   */
  readonly getStyle: Method<GetStyleInput, GetStyleOutput>;
  /**
   * Lists a bucket's inventories. Fails with NoSuchInventory when there are none.
   * @example
   * const { inventories } = await client.listBucketInventory({ bucket });
   */
  readonly listBucketInventory: Method<ListBucketInventoryInput, ListBucketInventoryOutput>;
  /**
   * Lists the styles of a bucket, at most 50.
   * @example
   * const { styles } = await client.listStyle({ bucket });
   */
  readonly listStyle: Method<ListStyleInput, ListStyleOutput>;
  /**
   * Turns access tracking on or off. It cannot be turned off while a lifecycle rule counts from the
   * last access.
   * @example
   * await client.putBucketAccessMonitor({ bucket, status: "Enabled" });
   */
  readonly putBucketAccessMonitor: Method<PutBucketAccessMonitorInput, object>;
  /**
   * Sets whether Archive objects can be read without a restore.
   * @example
   * await client.putBucketArchiveDirectRead({ bucket, enabled: true });
   */
  readonly putBucketArchiveDirectRead: Method<PutBucketArchiveDirectReadInput, object>;
  /**
   * Stores a bucket's callbacks.
   * @example
   * const items = [{ policyName: "save", callback: encodeCallback({ url, body: "o=${object}" }) }];
   * await client.putBucketCallbackPolicy({ bucket, items });
   */
  readonly putBucketCallbackPolicy: Method<PutBucketCallbackPolicyInput, object>;
  /**
   * Sets a bucket's delivery policy.
   * @example
   * const retry = { maxAttempts: 10 };
   * await client.putBucketDeliveryPolicy({ bucket, onFailure: "hide", retry });
   */
  readonly putBucketDeliveryPolicy: Method<PutBucketDeliveryPolicyInput, object>;
  /**
   * Sets how new objects are encrypted when their uploads do not say it.
   * @example
   * const applyServerSideEncryptionByDefault = { sseAlgorithm: "AES256" };
   * await client.putBucketEncryption({ bucket, applyServerSideEncryptionByDefault });
   */
  readonly putBucketEncryption: Method<PutBucketEncryptionInput, object>;
  /**
   * Adds an inventory. Fails with InventoryAlreadyExist for an id that the bucket has.
   * @example
   * const [accountId, format, roleArn] = ["1234567890123456", "CSV", "acs:ram::1:role/r"];
   * const target = { format, accountId, roleArn, bucket: "acs:oss:::lists" };
   * const destination = { ossBucketDestination: target };
   * const schedule = { frequency: "Daily" } as const;
   * const list = { id: "all", isEnabled: true, destination, schedule };
   * const versions = { includedObjectVersions: "Current" } as const;
   * await client.putBucketInventory({ bucket, inventoryId: "all", ...list, ...versions });
   */
  readonly putBucketInventory: Method<PutBucketInventoryInput, object>;
  /**
   * Sets a bucket's lifecycle rules.
   * @example
   * const log = { prefix: "logs/", status: "Enabled", expiration: { days: 30 } };
   * const none = { tags: [], transitions: [], noncurrentVersionTransitions: [] };
   * await client.putBucketLifecycle({ bucket, rules: [{ ...none, ...log }] });
   */
  readonly putBucketLifecycle: Method<PutBucketLifecycleInput, object>;
  /**
   * Turns a bucket's access log on; without the member it turns it off.
   * @example
   * const loggingEnabled = { targetBucket: bucket, targetPrefix: "logs/" };
   * await client.putBucketLogging({ bucket, loggingEnabled });
   */
  readonly putBucketLogging: Method<PutBucketLoggingInput, object>;
  /**
   * Sets which versions and cipher suites of TLS a bucket accepts.
   * @example
   * const tls = { enable: true, tlsVersion: ["TLSv1.3"] };
   * await client.putBucketHttpsConfig({ bucket, tls });
   */
  readonly putBucketHttpsConfig: Method<PutBucketHttpsConfigInput, object>;
  /**
   * Forbids overwriting the objects that rules name.
   * @example
   * const rules = [{ action: "forbid", prefix: "invoices/" }];
   * await client.putBucketOverwriteConfig({ bucket, rules });
   */
  readonly putBucketOverwriteConfig: Method<PutBucketOverwriteConfigInput, object>;
  /**
   * Puts the bucket into a resource group. Ossicle stores the group, and `listBuckets`
   * filters by it.
   * @example
   * await client.putBucketResourceGroup({ bucket, resourceGroupId: "rg-example" });
   */
  readonly putBucketResourceGroup: Method<PutBucketResourceGroupInput, object>;
  /**
   * Sets a bucket's tags.
   * @example
   * const tagSet = { tags: [{ key: "team", value: "media" }] };
   * await client.putBucketTags({ bucket, tagSet });
   */
  readonly putBucketTags: Method<PutBucketTagsInput, object>;
  /**
   * Turns transfer acceleration on or off. Ossicle stores the setting, but does not use it.
   * @example
   * await client.putBucketTransferAcceleration({ bucket, enabled: true });
   */
  readonly putBucketTransferAcceleration: Method<PutBucketTransferAccelerationInput, object>;
  /**
   * Sets a bucket's versioning.
   * @example
   * await client.putBucketVersioning({ bucket, status: "Enabled" });
   */
  readonly putBucketVersioning: Method<PutBucketVersioningInput, object>;
  /**
   * Makes a bucket a static website.
   * @example
   * const indexDocument = { suffix: "index.html", supportSubDir: true };
   * const errorDocument = { key: "404.html" };
   * await client.putBucketWebsite({ bucket, indexDocument, errorDocument });
   */
  readonly putBucketWebsite: Method<PutBucketWebsiteInput, object>;
  /**
   * Sets a style of a bucket, which a GetObject names in `process`: `style/NAME`.
   * @example
   * await client.putStyle({ bucket, styleName: "small", content: "image/resize,w_200" });
   */
  readonly putStyle: Method<PutStyleInput, object>;
}
