// Turns an upload form into the request that it stands for: fields become headers, and the file
// becomes the body. The sender and its rights come from the form's own signature and policy, not
// from the URL. Of the request's headers, only Host, Origin and the object's ACL are kept.
import {
  binaryToUtf8,
  checkPostPolicy,
  decodeBase64,
  decodeKey,
  OssError,
  parsePostPolicy,
  type SizeRange,
  utf8ToBinary,
  shownValue,
} from "@ossicle/protocol";
import type { Identity } from "../../accounts/identity.ts";
import { watchChunks } from "../../objects/bytes/watch-chunks.ts";
import type { RequestMessage } from "../../http/message.ts";
import { type AccountsOf, verifyForm } from "./verify-form.ts";
import { headerFields } from "./form-fields.ts";
import { type FormMemory, readForm, requireForm, type UploadForm } from "./read-form.ts";

/** A form whose signature and policy have been checked. */
export interface OpenedForm {
  readonly identity: Identity;
  readonly key: string;
  /** The request that the form stands for. */
  readonly message: RequestMessage;
  /** The callback's variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Stops reading the form. Call it when the request has been handled. */
  readonly drop: () => void;
}

const aclName = "x-oss-object-acl";

/**
 * Reads a form up to its file, and checks its signature and policy. Throws the errors of PostObject
 * (docs/reference/protocol/requests.md, forms).
 */
export async function openForm(
  message: RequestMessage,
  bucket: string,
  { accounts, memory }: { readonly accounts: AccountsOf; readonly memory: FormMemory },
): Promise<OpenedForm> {
  requireForm(message);
  const form = await readForm(message, memory);
  try {
    return await judge(message, { form, bucket, accounts });
  } catch (cause) {
    form.drop(); // the listener drains or closes the connection
    throw cause;
  }
}

interface Case {
  readonly form: UploadForm;
  readonly bucket: string;
  readonly accounts: AccountsOf;
}

async function judge(
  message: RequestMessage,
  { form, bucket, accounts }: Case,
): Promise<OpenedForm> {
  const { fields } = form;
  const key = fields.get("key");
  if (key === undefined || key === "") {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "key", ArgumentValue: "" },
      {
        message:
          "The bucket POST must contain the specified field name. If it is specified, please " +
          "check the order of the fields.",
      },
    );
  }
  // The first non-empty type counts (OSS documentation, PostObject, x-oss-content-type).
  const contentType =
    fields.get("x-oss-content-type") || form.fileType || fields.get("content-type") || undefined;
  const headers = headersOf(message, fields, contentType);
  // Conditions of policies test what the form sets, as for a PutObject.
  const asked = { ...accounts, message: { ...message, headers } };
  const { identity, policy } = await verifyForm(fields, asked);
  if (identity.kind === "account") form.vouch();
  const range =
    policy === undefined
      ? undefined
      : checkPostPolicy(readPolicy(policy), {
          field: (name) => {
            if (name === "bucket") return bucket;
            if (name === "content-type") return contentType;
            // Only the ACL may also be a header. The policy must check the value that will be used.
            return fields.get(name) ?? (name === aclName ? message.headers[name] : undefined);
          },
          nowMs: accounts.nowMs,
        });
  const named = key.replaceAll("${filename}", () => baseName(form.fileName));
  return {
    identity,
    key: decodeKey(utf8ToBinary(named)),
    message: {
      ...message,
      headers,
      body: { lengthBytes: undefined, chunks: bounded(form.file, range) },
    },
    variables: form.variables,
    drop: form.drop,
  };
}

function readPolicy(base64: string): ReturnType<typeof parsePostPolicy> {
  const text = decodeBase64(base64.replaceAll(/\s/g, ""));
  const policy = text === undefined ? undefined : binaryToUtf8(text);
  if (policy === undefined) {
    throw new OssError(
      "InvalidPolicyDocument",
      {},
      { message: "Invalid Policy: The policy is not Base64.", ec: "0006-00000209" },
    );
  }
  return parsePostPolicy(policy);
}

// Some browsers send a whole path as the file's name.
function baseName(fileName: string): string {
  return fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
}

function headersOf(
  { headers }: RequestMessage,
  fields: ReadonlyMap<string, string>,
  contentType: string | undefined,
): RequestMessage["headers"] {
  const out: Record<string, string | undefined> = {
    host: headers["host"],
    origin: headers["origin"],
  };
  const acl = headers[aclName];
  if (acl !== undefined) out[aclName] = acl;
  for (const [name, value] of fields) {
    if (!headerFields.has(name) && !name.startsWith("x-oss-")) continue;
    if (!/^[a-z0-9_-]+$/.test(name)) {
      throw new OssError("InvalidArgument", { ArgumentName: "name", ArgumentValue: name });
    }
    out[name] = headerValue(name, value);
  }
  if (contentType !== undefined) out["content-type"] = headerValue("content-type", contentType);
  const callback = fields.get("callback");
  if (callback !== undefined) out["x-oss-callback"] = headerValue("callback", callback);
  return out;
}

// The server later sends the value in a header, so it must not have control characters except tab.
function headerValue(name: string, value: string): string {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw new OssError("InvalidArgument", {
      ArgumentName: name,
      ArgumentValue: shownValue(value),
    });
  }
  return utf8ToBinary(value);
}

function bounded(
  file: AsyncIterable<Uint8Array>,
  range: SizeRange | undefined,
): AsyncIterable<Uint8Array> {
  if (range === undefined) return file;
  const { min, max } = range;
  let size = 0;
  return watchChunks(file, {
    onChunk: (chunk) => {
      size += chunk.length;
      if (size <= max) return;
      throw new OssError(
        "EntityTooLarge",
        { MaxSizeAllowed: String(max), ProposedSize: String(size) },
        { ec: "0006-00000003" },
      );
    },
    onEnd: () => {
      if (size >= min) return;
      throw new OssError(
        "EntityTooSmall",
        { ProposedSize: String(size), MinSizeAllowed: String(min) },
        { ec: "0006-00000004" },
      );
    },
  });
}
