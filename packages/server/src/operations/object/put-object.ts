// PutObject: takes the body in, holds it against the digests that came with it, renders the callback, and commits.
import { OssError } from "@ossicle/protocol";
import { BlobMissingError, type Put } from "@ossicle/store";
import { deliveryPuts } from "../../callback/ledger.ts";
import { imageInfoFailed, renderDelivery } from "../../callback/plan.ts";
import { type ImageInfo, readImageInfo } from "../../callback/image-info.ts";
import { type Ingested, ingest } from "../../objects/ingest.ts";
import { type NewObject, writeObject } from "../../objects/write-object.ts";
import { checkContentMd5 } from "../../request/decode.ts";
import type { BucketContext, Handler, PendingDelivery } from "../handler.ts";
import { storeHeaders, type StoredHeaders } from "./stored-headers.ts";

type PutInput = Parameters<Handler<"putObject">>[1];

/** Stores the body as an object. */
export const putObject: Handler<"putObject"> = async (context, input) => {
  const { services, bucket, head } = context;
  const forbidOverwrite = input.forbidOverwrite === true;
  // Early, to spare the client the body; the commit decides.
  if (forbidOverwrite && head !== undefined)
    throw new OssError("FileAlreadyExists", { Key: input.key });
  const headers = storeHeaders(input);
  const body = await ingest(services, context.message.body);
  try {
    checkContentMd5(input.contentMd5, () => body.md5);
    if (input.hashCrc64 !== undefined && input.hashCrc64 !== body.crc64) {
      throw new OssError("InvalidCRC64");
    }
    const object = describe(context, { input, headers, body });
    const prepared = await prepareDelivery(context, input.key, { body, record: object.record });
    const written = await writeObject(
      services,
      {
        bucket,
        key: input.key,
        head,
        forbidOverwrite,
        ...(prepared === undefined ? {} : { alongside: prepared.puts }),
      },
      object,
    );
    const { etag, contentMd5 = "", crc64 } = object.record;
    return {
      output: { etag, contentMd5, hashCrc64: crc64 },
      ...(prepared === undefined ? {} : { delivery: prepared.pending(written.version) }),
    };
  } catch (cause) {
    // After an unknown outcome the commit may have happened: the bytes must stay until the sweeper knows.
    if (!(cause instanceof OssError) || cause.code !== "ServiceUnavailable") {
      await body
        .discard()
        .catch((error: unknown) => services.log.warn({ err: error }, "discard failed"));
    }
    throw cause;
  }
};

interface Upload {
  readonly input: PutInput;
  readonly headers: StoredHeaders;
  readonly body: Ingested;
}

function describe(context: BucketContext, { input, headers, body }: Upload): NewObject {
  return {
    record: {
      size: body.size,
      etag: body.md5.toString("hex").toUpperCase(),
      crc64: body.crc64,
      contentMd5: body.md5.toString("base64"),
      type: "Normal",
      storageClass: input.storageClass ?? context.bucket.record.storageClass,
      acl: input.acl === "default" ? undefined : input.acl,
      contentType: headers.contentType,
      headers: headers.headers,
      metadata: headers.metadata,
      extents: body.extents,
    },
    ...(body.payload === undefined ? {} : { payload: body.payload }),
    ...(body.intent === undefined ? {} : { intent: body.intent }),
  };
}

interface PreparedDelivery {
  readonly puts: (nowMs: number) => readonly Put[];
  /** The delivery in this process's hands, once its commit has a version. */
  readonly pending: (version: number) => PendingDelivery;
}

// Everything is rendered before the commit, so that a crash behind it loses nothing.
async function prepareDelivery(
  context: BucketContext,
  key: string,
  { body, record }: { readonly body: Ingested; readonly record: NewObject["record"] },
): Promise<PreparedDelivery | undefined> {
  const { callback: plan, services, bucket, requestId, identity } = context;
  if (plan === undefined) return undefined;
  let image: ImageInfo | undefined;
  let failure: Error | undefined;
  if (plan.wantsImageInfo) {
    try {
      image = await readImageInfo(services, body);
    } catch (cause) {
      if (cause instanceof BlobMissingError) throw cause; // then the object is not whole either
      failure = imageInfoFailed(cause);
    }
  }
  const delivery = renderDelivery(
    plan,
    {
      bucket: bucket.name,
      key,
      etag: record.etag,
      size: record.size,
      contentType: record.contentType,
      crc64: record.crc64,
      contentMd5: record.contentMd5 ?? "",
      clientIp: context.message.clientIp,
      requestId,
      operation: "PutObject",
      image,
    },
    { identity, owner: bucket.record.owner, nowMs: services.clock() },
  );
  let job: Buffer = Buffer.alloc(0); // of the try that was committed
  return {
    puts: (nowMs) => {
      const prepared = deliveryPuts(delivery, nowMs);
      ({ job } = prepared);
      return prepared.puts;
    },
    pending: (version) => ({
      leased: { delivery, version, job },
      ...(failure === undefined ? {} : { failure }),
    }),
  };
}
