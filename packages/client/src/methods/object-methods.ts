// Methods on objects.
import type {
  CleanRestoredObjectInput,
  CopyObjectInput,
  CopyObjectOutput,
  DeleteObjectInput,
  DeleteObjectOutput,
  DeleteObjectTaggingInput,
  DeleteObjectTaggingOutput,
  GetObjectAclInput,
  GetObjectAclOutput,
  GetObjectLegalHoldInput,
  GetObjectLegalHoldOutput,
  GetObjectMetaInput,
  GetObjectMetaOutput,
  GetObjectRetentionInput,
  GetObjectRetentionOutput,
  GetObjectTaggingInput,
  GetObjectTaggingOutput,
  GetSymlinkInput,
  GetSymlinkOutput,
  HeadObjectInput,
  HeadObjectOutput,
  PutObjectAclInput,
  PutObjectAclOutput,
  PutObjectLegalHoldInput,
  PutObjectLegalHoldOutput,
  PutObjectRetentionInput,
  PutObjectRetentionOutput,
  PutObjectTaggingInput,
  PutObjectTaggingOutput,
  PutSymlinkInput,
  PutSymlinkOutput,
  RestoreObjectInput,
  RestoreObjectOutput,
  SealAppendObjectInput,
  SealAppendObjectOutput,
} from "@ossicle/protocol";
import type { Method } from "./method.ts";

/** Methods on objects. */
export interface ObjectMethods {
  /**
   * Ends the restored state of an archived object.
   * @example
   * await client.cleanRestoredObject({ bucket, key });
   */
  readonly cleanRestoredObject: Method<CleanRestoredObjectInput, object>;
  /**
   * Copies an object within the store.
   * @example
   * const copySource = "/examplebucket/b.txt";
   * await client.copyObject({ bucket, key, copySource });
   */
  readonly copyObject: Method<CopyObjectInput, CopyObjectOutput>;
  /**
   * Removes an object.
   * @example
   * await client.deleteObject({ bucket, key });
   */
  readonly deleteObject: Method<DeleteObjectInput, DeleteObjectOutput>;
  /**
   * Removes an object's tags.
   * @example
   * await client.deleteObjectTagging({ bucket, key });
   */
  readonly deleteObjectTagging: Method<DeleteObjectTaggingInput, DeleteObjectTaggingOutput>;
  /**
   * Reads an object's ACL.
   * @example
   * const { accessControlList } = await client.getObjectAcl({ bucket, key });
   */
  readonly getObjectAcl: Method<GetObjectAclInput, GetObjectAclOutput>;
  /**
   * Reads a version's hold. Fails with NoSuchObjectLegalHoldConfiguration if it never had one.
   * @example
   * const { status } = await client.getObjectLegalHold({ bucket, key });
   */
  readonly getObjectLegalHold: Method<GetObjectLegalHoldInput, GetObjectLegalHoldOutput>;
  /**
   * Reads an object's size, entity tag and time.
   * @example
   * const { contentLength } = await client.getObjectMeta({ bucket, key });
   */
  readonly getObjectMeta: Method<GetObjectMetaInput, GetObjectMetaOutput>;
  /**
   * Reads a version's retention, also one that has ended. Fails with
   * NoSuchObjectRetentionConfiguration when there is none.
   * @example
   * const { mode, retainUntilDate } = await client.getObjectRetention({ bucket, key });
   */
  readonly getObjectRetention: Method<GetObjectRetentionInput, GetObjectRetentionOutput>;
  /**
   * Reads an object's tags.
   * @example
   * const { tagSet } = await client.getObjectTagging({ bucket, key });
   */
  readonly getObjectTagging: Method<GetObjectTaggingInput, GetObjectTaggingOutput>;
  /**
   * Reads a symlink's target.
   * @example
   * const { symlinkTarget } = await client.getSymlink({ bucket, key });
   */
  readonly getSymlink: Method<GetSymlinkInput, GetSymlinkOutput>;
  /**
   * Reads an object's headers. Errors travel in `x-oss-err`, since a HEAD has no body.
   * @example
   * const { contentLength, etag } = await client.headObject({ bucket, key });
   */
  readonly headObject: Method<HeadObjectInput, HeadObjectOutput>;
  /**
   * Sets an object's ACL. With `default`, the bucket's ACL applies again.
   * @example
   * await client.putObjectAcl({ bucket, key, acl: "public-read" });
   */
  readonly putObjectAcl: Method<PutObjectAclInput, PutObjectAclOutput>;
  /**
   * Sets or takes off the hold of a version, which is independent of its retention.
   * @example
   * await client.putObjectLegalHold({ bucket, key, status: "ON" });
   */
  readonly putObjectLegalHold: Method<PutObjectLegalHoldInput, PutObjectLegalHoldOutput>;
  /**
   * Retains a version. A retention that has not ended can only be made longer, in the same mode.
   * @example
   * await client.putObjectRetention({
   *   bucket,
   *   key,
   *   mode: "COMPLIANCE",
   *   retainUntilDate: "2027-01-01T00:00:00.000Z",
   * });
   */
  readonly putObjectRetention: Method<PutObjectRetentionInput, PutObjectRetentionOutput>;
  /**
   * Sets an object's tags.
   * @example
   * const tagSet = { tags: [{ key: "state", value: "new" }] };
   * await client.putObjectTagging({ bucket, key, tagSet });
   */
  readonly putObjectTagging: Method<PutObjectTaggingInput, PutObjectTaggingOutput>;
  /**
   * Makes a symlink.
   * @example
   * await client.putSymlink({ bucket, key: "link", symlinkTarget: "a.txt" });
   */
  readonly putSymlink: Method<PutSymlinkInput, PutSymlinkOutput>;
  /**
   * Begins to restore an archived object.
   * @example
   * await client.restoreObject({ bucket, key });
   */
  readonly restoreObject: Method<RestoreObjectInput, RestoreObjectOutput>;
  /**
   * Seals an appendable object: it accepts no further appends.
   * @example
   * await client.sealAppendObject({ bucket, key: "log", position: 5 });
   */
  readonly sealAppendObject: Method<SealAppendObjectInput, SealAppendObjectOutput>;
}
