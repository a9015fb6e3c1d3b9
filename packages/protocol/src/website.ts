// A static website: what a bucket's document holds (PutBucketWebsite documentation).
import { flag, integer, text } from "./codec.ts";
import { leaf, many, one, shape, type XmlCodec } from "./xml/codec.ts";

/** The page of a folder. */
export interface IndexDocument {
  /** The name of the page, for example `index.html`. */
  readonly suffix?: string;
  /** Whether each folder has a page of its own; otherwise all have that of the root. */
  readonly supportSubDir?: boolean;
  /**
   * For a key without `/` at its end that does not exist: 0 redirects to the folder, 1 is an error,
   * 2 serves the folder's page.
   */
  readonly type?: string;
}

/** The page for keys that do not exist. */
export interface ErrorDocument {
  readonly key?: string;
  /** 404, or 200. */
  readonly httpStatus?: string;
}

/** A header that a request must have. */
export interface IncludedHeader {
  readonly key: string;
  readonly equals?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
}

/** When a rule acts: all members must match. */
export interface RoutingCondition {
  readonly keyPrefixEquals?: string;
  readonly keySuffixEquals?: string;
  readonly httpErrorCodeReturnedEquals?: number;
  readonly includeHeaders: readonly IncludedHeader[];
}

/** Where a rule leads. */
export interface RoutingRedirect {
  /** `External` sends a redirect, `Internal` serves another key, `AliCDN` counts as `External`. */
  readonly redirectType?: string;
  readonly protocol?: string;
  readonly hostName?: string;
  readonly passQueryString?: boolean;
  /** Replaces the prefix of the condition. */
  readonly replaceKeyPrefixWith?: string;
  readonly enableReplacePrefix?: boolean;
  /** Replaces the key; `${key}` stands for the old one. */
  readonly replaceKeyWith?: string;
  readonly httpRedirectCode?: number;
}

/** A rule. Rules are tried in the order of their numbers. */
export interface RoutingRule {
  readonly ruleNumber?: number;
  readonly condition?: RoutingCondition;
  readonly redirect?: RoutingRedirect;
}

/** Rules. */
export interface RoutingRules {
  readonly rules: readonly RoutingRule[];
}

/** The element of the index page. */
export const indexDocument: XmlCodec<IndexDocument> = shape<IndexDocument>({
  suffix: one("Suffix", leaf(text)),
  supportSubDir: one("SupportSubDir", leaf(flag)),
  type: one("Type", leaf(text)),
});

/** The element of the error page. */
export const errorDocument: XmlCodec<ErrorDocument> = shape<ErrorDocument>({
  key: one("Key", leaf(text)),
  httpStatus: one("HttpStatus", leaf(text)),
});

/** The element of the rules. */
export const routingRules: XmlCodec<RoutingRules> = shape<RoutingRules>({
  rules: many(
    "RoutingRule",
    shape<RoutingRule>({
      ruleNumber: one("RuleNumber", leaf(integer())),
      condition: one(
        "Condition",
        shape<RoutingCondition>({
          keyPrefixEquals: one("KeyPrefixEquals", leaf(text)),
          keySuffixEquals: one("KeySuffixEquals", leaf(text)),
          httpErrorCodeReturnedEquals: one("HttpErrorCodeReturnedEquals", leaf(integer())),
          includeHeaders: many(
            "IncludeHeader",
            shape<IncludedHeader>({
              key: one("Key", leaf(text)),
              equals: one("Equals", leaf(text)),
              startsWith: one("StartsWith", leaf(text)),
              endsWith: one("EndsWith", leaf(text)),
            }),
          ),
        }),
      ),
      redirect: one(
        "Redirect",
        shape<RoutingRedirect>({
          redirectType: one("RedirectType", leaf(text)),
          protocol: one("Protocol", leaf(text)),
          hostName: one("HostName", leaf(text)),
          passQueryString: one("PassQueryString", leaf(flag)),
          replaceKeyPrefixWith: one("ReplaceKeyPrefixWith", leaf(text)),
          enableReplacePrefix: one("EnableReplacePrefix", leaf(flag)),
          replaceKeyWith: one("ReplaceKeyWith", leaf(text)),
          httpRedirectCode: one("HttpRedirectCode", leaf(integer())),
        }),
      ),
    }),
  ),
});
