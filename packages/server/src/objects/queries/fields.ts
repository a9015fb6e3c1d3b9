// The fields of MetaQuery: what each one is of an object, and what may be done with it (MetaQuery
// documentation, appendix of fields).
import { OssError } from "@ossicle/protocol";
import type { ObjectRecord } from "../records/records.ts";

/** An object that is searched. */
export interface SearchedObject {
  readonly key: string;
  readonly record: ObjectRecord;
}

/** A field. */
export interface Field {
  /** Undefined where the object does not have it. */
  readonly of: (object: SearchedObject) => string | number | undefined;
  /** Reads a value that a condition names. */
  readonly parse: (text: string) => string | number;
  /** Whether its values can be added. */
  readonly isNumber?: true;
  /** Whether `match` finds a part of it. */
  readonly hasMatch?: true;
  readonly hasPrefix?: true;
  /** Whether files can be sorted by it, and its values counted. */
  readonly isCounted?: true;
}

const textField = (of: Field["of"], more: Partial<Field> = {}): Field => ({
  of,
  parse: (text) => text,
  hasPrefix: true,
  isCounted: true,
  ...more,
});

function parseNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw invalidQuery(`${text} is no number`);
  return value;
}

function parseTime(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalidQuery(`${text} is no time`);
  return ms;
}

const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ["Filename", textField(({ key }) => key, { hasMatch: true })],
  ["ETag", textField(({ record }) => record.etag)],
  ["ObjectACL", textField(({ record }) => record.acl ?? "default")],
  ["OSSCRC64", textField(({ record }) => record.crc64)],
  ["OSSObjectType", textField(({ record }) => record.type)],
  ["OSSStorageClass", textField(({ record }) => record.storageClass)],
  ["ServerSideEncryption", textField(({ record }) => record.encryption?.cipher)],
  ["Size", { of: ({ record }) => record.size, parse: parseNumber, isNumber: true }],
  [
    "OSSTaggingCount",
    { of: ({ record }) => record.tags?.length ?? 0, parse: parseNumber, isNumber: true },
  ],
  [
    "FileModifiedTime",
    { of: ({ record }) => record.modifiedMs, parse: parseTime, isCounted: true },
  ],
]);

const tagPrefix = "OSSTagging.";
const metaPrefix = "OSSUserMeta.";
const metaName = /^x-oss-meta-/i;

/** A field by its name. Throws InvalidArgument for an unknown one. */
export function fieldOf(name: string): Field {
  const known = fields.get(name);
  if (known !== undefined) return known;
  if (name.startsWith(tagPrefix)) {
    const tag = name.slice(tagPrefix.length);
    const of: Field["of"] = ({ record }) => record.tags?.find(([key]) => key === tag)?.[1];
    return { of, parse: (text) => text, hasPrefix: true };
  }
  if (name.startsWith(metaPrefix)) {
    const key = name.slice(metaPrefix.length).replace(metaName, "").toLowerCase();
    const of: Field["of"] = ({ record: { metadata = {} } }) =>
      Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    return { of, parse: (text) => text, hasPrefix: true };
  }
  throw invalidQuery(`${name} is not a field`);
}

/** The error for a query that cannot be run. */
export function invalidQuery(why: string): OssError<"InvalidArgument"> {
  const details = { ArgumentName: "Query", ArgumentValue: "" };
  return new OssError("InvalidArgument", details, { message: `The query is invalid: ${why}.` });
}
