// CopyObject: a new record that refers to the source's bytes; no byte moves, except those that travel in the record.
import {
  binaryToUtf8,
  checkConditions,
  decodeKey,
  OssError,
  parseQuery,
  percentDecode,
  queryValue,
} from "@ossicle/protocol";
import { type Bucket, type Head, type LookedUp, lookUp, payloadOf } from "../../objects/look-up.ts";
import { maxCommitTries, pauseBeforeTry } from "../../objects/commit.ts";
import { gateKey, headKey } from "../../objects/keys.ts";
import { SourceChangedError, writeObject, type Written } from "../../objects/write-object.ts";
import { authorize } from "../../request/authorize.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { checkVersionId, lastModified, requireHead } from "./current-version.ts";
import { storeHeaders } from "./stored-headers.ts";

type CopyInput = Parameters<Handler<"copyObject">>[1];

/** Copies an object within the store. */
export const copyObject: Handler<"copyObject"> = async (context, input) => {
  const source = parseCopySource(input.copySource);
  for (let tries = 0; tries < maxCommitTries; tries += 1) {
    const { from, head } = await readSource(context, source);
    checkConditions(
      {
        ifMatch: input.copySourceIfMatch,
        ifNoneMatch: input.copySourceIfNoneMatch,
        ifModifiedSince: input.copySourceIfModifiedSince,
        ifUnmodifiedSince: input.copySourceIfUnmodifiedSince,
      },
      { etag: head.record.etag, lastModified: lastModified(head.record) },
    );
    try {
      const { record } = await writeCopy(context, input, { from, head, key: source.key });
      return {
        output: { etag: record.etag, lastModified: lastModified(record), hashCrc64: record.crc64 },
      };
    } catch (cause) {
      if (!(cause instanceof SourceChangedError)) throw cause;
      await pauseBeforeTry(tries);
    }
  }
  throw new OssError("ServiceUnavailable", {}, { message: "The source object keeps changing." });
};

interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

// `/bucket/key` or `bucket/key`, percent-encoded; only `?versionId=` ends the key, since SDKs encode a `?` inside it.
function parseCopySource(header: string): CopySource {
  const mark = header.indexOf("?versionId=");
  const path = percentDecode(mark < 0 ? header : header.slice(0, mark)).replace(/^\//, "");
  const slash = path.indexOf("/");
  const bucket = binaryToUtf8(path.slice(0, Math.max(slash, 0))) ?? "";
  if (bucket === "" || slash === path.length - 1) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-copy-source", ArgumentValue: header },
      { message: "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey." },
    );
  }
  const versionId =
    mark < 0 ? undefined : queryValue(parseQuery(header.slice(mark + 1)), "versionId");
  return { bucket, key: decodeKey(path.slice(slash + 1)), versionId };
}

interface Source {
  readonly from: Bucket;
  readonly head: Head;
  readonly key: string;
}

async function readSource(
  context: BucketContext,
  source: CopySource,
): Promise<Omit<Source, "key">> {
  checkVersionId(source.key, source.versionId);
  const found: LookedUp = await lookUp(context.services, source.bucket, source.key);
  authorize(context.identity, { operation: "getObject", ...source }, found);
  const head = requireHead(found.head, source);
  if (found.bucket === undefined) throw new OssError("NoSuchBucket", { BucketName: source.bucket });
  return { from: found.bucket, head };
}

function writeCopy(
  { services, bucket, head }: BucketContext,
  input: CopyInput,
  source: Source,
): Promise<Written> {
  const { from } = source;
  const {
    id: _id,
    order: _order,
    modifiedMs: _modifiedMs,
    acl: _acl,
    ...kept
  } = source.head.record;
  const ontoItself = from.record.id === bucket.record.id && source.key === input.key;
  // Onto itself, the request's metadata counts whatever the directive says: SDKs change metadata that way.
  const replace = ontoItself || input.metadataDirective === "REPLACE";
  const { headers: _headers, metadata: _metadata, ...bare } = kept;
  const record = {
    ...(replace ? { ...bare, ...storeHeaders(input) } : kept),
    storageClass:
      input.storageClass ?? (ontoItself ? kept.storageClass : bucket.record.storageClass),
    ...(input.acl === undefined || input.acl === "default" ? {} : { acl: input.acl }),
  };
  const payload = payloadOf(source.head);
  return writeObject(
    services,
    {
      bucket,
      key: input.key,
      head: ontoItself ? source.head : head,
      forbidOverwrite: input.forbidOverwrite === true,
    },
    {
      record,
      ...(payload === undefined ? {} : { payload }),
      // A reference may be added only while the record that it was learnt from still stands (STORAGE, blob lifetime).
      learntFrom: [
        { key: headKey(from.id, source.key), version: source.head.version },
        { key: gateKey(from.id), version: from.gateVersion },
      ],
    },
  );
}
