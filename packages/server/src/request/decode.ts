// Stage 5: the operation's input, decoded by its declaration; XML documents are read up to a bound.
import { createHash } from "node:crypto";
import {
  type Binding,
  type Bindings,
  decodeDocument,
  decodeFields,
  encodeDocument,
  metadataPrefix,
  type Operation,
  OssError,
  parseXml,
  type QueryParameter,
  queryValue,
  type XmlElement,
  shownValue,
} from "@ossicle/protocol";
import { errorMessage } from "@ossicle/store";
import type { Memory } from "../memory/memory.ts";
import { bucketDocumentEc } from "../operations/bucket/malformed-document.ts";
import { checkContentMd5 } from "../operations/object/content-md5.ts";
import { noMemory } from "../memory/piece-pool.ts";
import { gatherBody } from "../http/gather-body.ts";
import { declarationOf } from "../access/declaration-of.ts";
import type { RequestMessage } from "../http/message.ts";
import type { Subject } from "../access/subject.ts";

/** Largest request document in bytes: 2 MB, DeleteMultipleObjects' limit (API reference). */
export const maxDocumentBytes = 2_097_152;

/** Most bytes of user metadata, names and values together (OSS limits page: 8 KB). */
export const maxMetadataBytes = 8_192;

/**
 * Longest stored header, in bytes of its value. OSS documents no limit; this one keeps a record
 * within the store's bounds.
 */
export const maxStoredHeaderBytes = 2_048;

const storedHeaders = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
] as const;

/** Headers that count as absent when they are empty (integration test of the Java SDK). */
const absentWhenEmpty: ReadonlySet<string> = new Set(["x-oss-object-acl"]);

function headerOf({ headers }: RequestMessage, name: string): string | undefined {
  return absentWhenEmpty.has(name) ? headers[name] || undefined : headers[name];
}

function checkStoredHeaders(message: RequestMessage): void {
  for (const name of storedHeaders) {
    const value = message.headers[name] ?? "";
    if (value.length <= maxStoredHeaderBytes) continue;
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: name, ArgumentValue: shownValue(value) },
      { message: `The header ${name} must not exceed ${maxStoredHeaderBytes} bytes.` },
    );
  }
}

/** The header that asks for encryption. */
const encryptionHeader = "x-oss-server-side-encryption";

// Only uploads, and the making of a bucket, may ask for encryption (OSS error 0005-00000002).
function refuseEncryption(
  { headers }: RequestMessage,
  { input }: Pick<Operation<object, object>, "input">,
): void {
  const value = headers[encryptionHeader];
  if (value === undefined || "serverSideEncryption" in input) return;
  throw new OssError(
    "InvalidArgument",
    { ArgumentName: encryptionHeader, ArgumentValue: shownValue(value) },
    {
      message: `${encryptionHeader} header is not supported for this operation.`,
      ec: "0005-00000002",
    },
  );
}

// Throws MissingContentLength for a body without a length. Forms are exempt: the form's boundary
// marks the end of the file.
function requireLength({ headers }: RequestMessage, { operation }: Subject): void {
  if (declarationOf(operation).stream !== "request") return;
  if (headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined) return;
  throw new OssError("MissingContentLength");
}

/**
 * Decodes the input. Throws InvalidArgument, MissingContentLength, MalformedXML, InvalidDigest,
 * EntityTooLarge or NotImplemented.
 */
export async function decodeInput(
  message: RequestMessage,
  query: readonly QueryParameter[],
  { subject, memory }: { readonly subject: Subject; readonly memory: Memory },
): Promise<object> {
  const declaration = declarationOf(subject.operation);
  requireLength(message, subject);
  refuseEncryption(message, declaration);
  checkStoredHeaders(message);
  const ec = declaration.inputEc ?? bucketDocumentEc;
  const document =
    declaration.inputRoot === undefined
      ? undefined
      : await readDocument(message, memory, {
          roots: [declaration.inputRoot, ...(declaration.otherInputRoots ?? [])],
          optional: declaration.inputOptional === true,
          errorEc: ec,
        });
  const input: object = decodeFields(declaration.input, {
    bucket: subject.bucket,
    key: subject.key,
    header: (name) => headerOf(message, name),
    query: (name) => queryMember(query, name),
    metadata: () => userMetadata(message),
  });
  if (declaration.stream === undefined && declaration.inputRoot === undefined) {
    return { ...input, ...(await readWholeBody(declaration, message, memory)) };
  }
  if (document === undefined) return input;
  const decoded = decodeDocument<object>(declaration.input, document, ec);
  requireElements({ ...declaration.input }, decoded, ec);
  if (declaration.inputClosed === true)
    requireNothingElse(declaration.input, { decoded, document }, ec);
  return { ...input, ...decoded };
}

/**
 * Query members that have a meaning without a value: an empty `versionId` is refused, and
 * `sequential` is a flag (docs/reference/protocol/requests.md, empty query members).
 */
const countsEmpty: ReadonlySet<string> = new Set(["versionId", "sequential"]);

// Any other member without a value counts as absent (integration tests of the C and Java SDKs:
// `max-keys=`).
function queryMember(query: readonly QueryParameter[], name: string): string | undefined {
  const value = queryValue(query, name);
  return value === "" && !countsEmpty.has(name) ? undefined : value;
}

// Encodes the decoded input again, and compares the numbers of elements. A document with unknown or
// repeated elements has more.
function requireNothingElse(
  bindings: Bindings<object>,
  { decoded, document }: { readonly decoded: object; readonly document: XmlElement },
  ec: string,
): void {
  const understood = parseXml(encodeDocument(bindings, decoded, document.name));
  if (countElements(understood) === countElements(document)) return;
  const ErrorDetail = "The document has an unknown or repeated element.";
  throw new OssError("MalformedXML", { ErrorDetail }, { ec });
}

function countElements({ children }: XmlElement): number {
  return children.reduce((sum, child) => sum + countElements(child), 1);
}

function requireElements(
  bindings: Readonly<Record<string, Binding<unknown>>>,
  decoded: object,
  ec: string,
): void {
  for (const [field, binding] of Object.entries(bindings)) {
    if (binding.place !== "element" || binding.required !== true || field in decoded) continue;
    throw new OssError(
      "MalformedXML",
      { ErrorDetail: `The element ${binding.name} is missing.` },
      { ec },
    );
  }
}

interface ExpectedDocument {
  /** The names that the root element may have. */
  readonly roots: readonly string[];
  readonly optional: boolean;
  readonly errorEc: string | undefined;
}

async function readDocument(
  message: RequestMessage,
  memory: Memory,
  { roots, optional, errorEc }: ExpectedDocument,
): Promise<XmlElement | undefined> {
  const body = await readCheckedBody(message, memory, { mayBePadded: roots.includes("Delete") });
  if (body.length === 0 && optional) return undefined;
  const malformed = (detail: string, cause?: unknown): OssError =>
    new OssError("MalformedXML", { ErrorDetail: detail }, { cause, ec: errorEc });
  let document: XmlElement;
  try {
    document = parseXml(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw malformed(errorMessage(cause), cause);
  }
  if (!roots.includes(document.name)) {
    throw malformed(`The root element must be ${roots.join(" or ")}.`);
  }
  return document;
}

async function readCheckedBody(
  message: RequestMessage,
  memory: Memory,
  rule: Parameters<typeof checkContentMd5>[2] = {},
): Promise<Buffer> {
  const body = await readBody(message, memory);
  const md5 = (): Buffer => createHash("md5").update(body).digest();
  checkContentMd5(message.headers["content-md5"], md5, rule);
  return body;
}

// A body that is not UTF-8 is not JSON (RFC 8259, section 8.1). Policies are the only JSON bodies.
async function readJson(message: RequestMessage, memory: Memory): Promise<string> {
  const body = await readCheckedBody(message, memory);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    const options = { message: "The policy is not UTF-8.", ec: "0030-00000004", cause };
    throw new OssError("InvalidPolicyDocument", {}, options);
  }
}

// The member that is the whole body: JSON, or the parameter `name=value`.
async function readWholeBody(
  { input }: Pick<Operation<object, object>, "input">,
  message: RequestMessage,
  memory: Memory,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const bindings: Readonly<Record<string, Binding<unknown>>> = { ...input };
  for (const [field, binding] of Object.entries(bindings)) {
    if (binding.place === "json") {
      return { [field]: await readJson(message, memory) };
    }
    if (binding.place !== "body") continue;
    const text = String(await readCheckedBody(message, memory));
    const start = `${binding.name}=`;
    if (text.startsWith(start)) return { [field]: binding.codec.decode(text.slice(start.length)) };
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: binding.name, ArgumentValue: shownValue(text) },
      { message: `The body must be ${start} and a value.` },
    );
  }
  return undefined;
}

/**
 * Longest time for a request document, in milliseconds. OSS documents no limit: 2 MB at 70 KB a
 * second.
 */
const documentTimeoutMs = 30_000;

async function readBody({ body }: RequestMessage, { documents }: Memory): Promise<Buffer> {
  let held = 0;
  const refuse = (bytes: number): void => {
    if (bytes <= maxDocumentBytes) return;
    throw new OssError("EntityTooLarge", {
      MaxSizeAllowed: String(maxDocumentBytes),
      ProposedSize: String(bytes),
    });
  };
  refuse(body.lengthBytes ?? 0);
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OssError("RequestTimeout")), documentTimeoutMs);
  });
  try {
    return await gatherBody(body.chunks, {
      onChunk: ({ length }) => {
        refuse(held + length);
        if (!documents.take(length)) throw noMemory();
        held += length;
      },
      stopped,
    });
  } finally {
    clearTimeout(timer);
    documents.give(held);
  }
}

function userMetadata(message: RequestMessage): Readonly<Record<string, string>> | undefined {
  let out: Record<string, string> | undefined;
  let size = 0;
  for (const name in message.headers) {
    if (!name.startsWith(metadataPrefix)) continue;
    const value = message.headers[name] ?? "";
    size += name.length - metadataPrefix.length + value.length;
    if (size > maxMetadataBytes) {
      throw new OssError(
        "InvalidArgument",
        { ArgumentName: name, ArgumentValue: shownValue(value) },
        { message: `User metadata must not exceed ${maxMetadataBytes} bytes.` },
      );
    }
    out ??= Object.create(null) as Record<string, string>; // `__proto__` is a name like any other
    out[name.slice(metadataPrefix.length)] = value;
  }
  return out;
}
