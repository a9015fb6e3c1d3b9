// A bucket as a request sees it: read in one snapshot, or assumed.
import type { BucketAcl, DeliveryPolicyConfiguration, Policy } from "@ossicle/protocol";
import type { BucketRecord, GateRecord } from "../records/records.ts";

/** A bucket as a request sees it. */
export interface Bucket {
  readonly name: string;
  readonly id: Uint8Array;
  readonly record: BucketRecord;
  readonly recordVersion: number;
  readonly gate: GateRecord;
  readonly gateVersion: number;
  /** `private` where the look-up did not read it. */
  readonly acl: BucketAcl;
  /**
   * Whether public access is blocked, even when an ACL allows it; false where the look-up did not
   * read the ACL.
   */
  readonly blocksPublic?: boolean;
  /**
   * Whether requesters pay, which excludes anonymous requests; false where the look-up did not read
   * the ACL.
   */
  readonly requesterPays?: boolean;
  /** The bucket's policy, which decides before the ACL; absent where the bucket has none. */
  readonly policy?: Policy;
  /** The delivery policy; absent where the bucket has none, or the look-up did not read it. */
  readonly deliveryPolicy?: DeliveryPolicyConfiguration;
  /**
   * Whether every answer has `Vary: Origin`; absent where the bucket has no CORS rules, or the
   * look-up did not read them.
   */
  readonly variesByOrigin?: boolean;
  /**
   * Whether it was not read, but assumed to be as the last look-up found it. A commit that finds
   * another gate fails with {@link WrongGuessError}.
   */
  readonly isGuess?: true;
}

/** A bucket is not as it was assumed. The request must read it, and begin again. */
export class WrongGuessError extends Error {
  override readonly name: string = "WrongGuessError";
}
