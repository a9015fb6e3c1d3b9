// CopyObject: writes a new record that refers to the source's blobs. Only a payload is copied.
import { pendingDelivery, prepareDelivery } from "../../callback/prepare-delivery.ts";
import { payloadOf } from "../../objects/records/head.ts";
import { overwriteGuard, writeObject } from "../../objects/versions/write-object.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { copyFrom, type CopySource } from "./copy-source.ts";
import { lastModified, shownVersionId } from "./require-version.ts";
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
      const ontoItself = isItself(context, input, source);
      const payload = payloadOf(version);
      const description = describe(context, input, { from: source, ontoItself });
      const prepared = await prepareDelivery(context, {
        key: input.key,
        operation: "CopyObject",
        record: description,
        payload,
        extents: description.extents,
        manifest: description.manifest,
      });
      const written = await writeObject(
        services,
        {
          bucket,
          key: input.key,
          head: ontoItself ? source.head : head,
          guard: overwriteGuard(input.forbidOverwrite),
          ...prepared,
        },
        {
          record: description,
          ...(payload === undefined ? {} : { payload }),
          learntFrom: source.learntFrom,
        },
      );
      const { record } = written;
      const { versionId } = shownVersionId(source.bucket, version.record);
      return {
        output: {
          etag: record.etag,
          lastModified: lastModified(record),
          hashCrc64: record.crc64,
          ...shownVersionId(bucket, record),
          ...(versionId === undefined ? {} : { copySourceVersionId: versionId }),
        },
        ...pendingDelivery(written),
      };
    },
  );

// A copy onto itself keeps the ACL unless the request names one (integration test of the Java SDK).
function aclOf({ acl }: CopyInput, kept: ObjectRecord["acl"]): ObjectRecord["acl"] {
  if (acl === undefined) return kept;
  return acl === "default" ? undefined : acl;
}

function isItself({ bucket }: BucketContext, input: CopyInput, source: CopySource): boolean {
  return source.bucket.record.id === bucket.record.id && source.key === input.key;
}

function describe(
  { bucket, callback }: BucketContext,
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
