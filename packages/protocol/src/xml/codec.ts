// XML codecs: one table per element, which both writes and reads it. The table's order is the
// document's order.
import type { Codec } from "../codec.ts";
import { requireKnown } from "../known-members.ts";
import { escapeXml } from "./escape.ts";
import type { XmlElement } from "./parse.ts";

/** Settings of a whole document. */
export interface XmlContext {
  /** `encoding-type=url`: keys, prefixes and markers are percent-encoded. */
  readonly encodeKeys: boolean;
  /** Whether members that a table does not have are refused when they are written. */
  readonly refuseUnknown?: boolean;
}

/** Writes and reads the content of one element. */
export interface XmlCodec<T> {
  readonly write: (value: T, context: XmlContext) => string;
  readonly read: (element: XmlElement, context: XmlContext) => T;
}

/** An element that holds one value as text. */
export function leaf<T>(codec: Codec<T>): XmlCodec<T> {
  return {
    write: codec.isPlain === true ? codec.encode : (value) => escapeXml(codec.encode(value)),
    read: (element) => codec.decode(element.text),
  };
}

/**
 * An element whose value is mostly the same object as before. It then reuses the text. The codec
 * must not use the context.
 */
export function repeating<T extends object>(codec: XmlCodec<T>): XmlCodec<T> {
  let last: T | undefined;
  let text = "";
  return {
    write: (value, context) => {
      if (value !== last) {
        text = codec.write(value, context);
        last = value;
      }
      return text;
    },
    read: codec.read,
  };
}

/** A key, prefix or marker: percent-encoded when the document says `EncodingType` is `url`. */
export const keyText: XmlCodec<string> = {
  write: (value, context) => escapeXml(context.encodeKeys ? encodeURIComponent(value) : value),
  read: (element, context) =>
    context.encodeKeys ? decodeURIComponent(element.text.replaceAll("+", " ")) : element.text,
};

/** One member of a shape. */
export type Member<T> =
  | { readonly one: string; readonly codec: XmlCodec<T> }
  | { readonly many: string; readonly codec: XmlCodec<T extends readonly (infer I)[] ? I : never> };

/** Which child element holds each field of `T`. */
export type Members<T> = { readonly [K in keyof T]-?: Member<NonNullable<T[K]>> };

/** A child element that occurs once or, for an absent field, not at all. */
export function one<T>(name: string, codec: XmlCodec<T>): Member<T> {
  return { one: name, codec };
}

/** A child element that repeats. */
export function many<T>(name: string, codec: XmlCodec<T>): Member<readonly T[]> {
  return { many: name, codec };
}

/** An element whose content is child elements. */
export function shape<T extends object>(members: Members<T>): XmlCodec<T> {
  // `members` has the fields of T, by its type. The tags are built once, because listings write
  // thousands of them.
  const list = (Object.entries(members) as [string, AnyMember][]).map(tagged);
  return {
    write: (value, context) => writeMembers(list, value as Fields, context),
    read: (element, context) => readMembers(list, element, context) as T, // filled from T's table
  };
}

type Fields = Readonly<Record<string, unknown>>;
type AnyMember = { one?: string; many?: string; codec: XmlCodec<unknown> };

interface TaggedMember {
  readonly field: string;
  readonly name: string;
  readonly open: string;
  readonly close: string;
  readonly repeats: boolean;
  readonly codec: XmlCodec<unknown>;
}

function tagged([field, member]: [string, AnyMember]): TaggedMember {
  const name = member.one ?? member.many ?? field;
  const repeats = member.many !== undefined;
  return { field, name, open: `<${name}>`, close: `</${name}>`, repeats, codec: member.codec };
}

function writeMembers(list: readonly TaggedMember[], value: Fields, context: XmlContext): string {
  if (context.refuseUnknown === true) {
    const known = Object.fromEntries(list.map(({ field }) => [field, true]));
    requireKnown("this part of the document", value, known);
  }
  let out = "";
  for (const { field, open, close, repeats, codec } of list) {
    const content = value[field];
    if (content === undefined) continue;
    if (!repeats) {
      out += open + codec.write(content, context) + close;
      continue;
    }
    for (const item of content as readonly unknown[]) {
      out += open + codec.write(item, context) + close;
    }
  }
  return out;
}

function readMembers(
  list: readonly TaggedMember[],
  element: XmlElement,
  context: XmlContext,
): Fields {
  const out: Record<string, unknown> = {};
  for (const { field, name, repeats, codec } of list) {
    const found = element.children.filter((child) => child.name === name);
    if (repeats) out[field] = found.map((child) => codec.read(child, context));
    else if (found[0] !== undefined) out[field] = codec.read(found[0], context);
  }
  return out;
}
