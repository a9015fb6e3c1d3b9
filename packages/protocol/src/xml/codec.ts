// XML codecs: one table per element, which both writes and reads it. The table's order is the document's order.
import type { Codec } from "../codec.ts";
import { escapeXml } from "./escape.ts";
import type { XmlElement } from "./parse.ts";

/** What the whole document asks of its values. */
export interface XmlContext {
  /** `encoding-type=url`: keys, prefixes and markers are percent-encoded. */
  readonly encodeKeys: boolean;
}

/** Two directions of one element's content. */
export interface XmlCodec<T> {
  readonly write: (value: T, context: XmlContext) => string;
  readonly read: (element: XmlElement, context: XmlContext) => T;
}

/** An element that holds one value as text. */
export function leaf<T>(codec: Codec<T>): XmlCodec<T> {
  return {
    write: (value) => escapeXml(codec.encode(value)),
    read: (element) => codec.decode(element.text),
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
  const list = Object.entries(members) as [string, AnyMember][]; // keys and members are T's own, by construction
  return {
    write: (value, context) => writeMembers(list, value as Fields, context),
    read: (element, context) => readMembers(list, element, context) as T, // filled from T's table
  };
}

type Fields = Readonly<Record<string, unknown>>;
type AnyMember = { one?: string; many?: string; codec: XmlCodec<unknown> };

function writeMembers(
  list: readonly [string, AnyMember][],
  value: Fields,
  context: XmlContext,
): string {
  let out = "";
  for (const [field, member] of list) {
    const content = value[field];
    if (content === undefined) continue;
    const name = member.one ?? member.many ?? field;
    const items = member.many === undefined ? [content] : (content as readonly unknown[]);
    for (const item of items) out += `<${name}>${member.codec.write(item, context)}</${name}>`;
  }
  return out;
}

function readMembers(
  list: readonly [string, AnyMember][],
  element: XmlElement,
  context: XmlContext,
): Fields {
  const out: Record<string, unknown> = {};
  for (const [field, member] of list) {
    const name = member.one ?? member.many ?? field;
    const found = element.children.filter((child) => child.name === name);
    if (member.many !== undefined)
      out[field] = found.map((child) => member.codec.read(child, context));
    else if (found[0] !== undefined) out[field] = member.codec.read(found[0], context);
  }
  return out;
}
