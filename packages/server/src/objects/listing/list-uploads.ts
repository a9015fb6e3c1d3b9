// Lists the uploads of a bucket by key and upload id, page by page, with prefix and delimiter.
import type { MetadataStore } from "@ossicle/store";
import { parseUploadId } from "../uploads/uploads.ts";
import {
  behindMarker,
  isCommonPrefix,
  justBehind,
  type ListingFilter,
  listingRange,
  scanPage,
  textOfPrefix,
} from "./listing-range.ts";
import { uploadRecords } from "../records/key-space.ts";
import type { UploadRecord } from "../records/records.ts";

/** What to list. */
export interface UploadQuestion extends ListingFilter {
  /** Starts after this key, or after one upload of it. */
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
  const range = listingRange(uploadRecords, bucket, question, startBehind(bucket, question));
  const page = await scanPage(metadata, range, question.limit);
  const uploads: { key: string; upload: Uint8Array; record: UploadRecord }[] = [];
  const commonPrefixes: string[] = [];
  let last: UploadPage["last"] = { key: "" };
  for (const row of page.rows) {
    if ("entry" in row) {
      const [, key, upload] = uploadRecords.partsOf(row.entry.key);
      const record = uploadRecords.decode(row.entry.value);
      last = { key, upload };
      uploads.push({ key, upload, record });
    } else {
      last = { key: textOfPrefix(uploadRecords, row.commonPrefix) };
      commonPrefixes.push(last.key);
    }
  }
  return { uploads, commonPrefixes, last, isTruncated: page.next !== undefined };
}

function startBehind(bucket: Uint8Array, question: UploadQuestion): Uint8Array | undefined {
  const { keyMarker, uploadIdMarker } = question;
  const upload = keyMarker === "" ? undefined : parseUploadId(uploadIdMarker);
  return upload === undefined || isCommonPrefix(keyMarker, question)
    ? behindMarker(uploadRecords, bucket, question, keyMarker)
    : justBehind(uploadRecords.key(bucket, keyMarker, upload));
}
