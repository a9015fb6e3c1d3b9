// ListObjectVersions: a page by key and version.
import {
  defaultMaxKeys,
  type ListedDeleteMarker,
  OssError,
  type Owner,
  type VersionEntry,
} from "@ossicle/protocol";
import { type FoundEntry, listVersions } from "../../objects/listing/list-versions.ts";
import type { Handler } from "../handler.ts";
import { lastModified } from "../object/require-version.ts";
import { transitionOf } from "../object/stored-headers.ts";
import { checkListArguments, restoreInfo } from "./list-arguments.ts";
import { versionIdOf } from "../../objects/records/version-id.ts";

/** Lists versions and delete markers. */
export const listObjectVersions: Handler<"listObjectVersions"> = async (
  { services, bucket },
  input,
) => {
  const { prefix = "", delimiter = "", keyMarker = "", versionIdMarker = "" } = input;
  const { maxKeys = defaultMaxKeys, encodingType } = input;
  checkListArguments({
    prefix,
    delimiter,
    "key-marker": keyMarker,
    "version-id-marker": versionIdMarker,
  });
  if (versionIdMarker !== "" && keyMarker === "") {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "version-id-marker", ArgumentValue: versionIdMarker },
      { message: "A version-id marker cannot be specified without a key marker." },
    );
  }
  const page = await listVersions(services.metadata, bucket.id, {
    prefix,
    delimiter,
    keyMarker,
    versionIdMarker,
    limit: maxKeys,
  });
  const owner = services.accounts.shown(bucket.record.owner);
  const nowMs = services.clock();
  return {
    output: {
      name: bucket.name,
      prefix,
      keyMarker,
      versionIdMarker,
      maxKeys,
      delimiter,
      ...(encodingType === undefined ? {} : { encodingType }),
      isTruncated: page.next !== undefined,
      ...(page.next === undefined
        ? {}
        : { nextKeyMarker: page.next.key, nextVersionIdMarker: page.next.versionId }),
      entries: page.entries.map((entry) => show(entry, owner, nowMs)),
      commonPrefixes: page.commonPrefixes.map((one) => ({ prefix: one })),
    },
  };
};

function show({ key, record, isLatest }: FoundEntry, owner: Owner, nowMs: number): VersionEntry {
  const marker: ListedDeleteMarker = {
    key,
    versionId: versionIdOf(record),
    isLatest,
    lastModified: lastModified(record),
    owner,
  };
  if (record.deleteMarker === true) return { name: "DeleteMarker", value: marker };
  const restore = restoreInfo(record, nowMs);
  return {
    name: "Version",
    value: {
      ...marker,
      etag: record.etag,
      type: record.type,
      size: record.size,
      storageClass: record.storageClass,
      ...(restore === undefined ? {} : { restoreInfo: restore }),
      ...transitionOf(record),
    },
  };
}
