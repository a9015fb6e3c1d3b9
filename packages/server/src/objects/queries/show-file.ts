// An object as MetaQuery shows it.
import { binaryToText, type MetaFile } from "@ossicle/protocol";
import type { SearchedObject } from "./fields.ts";

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
          ossTagging: { tagging: tags.map(([name, value]) => ({ key: name, value })) },
        }),
    ...(metadata === undefined
      ? {}
      : {
          ossUserMeta: {
            userMeta: Object.entries(metadata).map(([name, value]) => ({
              key: `x-oss-meta-${name}`,
              value: binaryToText(value),
            })),
          },
        }),
  };
}
