// ListObjectsV2: a page by continuation token. A token is the last key or prefix in Base64 with
// OSS's alphabet; nothing is kept on the server.
import { defaultMaxKeys, OssError } from "@ossicle/protocol";
import { listKeys } from "../../objects/listing/list-keys.ts";
import type { Handler } from "../handler.ts";
import { checkListArguments, listPage } from "./list-arguments.ts";

/** Lists objects, V2. */
export const listObjectsV2: Handler<"listObjectsV2"> = async ({ services, bucket }, input) => {
  const { prefix = "", delimiter = "", startAfter, maxKeys = defaultMaxKeys } = input;
  checkListArguments({ prefix, "start-after": startAfter, delimiter });
  // oss2 sends an empty token on its first page.
  const token = input.continuationToken === "" ? undefined : input.continuationToken;
  const after = token === undefined ? (startAfter ?? "") : decodeToken(token);
  checkListArguments({ "continuation-token": after });
  const mayHaveMarkers = bucket.gate.versioning !== undefined;
  const question = { prefix, delimiter, after, limit: maxKeys, mayHaveMarkers };
  const page = await listKeys(services.metadata, bucket.id, question);
  const owner =
    input.fetchOwner === true ? services.accounts.shown(bucket.record.owner) : undefined;
  return {
    output: {
      name: bucket.name,
      prefix,
      ...(token === undefined ? {} : { continuationToken: token }),
      ...(startAfter === undefined ? {} : { startAfter }),
      delimiter,
      ...listPage({ maxKeys, encodingType: input.encodingType }, page, {
        owner,
        nowMs: services.clock(),
      }),
      ...(page.nextMarker === undefined
        ? {}
        : { nextContinuationToken: encodeToken(page.nextMarker) }),
      keyCount: page.objects.length + page.commonPrefixes.length,
    },
  };
};

// Uses only characters that every SDK's decoding leaves unchanged: `=` becomes `-`, `+` becomes
// `.`, `/` becomes `_`.
function encodeToken(marker: string): string {
  const base64 = Buffer.from(`\n${marker}`).toString("base64");
  return base64.replaceAll("=", "-").replaceAll("+", ".").replaceAll("/", "_");
}

function decodeToken(token: string): string {
  const base64 = token.replaceAll("-", "=").replaceAll(".", "+").replaceAll("_", "/");
  const bytes = Buffer.from(base64, "base64");
  const text = bytes.toString();
  if (!text.startsWith("\n") || encodeToken(text.slice(1)) !== token) {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "continuation-token", ArgumentValue: token },
      { message: "The continuation token provided is incorrect." },
    );
  }
  return text.slice(1);
}
