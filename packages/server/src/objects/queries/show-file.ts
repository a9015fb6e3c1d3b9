// An object as MetaQuery shows it.
import { binaryToText, type MetaFile, type MetaPair } from "@ossicle/protocol";
import { compareText } from "../records/compare-text.ts";
import type { SearchedObject } from "./fields.ts";

// By key (integration test of the Java SDK, which sends tags in the order of a hash map).
function sorted(pairs: readonly MetaPair[]): readonly MetaPair[] {
  return pairs.toSorted((one, other) => compareText(one.key, other.key));
}

/** Shows an object. */
export function showFile({ key, record }: SearchedObject): MetaFile {
  const { tags, metadata, encryption } = record;
  return {
    filename: key,
    size: record.size,
    fileModifiedTime: new Date(record.modifiedMs),
    ossObjectType: record.type,
    ossStorageClass: record.storageClass,
    objectAcl: record.acl ?? "default",
    etag: `"${record.etag}"`,
    ossCrc64: record.crc64,
    ...(encryption === undefined ? {} : { serverSideEncryption: encryption.cipher }),
    ...(tags === undefined
      ? {}
      : {
          ossTaggingCount: tags.length,
          ossTagging: { tagging: sorted(tags.map(([name, value]) => ({ key: name, value }))) },
        }),
    ...(metadata === undefined
      ? {}
      : {
          ossUserMeta: {
            userMeta: sorted(
              Object.entries(metadata).map(([name, value]) => ({
                key: `x-oss-meta-${name}`,
                value: binaryToText(value),
              })),
            ),
          },
        }),
  };
}
