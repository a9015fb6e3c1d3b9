// The declaration form: where each field of an operation's input and output travels on the wire.
import type { Codec } from "./codec.ts";
import type { XmlCodec } from "./xml/codec.ts";

/**
 * What to answer when a value cannot be decoded: InvalidArgument naming the header, parameter or
 * element.
 */
export interface InvalidInput {
  readonly message?: string;
  readonly argumentName?: string;
  readonly ec?: string;
}

/** Where one field travels. */
export type Binding<T> =
  | { readonly place: "bucket" | "key" }
  | { readonly place: "header"; readonly name: string; readonly codec: Codec<T> }
  | {
      readonly place: "query";
      readonly name: string;
      readonly codec: Codec<T>;
      readonly invalid?: InvalidInput;
    }
  | { readonly place: "metadata" }
  | { readonly place: "body"; readonly name: string; readonly codec: Codec<T> }
  | { readonly place: "json" }
  | {
      readonly place: "element";
      readonly name: string;
      readonly codec: XmlCodec<T>;
      readonly required?: true;
      /** The error for an invalid value; MalformedXML when absent. */
      readonly invalid?: InvalidInput;
    }
  | { readonly place: "elements"; readonly name: string; readonly codec: XmlCodec<Item<T>> }
  | {
      readonly place: "mixed";
      readonly codecs: Readonly<Record<string, XmlCodec<MixedValue<T>>>>;
    }
  | { readonly place: "root"; readonly codec: Codec<T> };

type MixedValue<T> = Item<T> extends { readonly value: infer V } ? V : never;

type Item<T> = T extends readonly (infer I)[] ? I : never;

/** Where each field of `T` travels: one binding per field, no more and no fewer. */
export type Bindings<T> = { readonly [K in keyof T]-?: Binding<NonNullable<T[K]>> };

/** The operation's bucket: in the host name, the path, or a custom domain's table. */
export function bucketName(): Binding<string> {
  return { place: "bucket" };
}

/** The operation's object key: the rest of the path. */
export function objectKey(): Binding<string> {
  return { place: "key" };
}

/**
 * A header. `name` is the spelling on the wire; headers of a request match in any case.
 * `invalid-headers.ts` has the error for a value that cannot be decoded.
 */
export function header<T>(name: string, codec: Codec<T>): Binding<T> {
  return { place: "header", name, codec };
}

/** A query parameter. */
export function query<T>(name: string, codec: Codec<T>, invalid?: InvalidInput): Binding<T> {
  return { place: "query", name, codec, ...(invalid && { invalid }) };
}

/**
 * The parameter that is the body of a POST, `name=value`. The value is not percent-encoded. The
 * client's method for such an operation makes the body itself.
 */
export function bodyParameter<T>(name: string, codec: Codec<T>): Binding<T> {
  return { place: "body", name, codec };
}

/** A member that is the whole body, as JSON text. The store returns it byte for byte. */
export function jsonBody(): Binding<string> {
  return { place: "json" };
}

/** All `x-oss-meta-*` headers, as a record whose names lack the prefix. */
export function userMetadata(): Binding<Readonly<Record<string, string>>> {
  return { place: "metadata" };
}

/** A child element of the document's root. */
export function element<T>(name: string, codec: XmlCodec<T>, invalid?: InvalidInput): Binding<T> {
  return { place: "element", name, codec, ...(invalid && { invalid }) };
}

/** A child element of the document's root without which a request is malformed. */
export function requiredElement<T>(name: string, codec: XmlCodec<T>): Binding<T> {
  return { place: "element", name, codec, required: true };
}

/** A repeated child element of the document's root. */
export function elements<T>(name: string, codec: XmlCodec<T>): Binding<readonly T[]> {
  return { place: "elements", name, codec };
}

/** Repeated child elements of several names, in document order: each item says which it is. */
export function mixedElements<
  T extends { readonly name: string; readonly value: unknown },
>(codecs: {
  readonly [Name in T["name"]]: XmlCodec<Extract<T, { readonly name: Name }>["value"]>;
}): Binding<readonly T[]> {
  // Each item is written and read by the codec of its own name.
  return { place: "mixed", codecs: codecs as never };
}

/** The text of the document's root. */
export function rootText<T>(codec: Codec<T>): Binding<T> {
  return { place: "root", codec };
}

/** The field whose value is the whole body; undefined where the operation has none. */
export function wholeBodyOf<T>(bindings: Bindings<T>): string | undefined {
  for (const field in bindings) if (bindings[field].place === "json") return field;
  return undefined;
}

/** The output of an operation that answers nothing. */
export type Nothing = object;

/**
 * The access that an ACL must grant to callers that do not own the bucket. `anyone` needs no ACL
 * and no signature.
 */
export type Access = "owner" | "read" | "write" | "anyone";

/** How an operation calls the application back. */
export interface CallbackRule {
  /**
   * Whether `x-oss-callback` is always honoured (callback documentation, 2025-09-19), or only where
   * the bucket's delivery policy names the operation.
   */
  readonly honoured: "always" | "where-named";
  /**
   * Whether a bucket's delivery policy may hide or remove an object that the application does not
   * confirm. Appended bytes cannot be removed again.
   */
  readonly isUndoable: boolean;
  /**
   * Whether a callback may carry the image size of the result. An appended object is excluded: its
   * bytes arrive in several requests.
   */
  readonly hasImageInfo: boolean;
  /**
   * Whether the callback's parameters are in the input's `process`, and only there. The bucket's
   * rules do not apply then.
   */
  readonly isInProcess?: true;
}

/** One operation of OSS: how it is addressed, what it takes, what it answers. */
export interface Operation<Input, Output> {
  readonly name: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "OPTIONS";
  /**
   * The operation that has the same selectors. Requests are routed to that one, and the body tells
   * them apart.
   */
  readonly sharesRouteWith?: string;
  /** Another method by which older clients send the same operation. */
  readonly otherMethod?: "GET";
  /** What the request target names. */
  readonly level: "service" | "bucket" | "object";
  /**
   * Query parameters whose presence selects the operation. `name=value|value` selects it only with
   * one of these values.
   */
  readonly selectors?: readonly string[];
  /**
   * Further query parameters of the operation. Without this entry they would name another
   * operation.
   */
  readonly modifiers?: readonly string[];
  /** A header whose presence selects the operation. */
  readonly selectingHeader?: string;
  readonly access: Access;
  /**
   * The action that a RAM policy must allow, without its `oss:` (OSS documentation, RAM policy
   * actions). Some operations share one.
   */
  readonly action: string;
  /** Whether the action ends in `Version` where the request names a version. */
  readonly versionedAction?: true;
  /** Further actions that the request needs where it has a header, by lower-case name. */
  readonly implies?: "object headers" | Readonly<Record<string, string>>;
  /**
   * Whether the handler checks a temporary key's policy for each key of the document. The request
   * pipeline then checks the ACL only.
   */
  readonly judgesKeys?: true;
  /**
   * Whether two executions leave the same state, and return the same answer, as one. Clients retry
   * idempotent operations only.
   */
  readonly idempotent: boolean;
  /**
   * What the operation reads of the current version, or of the named one: nothing, its facts, or
   * its facts and its bytes. Only `body` makes the look-up of a key load the payload.
   */
  readonly reads: "nothing" | "facts" | "body";
  /** Whether the owner reads a version that waits, hidden, for its application's answer. */
  readonly seesHidden?: true;
  readonly input: Bindings<Input>;
  readonly output: Bindings<Output>;
  /** Root element of the request document; none when absent. */
  readonly inputRoot?: string;
  /** Further names of the root element. */
  readonly otherInputRoots?: readonly string[];
  /**
   * Whether unknown elements, and elements that occur too often, are refused. We define these
   * documents, so an unknown element is a mistake and not an older format.
   */
  readonly inputClosed?: true;
  /** Whether the operation makes its bucket if there is none. */
  readonly makesBucket?: true;
  /**
   * Whether callers may give entries of the document members that it does not have. The entries of
   * a listing have more members than a deletion sends.
   */
  readonly inputOpen?: true;
  /** Whether the request document may be left out. */
  readonly inputOptional?: true;
  /** Root element of the response document; none when absent. */
  readonly outputRoot?: string;
  /**
   * Whether an answer without its document is refused. Read as an empty page, it would end a
   * listing.
   */
  readonly outputRequired?: true;
  /**
   * Whether `x-oss-traffic-limit` may be below the documented minimum, as it may for an upload in
   * parts (integration test of ali-oss).
   */
  readonly lowTrafficLimit?: true;
  /** EC of a malformed request document; that of configuration documents when absent. */
  readonly inputEc?: string;
  /** Whether the object's bytes travel in the request, in a form's file, or in the response. */
  readonly stream?: "request" | "form" | "response";
  /** How it calls the application back; never, when absent. */
  readonly callback?: CallbackRule;
  /** HTTP status of success, 200 when absent. */
  readonly status?: 200 | 204;
}

/** An operation on the service as a whole. */
export interface ServiceOperation<Input, Output> extends Operation<Input, Output> {
  readonly level: "service";
}

/** An operation that makes its bucket where there is none. */
export interface BucketMaker<Input, Output> extends Operation<Input, Output> {
  readonly makesBucket: true;
}
