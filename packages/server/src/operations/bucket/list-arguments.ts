// What ListObjects and ListObjectsV2 have in common: bounds of their arguments, and what a page shows.
import {
  type ListedObject,
  type ListObjectsOutput,
  maxListArgumentBytes,
  OssError,
  type Owner,
} from "@ossicle/protocol";
import type { KeyPage } from "../../objects/list-keys.ts";
import type { ObjectRecord } from "../../objects/records.ts";
import { lastModified } from "../object/require-version.ts";

/** Throws InvalidArgument for a prefix, marker or delimiter that is too long. */
export function checkListArguments(list: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(list)) {
    if (value === undefined || Buffer.byteLength(value) <= maxListArgumentBytes) continue;
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: name, ArgumentValue: value },
      { message: `The argument ${name} must not exceed ${maxListArgumentBytes} bytes.` },
    );
  }
}

/** What a page shows in either version. */
export function listPage(
  {
    maxKeys,
    encodingType,
  }: { readonly maxKeys: number; readonly encodingType?: "url" | undefined },
  page: KeyPage,
  owner: Owner | undefined,
): Pick<
  ListObjectsOutput,
  "contents" | "commonPrefixes" | "encodingType" | "isTruncated" | "maxKeys"
> {
  return {
    maxKeys,
    ...(encodingType === undefined ? {} : { encodingType }),
    isTruncated: page.nextMarker !== undefined,
    contents: page.objects.map((object) => listObject(object, owner)),
    commonPrefixes: page.commonPrefixes.map((prefix) => ({ prefix })),
  };
}

function listObject(
  { key, record }: { readonly key: string; readonly record: ObjectRecord },
  owner: Owner | undefined,
): ListedObject {
  return {
    key,
    lastModified: lastModified(record),
    etag: record.etag,
    type: record.type,
    size: record.size,
    storageClass: record.storageClass,
    ...(owner === undefined ? {} : { owner }),
  };
}
