// Lists the uploads of a bucket by key and upload id, page by page, with prefix and delimiter.
import { type MetadataStore, prefixEnd } from "@ossicle/store";
import { bucketRange } from "../records/keys.ts";
import { isCommonPrefix } from "./marker.ts";
import {
  behindKey,
  escapedPrefix,
  escapeKey,
  parseUploadKey,
  prefixOfEscaped,
  uploadKey,
  uploadTailLength,
} from "../records/object-keys.ts";
import { decodeRecord, type UploadRecord } from "../records/records.ts";
import { parseUploadId } from "../uploads/uploads.ts";

/** What to list. */
export interface UploadQuestion {
  readonly prefix: string;
  readonly delimiter: string;
  /** Starts behind this key, or behind one upload of it. */
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly limit: number;
}

/** A page of uploads. */
export interface UploadPage {
  readonly uploads: readonly {
    readonly key: string;
    readonly upload: Uint8Array;
    readonly record: UploadRecord;
  }[];
  readonly commonPrefixes: readonly string[];
  /** The last entry of the page; a rolled-up prefix has no upload. */
  readonly last: { readonly key: string; readonly upload?: Uint8Array };
  readonly isTruncated: boolean;
}

/** Reads one page. */
export async function listUploads(
  metadata: MetadataStore,
  bucket: Uint8Array,
  question: UploadQuestion,
): Promise<UploadPage> {
  const { prefix, delimiter, limit } = question;
  const beginning = escapedPrefix("u", bucket, prefix);
  const to = prefix === "" ? bucketRange("u", bucket).to : (prefixEnd(beginning) ?? beginning);
  const marker = startBehind(bucket, question);
  const from = marker === undefined || Buffer.compare(beginning, marker) > 0 ? beginning : marker;
  if (Buffer.compare(from, to) >= 0)
    return { uploads: [], commonPrefixes: [], last: { key: "" }, isTruncated: false };
  const rollUp = {
    prefixLength: beginning.length,
    delimiter: escapeKey(delimiter),
    tailLength: uploadTailLength,
  };
  const page = await metadata.scan({ from, to, limit, ...(delimiter === "" ? {} : { rollUp }) });
  const uploads: { key: string; upload: Uint8Array; record: UploadRecord }[] = [];
  const commonPrefixes: string[] = [];
  let last: UploadPage["last"] = { key: "" };
  for (const row of page.rows) {
    if ("entry" in row) {
      last = parseUploadKey(row.entry.key);
      const record = decodeRecord<UploadRecord>(row.entry.value);
      uploads.push({ ...parseUploadKey(row.entry.key), record });
    } else {
      last = { key: prefixOfEscaped(row.commonPrefix) };
      commonPrefixes.push(last.key);
    }
  }
  return { uploads, commonPrefixes, last, isTruncated: page.next !== undefined };
}

function startBehind(bucket: Uint8Array, question: UploadQuestion): Uint8Array | undefined {
  const { keyMarker, uploadIdMarker } = question;
  if (keyMarker === "") return undefined;
  const upload = parseUploadId(uploadIdMarker);
  if (upload !== undefined) {
    return Buffer.concat([uploadKey(bucket, keyMarker, upload), Buffer.of(0)]);
  }
  return isCommonPrefix(keyMarker, question)
    ? prefixEnd(escapedPrefix("u", bucket, keyMarker))
    : behindKey("u", bucket, keyMarker);
}
