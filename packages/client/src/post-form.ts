// Upload forms: everything that a page needs to post a file, signed, with the callback and its
// variables among the fields.
import {
  addressOf,
  type CallbackRequest,
  encodeCallback,
  type PostConditionInput,
  type QueryParameter,
  signPolicy,
  requireKnown,
  type StorageClass,
  utf8ToBinary,
  checkPresign,
} from "@ossicle/protocol";
import type { Connection } from "./connection.ts";

/** What a form allows. */
export interface PostFormInput {
  readonly bucket: string;
  /** May hold `${filename}`, which the store replaces by the file's name. */
  readonly key: string;
  /** How long the form may be used. */
  readonly expiresSeconds: number;
  /** Sizes that the file may have, in bytes. */
  readonly minSize?: number;
  readonly maxSize?: number;
  /** Type of the object. The form has it in the field `x-oss-content-type`. */
  readonly contentType?: string;
  readonly storageClass?: StorageClass;
  /**
   * Makes the store call the application, whose answer becomes the answer to the form. The
   * callback's variables become fields of the form.
   */
  readonly callback?: CallbackRequest;
  /** `200`, `201` or `204`, the default. */
  readonly successActionStatus?: "200" | "201" | "204";
  readonly successActionRedirect?: string;
  /** User metadata without its prefix. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Further conditions, for example `["starts-with", "$key", "user/"]`. */
  readonly conditions?: readonly PostConditionInput[];
}

/**
 * A form, ready to be posted as multipart/form-data: the fields in their order, and then `file`.
 */
export interface PostForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

const members: Readonly<Record<keyof PostFormInput, true>> = {
  bucket: true,
  key: true,
  expiresSeconds: true,
  minSize: true,
  maxSize: true,
  contentType: true,
  storageClass: true,
  callback: true,
  successActionStatus: true,
  successActionRedirect: true,
  metadata: true,
  conditions: true,
};

/**
 * Makes a form. Every field is bound by the policy, so that a page cannot change it. Throws
 * RangeError for a callback, bucket, key or lifetime that OSS would refuse, and TypeError for a
 * member that a form does not have.
 */
export async function postForm(connection: Connection, input: PostFormInput): Promise<PostForm> {
  requireKnown("a form", input, members);
  const credentials = await connection.credentials?.();
  if (credentials === undefined) throw new Error("a form needs credentials");
  const { bucket, key, callback, metadata = {}, expiresSeconds } = input;
  checkPresign({ bucket, key, expiresSeconds });
  const fixed: readonly (readonly [string, string | undefined])[] = [
    ["success_action_status", input.successActionStatus],
    ["success_action_redirect", input.successActionRedirect],
    ["x-oss-content-type", input.contentType],
    ["x-oss-storage-class", input.storageClass],
    ...Object.entries(metadata).map(([name, value]) => [`x-oss-meta-${name}`, value] as const),
    ["callback", callback && encodeCallback(callback)],
    ...Object.entries(callback?.variables ?? {}),
  ];
  const fields: Record<string, string> = {};
  const conditions: PostConditionInput[] = [{ bucket }, ...(input.conditions ?? [])];
  if (input.maxSize !== undefined || input.minSize !== undefined) {
    const most = input.maxSize ?? Number.MAX_SAFE_INTEGER;
    conditions.push(["content-length-range", input.minSize ?? 0, most]);
  }
  // The policy fixes the key as the page sends it. With `${filename}`, the uploader still chooses
  // the file's name.
  for (const [name, value] of [["key", key] as const, ...fixed]) {
    if (value === undefined) continue;
    fields[name] = value;
    conditions.push(["eq", `$${name}`, value]);
  }
  const now = connection.now();
  const signed: readonly QueryParameter[] = await signPolicy(
    { conditions, expiration: new Date(now + expiresSeconds * 1_000) },
    {
      credentials,
      version: connection.signatureVersion,
      region: connection.region,
      now: new Date(now),
    },
  );
  for (const { name, value } of signed) fields[name] = value;
  return { url: addressOf(connection, utf8ToBinary(bucket), undefined).url, fields };
}
