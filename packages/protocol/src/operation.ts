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
  | {
      readonly place: "header" | "query";
      readonly name: string;
      /** The name as it is looked up: headers in lower case. */
      readonly lookup: string;
      readonly codec: Codec<T>;
      readonly invalid?: InvalidInput;
    }
  | { readonly place: "metadata" }
  | {
      readonly place: "element";
      readonly name: string;
      readonly codec: XmlCodec<T>;
      readonly required?: true;
      /** Answers InvalidArgument; the default is MalformedXML. */
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

/** A header; the name is the spelling on the wire, input matches in any case. */
export function header<T>(name: string, codec: Codec<T>, invalid?: InvalidInput): Binding<T> {
  const lookup = name.toLowerCase();
  return invalid === undefined
    ? { place: "header", name, lookup, codec }
    : { place: "header", name, lookup, codec, invalid };
}

/** A query parameter. */
export function query<T>(name: string, codec: Codec<T>, invalid?: InvalidInput): Binding<T> {
  return invalid === undefined
    ? { place: "query", name, lookup: name, codec }
    : { place: "query", name, lookup: name, codec, invalid };
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

/** The output of an operation that answers nothing. */
export type Nothing = object;

/**
 * What an ACL must grant to callers that do not own the bucket. `anyone`
 * needs not even a signature.
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
   * Whether a bucket's delivery policy may hide or remove what the application does not confirm.
   * Appended bytes cannot be removed again.
   */
  readonly isUndoable: boolean;
  /**
   * Whether the result may be an image whose size a callback can ask for. An appended object is
   * none: its bytes arrive one after the other.
   */
  readonly hasImageInfo: boolean;
}

/**
 * The actions that headers imply (OSS documentation, PutObject, permissions). Every write of an
 * object has them, also where it ignores the header.
 */
export const impliedByObjectHeaders: Readonly<Record<string, string>> = {
  "x-oss-object-acl": "PutObjectAcl",
  "x-oss-tagging": "PutObjectTagging",
};

/** One operation of OSS: how it is addressed, what it takes, what it answers. */
export interface Operation<Input, Output> {
  readonly name: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "OPTIONS";
  /** Another method that old clients use for the same. */
  readonly otherMethod?: "GET";
  /** What the request target names. */
  readonly level: "service" | "bucket" | "object";
  /** Query parameters whose presence selects the operation; `name=value` asks for that value. */
  readonly selectors?: readonly string[];
  /** Further query parameters of its own that would otherwise name another operation. */
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
  readonly implies?: Readonly<Record<string, string>>;
  /** Whether the handler judges every key of the document, and nothing is judged before. */
  readonly judgesKeys?: true;
  /**
   * Whether performing it twice leaves what performing it once leaves, with the same answer.
   * Clients repeat only what is idempotent.
   */
  readonly idempotent: boolean;
  /**
   * What the operation reads of the key's current version, or of the version that is named: its
   * facts, or its bytes as well. The look-up of a key spares the bytes unless they are read.
   */
  readonly reads: "nothing" | "facts" | "body";
  /** Whether the owner reads a version that waits, hidden, for its application's answer. */
  readonly seesHidden?: true;
  readonly input: Bindings<Input>;
  readonly output: Bindings<Output>;
  /** Root element of the request document; none when absent. */
  readonly inputRoot?: string;
  /**
   * Whether unknown elements, and elements that stand there too often, are refused. We define these
   * documents, so an unknown element is a mistake and not an older format.
   */
  readonly inputClosed?: true;
  /** Whether the bucket need not exist yet. */
  readonly makesBucket?: true;
  /** Whether the request document may be left out. */
  readonly inputOptional?: true;
  /** Root element of the response document; none when absent. */
  readonly outputRoot?: string;
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
