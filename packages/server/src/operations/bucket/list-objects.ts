// ListObjects: a page by marker. Every entry has the owner, because ali-oss and the Java SDK fail
// without it.
import { defaultMaxKeys } from "@ossicle/protocol";
import { listKeys } from "../../objects/listing/list-keys.ts";
import type { Handler } from "../handler.ts";
import { checkListArguments, listPage } from "./list-arguments.ts";

/** Lists objects, V1. */
export const listObjects: Handler<"listObjects"> = async ({ services, bucket }, input) => {
  const { prefix = "", marker = "", delimiter = "", maxKeys = defaultMaxKeys } = input;
  checkListArguments({ prefix, marker, delimiter });
  const mayHaveMarkers = bucket.gate.versioning !== undefined;
  const question = { prefix, delimiter, after: marker, limit: maxKeys, mayHaveMarkers };
  const page = await listKeys(services.metadata, bucket.id, question);
  const owner = services.accounts.shown(bucket.record.owner);
  return {
    output: {
      name: bucket.name,
      prefix,
      marker,
      delimiter,
      ...listPage({ maxKeys, encodingType: input.encodingType }, page, {
        owner,
        nowMs: services.clock(),
      }),
      ...(page.nextMarker === undefined ? {} : { nextMarker: page.nextMarker }),
    },
  };
};
