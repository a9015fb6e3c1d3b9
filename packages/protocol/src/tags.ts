// Tags of a new object, as the header `x-oss-tagging` carries them.
import type { Codec } from "./codec.ts";
import { type Binding, header } from "./operation.ts";

/** A tag. */
export interface Tag {
  readonly key: string;
  /** May be empty. */
  readonly value: string;
}

/**
 * `name=value&name=value`, percent-encoded; a name alone has an empty value, and `+` is a blank,
 * since SDKs build it as a form.
 */
const tagList: Codec<readonly Tag[]> = {
  decode: (raw) => [...new URLSearchParams(raw)].map(([key, value]) => ({ key, value })),
  encode: (tags) =>
    new URLSearchParams(tags.map(({ key, value }): [string, string] => [key, value]))
      .toString()
      .replaceAll("+", "%20"),
};

/** The header that gives a new object its tags. */
export const taggingHeader: Binding<readonly Tag[]> = header("x-oss-tagging", tagList);
