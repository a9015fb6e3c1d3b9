// The set of tags in the documents of the tagging operations, and what OSS refuses about tags.
import { text } from "./codec.ts";
import { type Binding, requiredElement } from "./operation.ts";
import type { Tag } from "./tags.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** The set of tags in a document. */
export interface TagSet {
  readonly tags: readonly Tag[];
}

/** How many tags there may be, and how long they may be, in characters. */
export interface TagLimits {
  readonly most: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** Characters that keys and values may contain. */
  readonly characters: RegExp;
}

/**
 * Limits of an object's tags: letters of any script, digits, blanks and + - = . _ : / (OSS
 * documentation, object tagging).
 */
export const objectTagLimits: TagLimits = {
  most: 10,
  keyLength: 128,
  valueLength: 256,
  characters: /^[\p{L}\p{N}\p{M} +\-=._:/]*$/u,
};

/**
 * Limits of a bucket's tags (OSS documentation, PutBucketTags). Keys and values may contain any
 * character (integration test of oss2).
 */
export const bucketTagLimits: TagLimits = {
  most: 20,
  keyLength: 64,
  valueLength: 128,
  characters: /^[\s\S]*$/,
};

const tag: XmlCodec<Tag> = shape<Tag>({
  key: one("Key", leaf(text)),
  value: one("Value", leaf(text)),
});

export const tagSet: XmlCodec<TagSet> = shape<TagSet>({ tags: many("Tag", tag) });

/** The `TagSet` element. */
export const tagSetElement: Binding<TagSet> = requiredElement("TagSet", tagSet);

/** What is wrong with a set of tags. */
export type TagProblem = "too many" | "key" | "value" | "repeated";

/** Returns the first rule of OSS that the tags break; undefined when they are valid. */
export function tagProblem(tags: readonly Tag[], limits: TagLimits): TagProblem | undefined {
  if (tags.length > limits.most) return "too many";
  for (const { key, value } of tags) {
    // A document may leave either element out.
    const { characters, keyLength, valueLength } = limits;
    if (key === undefined || key === "" || key.length > keyLength) return "key";
    if (!characters.test(key)) return "key";
    if ((value ?? "").length > valueLength || !characters.test(value ?? "")) return "value";
  }
  return new Set(tags.map(({ key }) => key)).size < tags.length ? "repeated" : undefined;
}
