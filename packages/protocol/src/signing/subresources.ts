// The query parameters that V1 signs. A verifier needs the whole list; a signer needs only the
// parameters that it sends.

/**
 * Whether a query parameter is a sub-resource: the union of the SDKs' lists
 * (docs/reference/protocol/requests.md, sub-resources), and our own extension.
 */
export function isSubresource(name: string): boolean {
  return subresources.has(name);
}

const subresources: ReadonlySet<string> = new Set(
  (
    "acl bucketInfo cname comp cors delete encryption inventory inventoryId lifecycle live " +
    "location logging policy qos qosInfo referer replication replicationLocation " +
    "replicationProgress requestPayment stat tagging transferAcceleration uploads versioning " +
    "versions website worm wormExtend wormId append position objectMeta partNumber uploadId " +
    "restore symlink sequential versionId callback callback-var img style styleName vod " +
    "status startTime endTime asyncFetch security-token continuation-token regionList " +
    "cloudboxes resourceGroup metaQuery x-oss-process x-oss-async-process " +
    "x-oss-traffic-limit x-oss-request-payer x-oss-ac-source-ip x-oss-ac-subnet-mask " +
    "x-oss-ac-vpc-id x-oss-ac-forward-allow response-content-type response-content-language " +
    "response-expires response-cache-control response-content-disposition " +
    "response-content-encoding x-oss-write-get-object-response bucketArchiveDirectRead " +
    "httpsConfig redundancyTransition x-oss-target-redundancy-type " +
    "x-oss-redundancy-transition-taskid accessPoint accessPointPolicy " +
    "x-oss-access-point-name publicAccessBlock policyStatus seal rtc responseHeader group " +
    "link objectInfo udf udfName udfId udfImage udfImageDesc udfApplication " +
    "udfApplicationLog processConfiguration vpcip vip x-oss-delete x-oss-rename x-oss-dir " +
    "withHashContext x-oss-enable-md5 x-oss-enable-sha1 x-oss-enable-sha256 x-oss-hash-ctx " +
    "x-oss-md5-ctx requesterQosInfo qosRequester resourcePool resourcePoolInfo " +
    "resourcePoolBuckets cleanRestoredObject userDefinedLogFieldsConfig objectWorm " +
    "overwriteConfig retention legalHold accessPointForObjectProcess " +
    "accessPointConfigForObjectProcess accessPointPolicyForObjectProcess " +
    "x-oss-access-point-for-object-process-name x-ossicle-delivery-policy"
  ).split(" "),
);
