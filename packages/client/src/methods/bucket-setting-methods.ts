// Methods on the settings of buckets.
import type {
  AbortBucketWormInput,
  CompleteBucketWormInput,
  DeleteBucketCallbackPolicyInput,
  DeleteBucketCorsInput,
  DeleteBucketDeliveryPolicyInput,
  DeleteBucketLifecycleInput,
  DeleteBucketPolicyInput,
  DeleteBucketPublicAccessBlockInput,
  DeleteBucketTagsInput,
  DeleteBucketTransferAccelerationInput,
  ExtendBucketWormInput,
  GetBucketAccessMonitorInput,
  GetBucketAccessMonitorOutput,
  GetBucketAclInput,
  GetBucketAclOutput,
  GetBucketArchiveDirectReadInput,
  GetBucketArchiveDirectReadOutput,
  GetBucketCallbackPolicyInput,
  GetBucketCallbackPolicyOutput,
  GetBucketCorsInput,
  GetBucketCorsOutput,
  GetBucketDeliveryPolicyInput,
  GetBucketDeliveryPolicyOutput,
  GetBucketLifecycleInput,
  GetBucketLifecycleOutput,
  GetBucketPolicyInput,
  GetBucketPolicyOutput,
  GetBucketPolicyStatusInput,
  GetBucketPolicyStatusOutput,
  GetBucketPublicAccessBlockInput,
  GetBucketPublicAccessBlockOutput,
  GetBucketRefererInput,
  GetBucketRefererOutput,
  GetBucketRequestPaymentInput,
  GetBucketRequestPaymentOutput,
  GetBucketResourceGroupInput,
  GetBucketResourceGroupOutput,
  GetBucketTagsInput,
  GetBucketTagsOutput,
  GetBucketTransferAccelerationInput,
  GetBucketTransferAccelerationOutput,
  GetBucketVersioningInput,
  GetBucketVersioningOutput,
  GetBucketWormInput,
  GetBucketWormOutput,
  InitiateBucketWormInput,
  InitiateBucketWormOutput,
  PutBucketAccessMonitorInput,
  PutBucketAclInput,
  PutBucketAclOutput,
  PutBucketArchiveDirectReadInput,
  PutBucketCallbackPolicyInput,
  PutBucketCorsInput,
  PutBucketDeliveryPolicyInput,
  PutBucketLifecycleInput,
  PutBucketPolicyInput,
  PutBucketPublicAccessBlockInput,
  PutBucketRefererInput,
  PutBucketRequestPaymentInput,
  PutBucketResourceGroupInput,
  PutBucketTagsInput,
  PutBucketTransferAccelerationInput,
  PutBucketVersioningInput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on the settings of buckets. */
export interface BucketSettingMethods {
  /**
   * Removes a retention policy. Fails with WORMConfigurationLocked once it is locked.
   * @example
   * await client.abortBucketWorm({ bucket });
   */
  readonly abortBucketWorm: Method<AbortBucketWormInput, object>;
  /**
   * Locks a retention policy, which then can only be extended.
   * @example
   * await client.completeBucketWorm({ bucket, wormId });
   */
  readonly completeBucketWorm: Method<CompleteBucketWormInput, object>;
  /**
   * Removes the bucket's stored callbacks.
   * @example
   * await client.deleteBucketCallbackPolicy({ bucket });
   */
  readonly deleteBucketCallbackPolicy: Method<DeleteBucketCallbackPolicyInput, object>;
  /**
   * Removes the bucket's CORS rules.
   * @example
   * await client.deleteBucketCors({ bucket });
   */
  readonly deleteBucketCors: Method<DeleteBucketCorsInput, object>;
  /**
   * Removes a bucket's delivery policy. Deliveries that are due keep the one they began with.
   * @example
   * await client.deleteBucketDeliveryPolicy({ bucket });
   */
  readonly deleteBucketDeliveryPolicy: Method<DeleteBucketDeliveryPolicyInput, object>;
  /**
   * Removes a bucket's lifecycle rules. A bucket without rules is not an error.
   * @example
   * await client.deleteBucketLifecycle({ bucket });
   */
  readonly deleteBucketLifecycle: Method<DeleteBucketLifecycleInput, object>;
  /**
   * Removes a bucket's policy. A bucket without one is not an error.
   * @example
   * await client.deleteBucketPolicy({ bucket });
   */
  readonly deleteBucketPolicy: Method<DeleteBucketPolicyInput, object>;
  /**
   * Removes the block of public access: the bucket's ACL decides again.
   * @example
   * await client.deleteBucketPublicAccessBlock({ bucket });
   */
  readonly deleteBucketPublicAccessBlock: Method<DeleteBucketPublicAccessBlockInput, object>;
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
   * Makes the retention of a locked policy longer, for the objects that exist too.
   * @example
   * await client.extendBucketWorm({ bucket, wormId, retentionPeriodInDays: 730 });
   */
  readonly extendBucketWorm: Method<ExtendBucketWormInput, object>;
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
   * Reads a bucket's ACL.
   * @example
   * const { accessControlList } = await client.getBucketAcl({ bucket });
   */
  readonly getBucketAcl: Method<GetBucketAclInput, GetBucketAclOutput>;
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
   * Reads a bucket's CORS rules. Fails with NoSuchCORSConfiguration when there are none.
   * @example
   * await client.getBucketCors({ bucket });
   */
  readonly getBucketCors: Method<GetBucketCorsInput, GetBucketCorsOutput>;
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
   * Reads a bucket's lifecycle rules. Fails with NoSuchLifecycle when there are none.
   * @example
   * const { rules } = await client.getBucketLifecycle({ bucket });
   */
  readonly getBucketLifecycle: Method<GetBucketLifecycleInput, GetBucketLifecycleOutput>;
  /**
   * Reads a bucket's policy. Fails with NoSuchBucketPolicy when there is none.
   * @example
   * const { policy } = await client.getBucketPolicy({ bucket });
   */
  readonly getBucketPolicy: Method<GetBucketPolicyInput, GetBucketPolicyOutput>;
  /**
   * Reads whether a bucket's policy has a statement that lets everyone in.
   * @example
   * const { isPublic } = await client.getBucketPolicyStatus({ bucket });
   */
  readonly getBucketPolicyStatus: Method<GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput>;
  /**
   * Reads whether public access is blocked.
   * @example
   * await client.getBucketPublicAccessBlock({ bucket });
   */
  readonly getBucketPublicAccessBlock: Method<
    GetBucketPublicAccessBlockInput,
    GetBucketPublicAccessBlockOutput
  >;
  /**
   * Reads which pages may link to a bucket's objects: all, when nothing was set.
   * @example
   * const { refererList } = await client.getBucketReferer({ bucket });
   */
  readonly getBucketReferer: Method<GetBucketRefererInput, GetBucketRefererOutput>;
  /**
   * Reads the payer of requests and traffic.
   * @example
   * await client.getBucketRequestPayment({ bucket });
   */
  readonly getBucketRequestPayment: Method<
    GetBucketRequestPaymentInput,
    GetBucketRequestPaymentOutput
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
   * Reads a bucket's retention policy. Fails with NoSuchWORMConfiguration when there is none.
   * @example
   * const { state } = await client.getBucketWorm({ bucket });
   */
  readonly getBucketWorm: Method<GetBucketWormInput, GetBucketWormOutput>;
  /**
   * Sets a retention policy. It ends after 24 hours, unless CompleteBucketWorm locks it.
   * @example
   * const worm = { bucket, retentionPeriodInDays: 365 };
   * const { wormId } = await client.initiateBucketWorm(worm);
   */
  readonly initiateBucketWorm: Method<InitiateBucketWormInput, InitiateBucketWormOutput>;
  /**
   * Turns access tracking on or off. Ossicle stores the setting, but does not track accesses.
   * @example
   * await client.putBucketAccessMonitor({ bucket, status: "Enabled" });
   */
  readonly putBucketAccessMonitor: Method<PutBucketAccessMonitorInput, object>;
  /**
   * Sets a bucket's ACL. Makes the bucket if it does not exist.
   * @example
   * await client.putBucketAcl({ bucket, acl: "public-read" });
   */
  readonly putBucketAcl: Method<PutBucketAclInput, PutBucketAclOutput>;
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
   * Sets a bucket's CORS rules.
   * @example
   * const rule = { allowedOrigins: ["https://example.com"], allowedMethods: ["PUT"] } as const;
   * const rules = [{ ...rule, allowedHeaders: ["*"], exposeHeaders: ["ETag"] }];
   * await client.putBucketCors({ bucket, rules });
   */
  readonly putBucketCors: Method<PutBucketCorsInput, object>;
  /**
   * Sets a bucket's delivery policy.
   * @example
   * const retry = { maxAttempts: 10 };
   * await client.putBucketDeliveryPolicy({ bucket, onFailure: "hide", retry });
   */
  readonly putBucketDeliveryPolicy: Method<PutBucketDeliveryPolicyInput, object>;
  /**
   * Sets a bucket's lifecycle rules.
   * @example
   * const log = { prefix: "logs/", status: "Enabled", expiration: { days: 30 } };
   * const none = { tags: [], transitions: [], noncurrentVersionTransitions: [] };
   * await client.putBucketLifecycle({ bucket, rules: [{ ...none, ...log }] });
   */
  readonly putBucketLifecycle: Method<PutBucketLifecycleInput, object>;
  /**
   * Sets a bucket's policy, which is evaluated before the ACLs. Its text is RAM's JSON.
   * @example
   * const Resource = [`acs:oss:*:*:${bucket}/public/*`];
   * const statement = { Effect: "Allow", Action: ["oss:GetObject"], Principal: ["*"], Resource };
   * const policy = JSON.stringify({ Version: "1", Statement: [statement] });
   * await client.putBucketPolicy({ bucket, policy });
   */
  readonly putBucketPolicy: Method<PutBucketPolicyInput, object>;
  /**
   * Turns the block of public access on or off. The block overrides ACLs.
   * @example
   * await client.putBucketPublicAccessBlock({ bucket, blockPublicAccess: true });
   */
  readonly putBucketPublicAccessBlock: Method<PutBucketPublicAccessBlockInput, object>;
  /**
   * Sets which pages may link to a bucket's objects.
   * @example
   * const refererList = { referer: ["https://*.example.com"] };
   * await client.putBucketReferer({ bucket, allowEmptyReferer: true, refererList });
   */
  readonly putBucketReferer: Method<PutBucketRefererInput, object>;
  /**
   * Sets the payer of requests and traffic.
   * @example
   * await client.putBucketRequestPayment({ bucket, payer: "BucketOwner" });
   */
  readonly putBucketRequestPayment: Method<PutBucketRequestPaymentInput, object>;
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
}
