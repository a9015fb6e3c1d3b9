// Signature V1: the string that is signed, in headers and in URLs. One builder signs and verifies.
import { compareBinary } from "../bytes.ts";
import type { QueryParameter } from "../query.ts";

/** Everything that V1 signs, as binary strings. */
export interface CanonicalRequestV1 {
  readonly method: string;
  /** The header's value as sent, on every method: Go SDK v2 signs it on GET too. */
  readonly contentMd5: string;
  readonly contentType: string;
  /** `x-oss-date` or `Date`; `Expires` in a URL. */
  readonly date: string;
  /** `x-oss-*` headers, lower-case names. */
  readonly ossHeaders: readonly (readonly [string, string])[];
  /** `/`, `/bucket/` or `/bucket/key`, decoded. */
  readonly resource: string;
  readonly query: readonly QueryParameter[];
}

/** Which query parameters take part, and how an empty one is written. */
export interface SubresourceRule {
  readonly signed: (name: string) => boolean;
  readonly emptyWithEquals: boolean;
}

/** The rule that signers use. */
export const standardRule: SubresourceRule = { signed: isSubresource, emptyWithEquals: false };

/** The string that is signed, as a binary string. */
export function stringToSignV1(
  request: CanonicalRequestV1,
  rule: SubresourceRule = standardRule,
): string {
  const headers = [...request.ossHeaders]
    .sort(([left], [right]) => compareBinary(left, right))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join("");
  return (
    `${request.method}\n${request.contentMd5}\n${request.contentType}\n${request.date}\n` +
    headers +
    canonicalResource(request, rule)
  );
}

function canonicalResource({ resource, query }: CanonicalRequestV1, rule: SubresourceRule): string {
  const signed = query
    .filter(({ name }) => rule.signed(name))
    .sort((left, right) => compareBinary(left.name, right.name))
    .map(({ name, value }) =>
      value === "" && !rule.emptyWithEquals ? name : `${name}=${value}`,
    );
  return signed.length === 0 ? resource : `${resource}?${signed.join("&")}`;
}

/** Whether a query parameter is a sub-resource: the union of the SDKs' lists (wire facts §2.2). */
export function isSubresource(name: string): boolean {
  return subresources.has(name);
}

const subresources: ReadonlySet<string> = new Set(
  (
    "acl bucketInfo cname comp cors delete encryption inventory inventoryId lifecycle live location logging policy " +
    "qos qosInfo referer replication replicationLocation replicationProgress requestPayment stat tagging " +
    "transferAcceleration uploads versioning versions website worm wormExtend wormId append position objectMeta " +
    "partNumber uploadId restore symlink sequential versionId callback callback-var img style styleName vod status " +
    "startTime endTime asyncFetch security-token continuation-token regionList cloudboxes resourceGroup metaQuery " +
    "x-oss-process x-oss-async-process x-oss-traffic-limit x-oss-request-payer x-oss-ac-source-ip " +
    "x-oss-ac-subnet-mask x-oss-ac-vpc-id x-oss-ac-forward-allow response-content-type response-content-language " +
    "response-expires response-cache-control response-content-disposition response-content-encoding " +
    "x-oss-write-get-object-response bucketArchiveDirectRead httpsConfig redundancyTransition " +
    "x-oss-target-redundancy-type x-oss-redundancy-transition-taskid accessPoint accessPointPolicy " +
    "x-oss-access-point-name publicAccessBlock policyStatus seal rtc responseHeader group link objectInfo udf " +
    "udfName udfId udfImage udfImageDesc udfApplication udfApplicationLog processConfiguration vpcip vip " +
    "x-oss-delete x-oss-rename x-oss-dir withHashContext x-oss-enable-md5 x-oss-enable-sha1 x-oss-enable-sha256 " +
    "x-oss-hash-ctx x-oss-md5-ctx requesterQosInfo qosRequester resourcePool resourcePoolInfo resourcePoolBuckets " +
    "cleanRestoredObject userDefinedLogFieldsConfig objectWorm overwriteConfig retention legalHold " +
    "accessPointForObjectProcess accessPointConfigForObjectProcess accessPointPolicyForObjectProcess " +
    "x-oss-access-point-for-object-process-name"
  ).split(" "),
);
