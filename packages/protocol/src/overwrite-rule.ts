// Rules that forbid overwriting the objects of a bucket.
import { text } from "./codec.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** A rule that forbids to overwrite an object that every member matches. */
export interface OverwriteRule {
  /** Unique in the bucket; made when absent. */
  readonly id?: string;
  /** `forbid`. */
  readonly action: string;
  readonly prefix?: string;
  readonly suffix?: string;
  /** The ids of users; all users when absent or empty. `*` stands for any characters. */
  readonly principals?: { readonly principal: readonly string[] };
}

export const overwriteRule: XmlCodec<OverwriteRule> = shape<OverwriteRule>({
  id: one("ID", leaf(text)),
  action: one("Action", leaf(text)),
  prefix: one("Prefix", leaf(text)),
  suffix: one("Suffix", leaf(text)),
  principals: one(
    "Principals",
    shape<NonNullable<OverwriteRule["principals"]>>({ principal: many("Principal", leaf(text)) }),
  ),
});
