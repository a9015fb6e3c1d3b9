// The set of tags in the documents of the tagging operations, and what OSS refuses about tags.
import { text } from "./codec.ts";
import { type Binding, element } from "./operation.ts";
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
}

/** Limits of an object's tags (OSS documentation, object tagging). */
export const objectTagLimits: TagLimits = { most: 10, keyLength: 128, valueLength: 256 };

/** Limits of a bucket's tags (OSS documentation, PutBucketTags). */
export const bucketTagLimits: TagLimits = { most: 20, keyLength: 64, valueLength: 128 };

const tag: XmlCodec<Tag> = shape<Tag>({
  key: one("Key", leaf(text)),
  value: one("Value", leaf(text)),
});

export const tagSet: XmlCodec<TagSet> = shape<TagSet>({ tags: many("Tag", tag) });

/** The `TagSet` element. */
export const tagSetElement: Binding<TagSet> = element("TagSet", tagSet);

/** What is wrong with a set of tags. */
export type TagProblem = "too many" | "key" | "value" | "repeated";

/** Finds what OSS refuses about tags; undefined when they are fine. */
export function tagProblem(tags: readonly Tag[], limits: TagLimits): TagProblem | undefined {
  if (tags.length > limits.most) return "too many";
  for (const { key, value } of tags) {
    // A document may leave either element out.
    if (key === undefined || key === "" || !fits(key, limits.keyLength)) return "key";
    if (!fits(value ?? "", limits.valueLength)) return "value";
  }
  return new Set(tags.map(({ key }) => key)).size < tags.length ? "repeated" : undefined;
}

// Letters, digits, blanks and + - = . _ : / (OSS documentation); letters of any script.
function fits(part: string, length: number): boolean {
  return part.length <= length && /^[\p{L}\p{N}\p{M} +\-=._:/]*$/u.test(part);
}
