// PutBucketReferer: which pages may link to the bucket's objects.
import { flag, text } from "../../codec.ts";
import {
  type Binding,
  bucketName,
  element,
  requiredElement,
  type Nothing,
  type Operation,
} from "../../operation.ts";
import { leaf, many, shape } from "../../xml/codec.ts";

/** Patterns of URLs, or of their beginnings, with `*` and `?`; the scheme may be missing. */
export interface RefererPatterns {
  readonly referer: readonly string[];
}

/** Which pages may link to a bucket's objects. */
export interface RefererConfiguration {
  /** Whether requests without a Referer are let in. */
  readonly allowEmptyReferer: boolean;
  /** Whether the query of a Referer is ignored; true when absent. */
  readonly allowTruncateQueryString?: boolean;
  /** Whether the path of a Referer is ignored too. */
  readonly truncatePath?: boolean;
  /** Pages that are let in; all, when it is empty or absent. */
  readonly refererList?: RefererPatterns;
  /** Pages that are not let in, also where the list names them. */
  readonly refererBlacklist?: RefererPatterns;
}

const patterns = shape<RefererPatterns>({ referer: many("Referer", leaf(text)) });

/** The elements of the document, in OSS's order. */
export const refererElements: {
  readonly allowEmptyReferer: Binding<boolean>;
  readonly allowTruncateQueryString: Binding<boolean>;
  readonly truncatePath: Binding<boolean>;
  readonly refererList: Binding<RefererPatterns>;
  readonly refererBlacklist: Binding<RefererPatterns>;
} = {
  allowEmptyReferer: requiredElement("AllowEmptyReferer", leaf(flag)),
  allowTruncateQueryString: element("AllowTruncateQueryString", leaf(flag)),
  truncatePath: element("TruncatePath", leaf(flag)),
  refererList: element("RefererList", patterns),
  refererBlacklist: element("RefererBlacklist", patterns),
};

/** What PutBucketReferer takes. */
export interface PutBucketRefererInput extends RefererConfiguration {
  readonly bucket: string;
}

/** Sets which pages may link to a bucket's objects. Requests signed in a header pass. */
export const putBucketReferer: Operation<PutBucketRefererInput, Nothing> = {
  name: "PutBucketReferer",
  method: "PUT",
  level: "bucket",
  selectors: ["referer"],
  access: "owner",
  action: "PutBucketReferer",
  idempotent: true,
  reads: "nothing",
  inputRoot: "RefererConfiguration",
  input: { bucket: bucketName(), ...refererElements },
  output: {},
};
