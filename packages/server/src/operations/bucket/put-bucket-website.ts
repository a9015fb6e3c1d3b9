// PutBucketWebsite: checks the document and stores it. The gate records it, so that
// requests to other buckets do not read the document.
import {
  type IncludedHeader,
  OssError,
  type RoutingRedirect,
  type RoutingRule,
  type RoutingRules,
  type WebsiteConfiguration,
} from "@ossicle/protocol";
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { malformedDocument } from "./malformed-document.ts";

/** Most rules (PutBucketWebsite documentation). */
const maxRules = 20;

/** Makes a bucket a static website. */
export const putBucketWebsite: Handler<"putBucketWebsite"> = async (
  { services, bucket },
  { bucket: _bucket, ...given },
) => {
  const value = checked(given);
  const gate = { hasWebsite: true } as const;
  await writeConfig(services, bucket, { name: "website", value, gate });
  return { output: {} };
};

// An element with an empty name counts as absent (test of the Go SDK V1).
function checked({
  indexDocument: index,
  errorDocument: error,
  routingRules,
}: WebsiteConfiguration): WebsiteConfiguration {
  const value: WebsiteConfiguration = {
    ...(index?.suffix === undefined || index.suffix === "" ? {} : { indexDocument: index }),
    ...(error?.key === undefined || error.key === "" ? {} : { errorDocument: error }),
    ...(routingRules === undefined ? {} : { routingRules: checkedRules(routingRules.rules) }),
  };
  if (Object.keys(value).length === 0) throw malformedDocument("The document has no element.");
  if (index?.suffix?.includes("/") === true) throw invalid("Suffix", index.suffix);
  const { type = "0" } = index ?? {};
  if (!["0", "1", "2"].includes(type)) throw invalid("Type", type);
  const { httpStatus = "404" } = error ?? {};
  if (httpStatus !== "404" && httpStatus !== "200") {
    throw invalid("HttpStatus", httpStatus, {
      message: "HttpStatus is Invalid",
      ec: "0019-00000002",
    });
  }
  return value;
}

function checkedRules(rules: readonly RoutingRule[]): RoutingRules {
  if (rules.length > maxRules) throw invalid("RoutingRule", String(rules.length));
  const numbers = rules.map(({ ruleNumber = 0 }) => ruleNumber);
  const wrong = numbers.find((number, at) => number === 0 || numbers.indexOf(number) !== at);
  if (wrong !== undefined) throw invalid("RuleNumber", String(wrong));
  const sorted = rules.toSorted((one, other) => (one.ruleNumber ?? 0) - (other.ruleNumber ?? 0));
  return { rules: sorted.map(checkedRule) };
}

function checkedRule(rule: RoutingRule): RoutingRule {
  const { condition } = rule;
  const redirect = rule.redirect && withoutEmpty(rule.redirect);
  if (condition === undefined) throw malformedDocument("A RoutingRule needs a Condition.");
  if (redirect === undefined) throw malformedDocument("A RoutingRule needs a Redirect.");
  const { redirectType = "External", httpRedirectCode: code = 301, protocol = "http" } = redirect;
  if (redirectType === "Mirror") {
    const message = "Mirroring from an origin is not implemented.";
    throw new OssError("NotImplemented", { Header: "RedirectType" }, { message });
  }
  if (!["External", "Internal", "AliCDN"].includes(redirectType)) {
    throw invalid("RedirectType", redirectType);
  }
  if (code < 300 || code > 399 || code === 304) throw invalid("HttpRedirectCode", String(code));
  if (!["http", "https"].includes(protocol)) throw invalid("Protocol", protocol);
  checkReplacements(redirect);
  condition.includeHeaders.forEach(checkIncluded);
  const status = condition.httpErrorCodeReturnedEquals;
  if (status !== undefined && (status < 400 || status > 599)) {
    throw invalid("HttpErrorCodeReturnedEquals", String(status));
  }
  return { ...rule, redirect: { ...redirect, redirectType } };
}

// An empty element counts as absent.
function withoutEmpty(redirect: RoutingRedirect): RoutingRedirect {
  return Object.fromEntries(
    Object.entries(redirect).filter(
      ([name, value]) => value !== "" || name === "replaceKeyPrefixWith",
    ),
  );
}

// A header's name (RFC 9110). The declaration makes the member; a missing element leaves it
// undefined.
function checkIncluded({ key }: Partial<IncludedHeader>): void {
  if (key === undefined || !/^[\w!#$%&'*+.^`|~-]+$/.test(key)) throw invalid("Key", key ?? "");
}

function checkReplacements(redirect: RoutingRedirect): void {
  const { hostName, replaceKeyWith, protocol, ...prefix } = redirect;
  const leads = hostName ?? protocol ?? replaceKeyWith ?? prefix.replaceKeyPrefixWith;
  if (leads === undefined && prefix.enableReplacePrefix !== true) throw invalid("Redirect", "");
  const replacesPrefix =
    prefix.replaceKeyPrefixWith !== undefined || prefix.enableReplacePrefix === true;
  if (replaceKeyWith !== undefined && replacesPrefix)
    throw invalid("ReplaceKeyWith", replaceKeyWith);
  if (hostName !== undefined && !isHost(hostName)) throw invalid("HostName", hostName);
}

// The host becomes part of a URL in a header.
function isHost(text: string): boolean {
  return /^[\w.:-]+$/.test(text) && URL.canParse(`http://${text}/`);
}

function invalid(
  name: string,
  value: string,
  options: { readonly message?: string; readonly ec?: string } = {},
): OssError<"InvalidArgument"> {
  return new OssError("InvalidArgument", { ArgumentName: name, ArgumentValue: value }, options);
}
