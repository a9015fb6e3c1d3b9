// What the listings share: the bounds of their arguments, and the elements of a page of objects.
import {
  type ListedObject,
  type ListObjectsOutput,
  maxListArgumentBytes,
  OssError,
  type Owner,
} from "@ossicle/protocol";
import type { KeyPage } from "../../objects/listing/list-keys.ts";
import { isArchive, restoreHeader } from "../object/archived.ts";
import { transitionOf } from "../object/stored-headers.ts";
import { lastModified } from "../object/require-version.ts";
import type { ListedFacts } from "../../objects/records/listed-facts.ts";

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

/** The owner that each entry shows, if any, and the time of the page. */
export interface ListedFor {
  readonly owner: Owner | undefined;
  readonly nowMs: number;
}

/** The restore status that a listing shows for an archived object. */
export function restoreInfo(record: ListedFacts, nowMs: number): string | undefined {
  return isArchive(record.storageClass) ? restoreHeader(record, nowMs) : undefined;
}

/** The elements of a page that ListObjects and ListObjectsV2 share. */
export function listPage(
  {
    maxKeys,
    encodingType,
  }: { readonly maxKeys: number; readonly encodingType?: "url" | undefined },
  page: KeyPage,
  listed: ListedFor,
): Pick<
  ListObjectsOutput,
  "contents" | "commonPrefixes" | "encodingType" | "isTruncated" | "maxKeys"
> {
  return {
    maxKeys,
    ...(encodingType === undefined ? {} : { encodingType }),
    isTruncated: page.nextMarker !== undefined,
    contents: page.objects.map((object) => listObject(object, listed)),
    commonPrefixes: page.commonPrefixes.map((prefix) => ({ prefix })),
  };
}

function listObject(
  { key, record }: { readonly key: string; readonly record: ListedFacts },
  { owner, nowMs }: ListedFor,
): ListedObject {
  const restore = restoreInfo(record, nowMs);
  return {
    key,
    lastModified: lastModified(record),
    etag: record.etag,
    type: record.type,
    size: record.size,
    storageClass: record.storageClass,
    ...(restore === undefined ? {} : { restoreInfo: restore }),
    ...transitionOf(record),
    ...(owner === undefined ? {} : { owner }),
  };
}
