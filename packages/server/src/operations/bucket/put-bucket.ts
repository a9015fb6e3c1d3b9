// PutBucket: creates a bucket. On an existing bucket of the caller it changes the ACL if one is
// given, and refuses other changes.
import { OssError } from "@ossicle/protocol";
import { mintRef } from "@ossicle/store";
import { commitOnce, pauseBeforeTry } from "../../objects/records/commit.ts";
import type { Bucket } from "../../objects/buckets/bucket.ts";
import { ruleOfHeaders } from "../../objects/buckets/choose-encryption.ts";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { belongsTo } from "../../accounts/identity.ts";
import { callerOf } from "../caller-of.ts";
import type { Handler, ServiceContext } from "../handler.ts";
import { refusePublicAcl } from "./refuse-public-acl.ts";
import { isResourceGroup } from "./resource-group.ts";
import { tryWriteConfig } from "../../objects/buckets/bucket-config.ts";
import { bucketRecords, configRecords, gateRecords } from "../../objects/records/key-space.ts";
import type { AclRecord, BucketRecord, GateRecord } from "../../objects/records/records.ts";

type PutBucketInput = Parameters<Handler<"putBucket">>[1];

/** Most tries against other writers of the same name. */
const maxTries = 8;

/** Makes a bucket. */
export const putBucket: Handler<"putBucket"> = async (context, input) => {
  const { services } = context;
  const location = `oss-${services.region}`;
  if (input.locationConstraint !== undefined && input.locationConstraint !== location) {
    throw new OssError("InvalidLocationConstraint", {
      LocationConstraint: input.locationConstraint,
    });
  }
  const { resourceGroupId } = input;
  if (resourceGroupId !== undefined && !isResourceGroup(resourceGroupId)) {
    throw new OssError("InvalidArgument", {
      ArgumentName: "x-oss-resource-group-id",
      ArgumentValue: resourceGroupId,
    });
  }
  let { bucket } = context.found;
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await pauseBeforeTry(tries);
    const done =
      bucket === undefined
        ? await createBucket(context, input)
        : await changeBucket(context, bucket, input);
    if (done) return { output: { location: `/${input.bucket}` } };
    ({ bucket } = await lookUp(services, input.bucket));
  }
  throw new OssError("ServiceUnavailable");
};

async function createBucket(
  { services, identity }: ServiceContext,
  input: PutBucketInput,
): Promise<boolean> {
  const account = callerOf(identity);
  const id = Buffer.from(mintRef().subarray(0, 8));
  const record: BucketRecord = {
    id: id.toString("hex"),
    owner: account.id,
    createdMs: services.clock(),
    storageClass: input.storageClass ?? "Standard",
    redundancy: input.dataRedundancyType ?? "LRS",
  };
  const encryption = ruleOfHeaders(input);
  const gate: GateRecord = { state: "active", name: input.bucket, encryption };
  const acl: AclRecord = { acl: input.acl ?? "private" };
  const { resourceGroupId } = input;
  const committed = await commitOnce(services.metadata, {
    checks: [
      ...(await services.accounts.staying(account)),
      { key: bucketRecords.key(input.bucket), version: "absent" },
      { key: gateRecords.key(id), version: "absent" },
    ],
    puts: [
      { key: bucketRecords.key(input.bucket), value: bucketRecords.encode(record) },
      { key: gateRecords.key(id), value: gateRecords.encode(gate) },
      { key: configRecords.key(id, "acl"), value: configRecords.encode("acl", acl) },
      ...(resourceGroupId === undefined
        ? []
        : [
            {
              key: configRecords.key(id, "resource-group"),
              value: configRecords.encode("resource-group", { resourceGroupId }),
            },
          ]),
    ],
    deletes: [],
  });
  return committed.ok;
}

async function changeBucket(
  { services, identity }: ServiceContext,
  bucket: Bucket,
  input: PutBucketInput,
): Promise<boolean> {
  const { record, name } = bucket;
  if (!belongsTo(identity, record.owner))
    throw new OssError("BucketAlreadyExists", { BucketName: name });
  const otherClass = input.storageClass !== undefined && input.storageClass !== record.storageClass;
  const otherRedundancy =
    input.dataRedundancyType !== undefined && input.dataRedundancyType !== record.redundancy;
  if (otherClass || otherRedundancy) {
    throw new OssError(
      "BucketAlreadyExists",
      { BucketName: name },
      {
        message:
          "Cannot modify existing bucket's " +
          `${otherClass ? "storage class" : "data redundancy type"}.`,
      },
    );
  }
  // Without an ACL header the bucket keeps its own (integration test of the Java SDK).
  if (bucket.gate.state === "deleting") return false;
  const { acl } = input;
  if (acl === undefined) return true;
  await refusePublicAcl(services, bucket, acl);
  return tryWriteConfig(services, bucket, { name: "acl", value: { acl } });
}
