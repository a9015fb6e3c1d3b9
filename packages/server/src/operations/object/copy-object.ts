// CopyObject: writes a new record that refers to the source's blobs. Bytes are copied only from a
// payload, or if the copy is encrypted in another way.
import { pendingDelivery, prepareDelivery } from "../../callback/prepare-delivery.ts";
import { payloadOf } from "../../objects/records/head.ts";
import {
  chooseEncryption,
  ruleOfHeaders,
  shownEncryption,
} from "../../objects/buckets/choose-encryption.ts";
import { discardAfter, ingest } from "../../objects/bytes/ingest.ts";
import { asChunks, closeBytes, openSlice } from "../../objects/bytes/read-object.ts";
import { type Encryption, isSameEncryption } from "../../objects/encryption/encryption.ts";
import type { NewObject } from "../../objects/versions/new-object.ts";
import { writeObject } from "../../objects/versions/write-object.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { copyFrom, type CopySource } from "./copy-source.ts";
import { lastModified, shownVersionId } from "./require-version.ts";
import { overwriteGuard } from "./forbid-overwrite.ts";
import { retentionOfUpload } from "./object-retention.ts";
import { refusePublicObjectAcl } from "./refuse-public-object-acl.ts";
import { storeTags } from "./store-tags.ts";
import { storeHeaders } from "./stored-headers.ts";
import type { ObjectDescription, ObjectRecord } from "../../objects/records/records.ts";

type CopyInput = Parameters<Handler<"copyObject">>[1];

/** Copies an object within the store. */
export const copyObject: Handler<"copyObject"> = (context, input) =>
  copyFrom(
    context,
    { ...input, keepsTags: input.taggingDirective !== "Replace" },
    async (source) => {
      const { services, bucket, head } = context;
      const { version } = source;
      await refusePublicObjectAcl(context, input);
      const ontoItself = isItself(context, input, source);
      const description = describe(context, input, { from: source, ontoItself });
      const target = {
        bucket,
        key: input.key,
        head: ontoItself ? source.head : head,
        guard: await overwriteGuard(context, input),
      };
      const copy = { input, source, description, ontoItself };
      const written = await withBytes(context, copy, async (object) => {
        const { extents, manifest } = object.record;
        const prepared = await prepareDelivery(context, {
          key: input.key,
          operation: "CopyObject",
          ...object,
          extents,
          manifest,
        });
        return writeObject(services, { ...target, ...prepared }, object);
      });
      const { record } = written;
      const { versionId } = shownVersionId(source.bucket, version.record);
      return {
        output: {
          etag: record.etag,
          lastModified: lastModified(record),
          hashCrc64: record.crc64,
          ...shownVersionId(bucket, record),
          ...shownEncryption(record.encryption),
          ...(versionId === undefined ? {} : { copySourceVersionId: versionId }),
        },
        ...pendingDelivery(written),
      };
    },
  );

interface Copy {
  readonly input: CopyInput;
  readonly source: CopySource;
  readonly description: ObjectDescription;
  readonly ontoItself: boolean;
}

// The encryption of the source is not copied (API reference, CopyObject). A copy onto itself keeps
// it, unless the request names another one: a change of metadata must not decrypt an object.
async function encryptionFor(
  { services, bucket }: BucketContext,
  { input, source, ontoItself }: Copy,
): Promise<Encryption | undefined> {
  const kept = source.version.record.encryption;
  if (ontoItself && kept !== undefined && ruleOfHeaders(input) === undefined) {
    return services.encryptionKeys.of(kept);
  }
  return chooseEncryption(services, bucket, input);
}

// Gives the copy its bytes: those of the source, or copies that are encrypted in another way.
async function withBytes<T>(
  context: BucketContext,
  copy: Copy,
  write: (object: NewObject) => Promise<T>,
): Promise<T> {
  const { services } = context;
  const { description, ontoItself } = copy;
  const { version, learntFrom } = copy.source;
  const encryption = await encryptionFor(context, copy);
  if (isSameEncryption(version.record.encryption, encryption?.record)) {
    const payload = payloadOf(version);
    return write({
      record: description,
      ...(payload === undefined ? {} : { payload }),
      learntFrom,
    });
  }
  const { size } = version.record;
  const bytes = await openSlice(services, version, { offset: 0, length: size });
  const arriving = { lengthBytes: size, chunks: asChunks(bytes) };
  const body = await ingest(services, arriving, { encryption }).finally(() => closeBytes(bytes));
  try {
    const { extents, storedPayload, intent } = body;
    return await write({
      record: {
        ...description,
        // Appends extend a manifest, which the copy does not have.
        ...(description.type === "Appendable" ? { type: "Normal", sealedMs: undefined } : {}),
        extents,
        manifest: undefined,
        encryption: body.encryption,
      },
      // A write that came during the copy must not be undone.
      ...(ontoItself ? { learntFrom } : {}),
      ...(storedPayload === undefined ? {} : { payload: storedPayload }),
      ...(intent === undefined ? {} : { intent }),
    });
  } catch (cause) {
    await discardAfter(services, body, cause);
    throw cause;
  } finally {
    body.release();
  }
}

// A copy onto itself keeps the ACL unless the request names one (integration test of the Java SDK).
function aclOf({ acl }: CopyInput, kept: ObjectRecord["acl"]): ObjectRecord["acl"] {
  if (acl === undefined) return kept;
  return acl === "default" ? undefined : acl;
}

function isItself({ bucket }: BucketContext, input: CopyInput, source: CopySource): boolean {
  return source.bucket.record.id === bucket.record.id && source.key === input.key;
}

function describe(
  { services, bucket, callback }: BucketContext,
  input: CopyInput,
  { from: source, ontoItself }: { readonly from: CopySource; readonly ontoItself: boolean },
): ObjectDescription {
  const from: ObjectRecord = source.version.record;
  // Reads the gate that was found with the source, because the commit checks that one.
  const inPlace = ontoItself && source.bucket.gate.versioning === undefined;
  // In place, the request's metadata counts under both directives: SDKs change metadata that way.
  const replaceHeaders = inPlace || input.metadataDirective === "REPLACE";
  const stored = storeHeaders(input);
  const tags = storeTags(input.tagging);
  return {
    ...from,
    // If the request names no type, the copy keeps the source's (integration tests of the Python
    // SDKs).
    ...(replaceHeaders
      ? {
          ...stored,
          contentType: input.contentType || from.contentType,
          metadata: replaceMetadata(from.metadata, stored.metadata),
        }
      : {}),
    // Two objects must not append to one list of extents, so a copy becomes a normal object. A copy
    // in place replaces its source, and stays appendable. While a copy is hidden, its source can
    // still be appended to; such a copy becomes a normal object too.
    ...(from.type === "Appendable" && (!inPlace || callback?.policy.onFailure === "hide")
      ? { type: "Normal", sealedMs: undefined }
      : {}),
    tags: input.taggingDirective === "Replace" ? tags : from.tags,
    storageClass:
      input.storageClass ?? (ontoItself ? from.storageClass : bucket.record.storageClass),
    acl: aclOf(input, ontoItself ? from.acl : undefined),
    restore: undefined,
    accessedMs: undefined,
    transitionedMs: undefined,
    // The retention of the source is that version's own.
    retention: undefined,
    legalHold: undefined,
    ...retentionOfUpload(bucket, input, services.clock()),
  };
}

/** Prefix of the metadata names that an encrypting client needs to read an object again. */
const encryptionPrefix = "client-side-encryption-";

// A client-encrypted object must stay readable, so its encryption metadata is kept with the bytes
// (integration test of alibabacloud-oss-v2, test_different_bucket_single_replace_meta_and_tag).
function replaceMetadata(
  from: ObjectRecord["metadata"],
  given: ObjectRecord["metadata"],
): ObjectRecord["metadata"] {
  const isKey = (name: string): boolean => name.startsWith(encryptionPrefix);
  // The metadata of two encryptions must not be mixed.
  if (Object.keys(given ?? {}).some(isKey)) return given;
  const keys = Object.entries(from ?? {}).filter(([name]) => isKey(name));
  return keys.length === 0 ? given : { ...Object.fromEntries(keys), ...given };
}
