// Methods on the access to buckets: ACLs, policies, CORS, Referers, payment, retention.
import type {
  AbortBucketWormInput,
  CompleteBucketWormInput,
  DeleteBucketCorsInput,
  DeleteBucketPolicyInput,
  DeleteBucketPublicAccessBlockInput,
  ExtendBucketWormInput,
  GetBucketAclInput,
  GetBucketAclOutput,
  GetBucketCorsInput,
  GetBucketCorsOutput,
  GetBucketObjectWormConfigurationInput,
  GetBucketObjectWormConfigurationOutput,
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
  GetBucketWormInput,
  GetBucketWormOutput,
  InitiateBucketWormInput,
  InitiateBucketWormOutput,
  PutBucketAclInput,
  PutBucketAclOutput,
  PutBucketCorsInput,
  PutBucketObjectWormConfigurationInput,
  PutBucketPolicyInput,
  PutBucketPublicAccessBlockInput,
  PutBucketRefererInput,
  PutBucketRequestPaymentInput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on the access to buckets. */
export interface BucketAccessMethods {
  /**
   * Removes a retention policy. Fails with WORMConfigurationLocked once it is locked.
   * @example
   * await client.abortBucketWorm({ bucket });
   */
  readonly abortBucketWorm: Method<AbortBucketWormInput, object>;
  /**
   * Locks a retention policy, which then can only be extended.
   * @example
   * await client.completeBucketWorm({ bucket, wormId: "1666E2CFB2B3418F" });
   */
  readonly completeBucketWorm: Method<CompleteBucketWormInput, object>;
  /**
   * Removes the bucket's CORS rules.
   * @example
   * await client.deleteBucketCors({ bucket });
   */
  readonly deleteBucketCors: Method<DeleteBucketCorsInput, object>;
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
   * Makes the retention of a locked policy longer, for the objects that exist too.
   * @example
   * const longer = { wormId: "1666E2CFB2B3418F", retentionPeriodInDays: 730 };
   * await client.extendBucketWorm({ bucket, ...longer });
   */
  readonly extendBucketWorm: Method<ExtendBucketWormInput, object>;
  /**
   * Reads a bucket's ACL.
   * @example
   * const { accessControlList } = await client.getBucketAcl({ bucket });
   */
  readonly getBucketAcl: Method<GetBucketAclInput, GetBucketAclOutput>;
  /**
   * Reads a bucket's CORS rules. Fails with NoSuchCORSConfiguration when there are none.
   * @example
   * await client.getBucketCors({ bucket });
   */
  readonly getBucketCors: Method<GetBucketCorsInput, GetBucketCorsOutput>;
  /**
   * Reads the default. Fails with NoSuchObjectWormConfiguration where it was never turned on.
   * @example
   * const { rule } = await client.getBucketObjectWormConfiguration({ bucket });
   */
  readonly getBucketObjectWormConfiguration: Method<
    GetBucketObjectWormConfigurationInput,
    GetBucketObjectWormConfigurationOutput
  >;
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
   * Sets a bucket's ACL. Makes the bucket if it does not exist.
   * @example
   * await client.putBucketAcl({ bucket, acl: "public-read" });
   */
  readonly putBucketAcl: Method<PutBucketAclInput, PutBucketAclOutput>;
  /**
   * Sets a bucket's CORS rules.
   * @example
   * const rule = { allowedOrigins: ["https://example.com"], allowedMethods: ["PUT"] } as const;
   * const rules = [{ ...rule, allowedHeaders: ["*"], exposeHeaders: ["ETag"] }];
   * await client.putBucketCors({ bucket, rules });
   */
  readonly putBucketCors: Method<PutBucketCorsInput, object>;
  /**
   * Turns retention of single objects on, or replaces its default. The bucket must keep versions,
   * and have no retention policy of its own. It cannot be turned off again.
   * @example
   * await client.putBucketObjectWormConfiguration({
   *   bucket,
   *   objectWormEnabled: "Enabled",
   *   rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } },
   * });
   */
  readonly putBucketObjectWormConfiguration: Method<PutBucketObjectWormConfigurationInput, object>;
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
}
