// The optional columns of an inventory's lists, in the order in which they are written.
import type { ObjectRecord } from "../records/records.ts";

type Column = (record: ObjectRecord) => string;

/** How lists write a truth value. */
export const word = (value: boolean): string => (value ? "True" : "False");

/** Each column by its name. OSS does not describe the order of those from ObjectAcl on. */
const columns: Readonly<Record<string, Column>> = {
  Size: ({ size }) => String(size),
  StorageClass: ({ storageClass }) => storageClass,
  LastModifiedDate: ({ modifiedMs }) => `${new Date(modifiedMs).toISOString().slice(0, 19)}.000Z`,
  ETag: ({ etag }) => etag,
  IsMultipartUploaded: ({ type }) => word(type === "Multipart"),
  EncryptionStatus: ({ encryption }) => word(encryption !== undefined),
  ObjectAcl: ({ acl }) => acl ?? "default",
  TaggingCount: ({ tags = [] }) => String(tags.length),
  ObjectType: ({ type }) => type,
  Crc64: ({ crc64 }) => crc64,
  TransitionTime: () => "",
};

/** The columns' names. */
export const inventoryFields: ReadonlySet<string> = new Set(Object.keys(columns));

/** The chosen columns in their order. */
export function columnsOf(names: readonly string[]): readonly (readonly [string, Column])[] {
  return Object.entries(columns).filter(([name]) => names.includes(name));
}
