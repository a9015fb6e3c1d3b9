// What ListObjects and ListObjectsV2 have in common: bounds of their arguments, and how an object is listed.
import { type ListedObject, maxListArgumentBytes, OssError, type Owner } from "@ossicle/protocol";
import type { ObjectRecord } from "../../objects/records.ts";
import { lastModified } from "../object/current-version.ts";

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

/** An object as listings show it. */
export function listObject(
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
