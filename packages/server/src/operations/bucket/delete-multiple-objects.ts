// DeleteMultipleObjects: removes each object on its own. The result lists every requested object,
// whether or not it existed.
import { setImmediate } from "node:timers/promises";
import {
  decodeKey,
  type DeletedObject,
  maxDeletedObjects,
  type ObjectIdentifier,
  OssError,
  utf8ToBinary,
} from "@ossicle/protocol";
import { lookUp } from "../../objects/buckets/look-up.ts";
import { findVersion } from "../../objects/versions/find-version.ts";
import { requireMutable } from "../../objects/versions/retention.ts";
import { maxRemovedTogether, removeTogether } from "../../objects/versions/remove-together.ts";
import { removeObject, removeVersion } from "../../objects/versions/remove-version.ts";
import { authorize } from "../../access/authorize.ts";
import { policiesOf } from "../../access/judge.ts";
import type { BucketContext, Handler } from "../handler.ts";
import { checkVersionId } from "../object/require-version.ts";

/**
 * Removals that run at a time, those of small objects in one commit: few enough to leave capacity
 * for other requests.
 */
const concurrency = maxRemovedTogether;

/** Longest time that the checks take before other requests run, in milliseconds. */
const longestTurnMs = 5;

/** Removes objects. */
export const deleteMultipleObjects: Handler<"deleteMultipleObjects"> = async (context, input) => {
  // An empty version id counts as absent.
  const objects = input.objects.map(({ key, versionId }) =>
    versionId === undefined || versionId === "" ? { key } : { key, versionId },
  );
  if (objects.length === 0 || objects.length > maxDeletedObjects) {
    throw malformed(`The document must name 1 to ${maxDeletedObjects} objects.`);
  }
  const mayBypass = input.bypassGovernanceRetention === true;
  let yieldedMs = performance.now();
  for (const { key, versionId } of objects) {
    // Lets other requests run in between, because the check of long policies takes time.
    if (performance.now() - yieldedMs > longestTurnMs) {
      await setImmediate();
      yieldedMs = performance.now();
    }
    if (key === undefined) throw malformed("An Object has no Key.");
    decodeKey(utf8ToBinary(key));
    if (versionId !== undefined) checkVersionId(versionId);
    await authorizeKey(context, { key, versionId, mayBypass });
  }
  await requireAllMutable(context, objects, mayBypass);
  const deleted: DeletedObject[] = [];
  for (let at = 0; at < objects.length; at += concurrency) {
    const some = objects.slice(at, at + concurrency);
    deleted.push(...(await removeSome(context, some, mayBypass)));
  }
  const encodingType = input.encodingType ?? input.encodingTypeHeader;
  const encoding = encodingType === undefined ? {} : { encodingType };
  const output = { ...encoding, deleted };
  return input.quiet === true ? { output, silent: true } : { output };
};

interface Doomed {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly mayBypass: boolean;
}

// Only a condition on the object's tags needs the object.
async function authorizeKey(
  { services, identity, bucket, found }: BucketContext,
  { key, versionId, mayBypass }: Doomed,
): Promise<void> {
  const subject = { operation: "deleteObject", bucket: bucket.name, key, versionId } as const;
  const asked = policiesOf(identity, bucket).some(({ testsTags }) => testsTags)
    ? await findVersion(services, { bucket: bucket.name, key, versionId }, ["access"])
    : { ...found, head: undefined, version: undefined };
  const implied = mayBypass ? ["BypassGovernanceRetention"] : [];
  authorize(identity, subject, { found: asked, implied });
}

// Throws FileImmutable before anything is removed, if one of the objects is retained. A removal in
// a bucket with versions only adds a delete marker.
async function requireAllMutable(
  { services, bucket }: BucketContext,
  objects: readonly Partial<ObjectIdentifier>[],
  mayBypass: boolean,
): Promise<void> {
  const { gate, name } = bucket;
  if (gate.worm === undefined && gate.objectWorm === undefined) return;
  const doomed = objects.filter(
    ({ versionId }) => versionId !== undefined || gate.versioning !== "Enabled",
  );
  for (let at = 0; at < doomed.length; at += concurrency) {
    const group = doomed.slice(at, at + concurrency).map(async ({ key, versionId }) => {
      const { version } = await findVersion(services, { bucket: name, key, versionId }, []);
      const occasion = { nowMs: services.clock(), mayBypass };
      if (version !== undefined) requireMutable(gate, version.record, occasion);
    });
    await Promise.all(group);
  }
}

function malformed(detail: string): OssError<"MalformedXML"> {
  return new OssError("MalformedXML", { ErrorDetail: detail }, { ec: "0016-00000608" });
}

async function removeSome(
  context: BucketContext,
  objects: readonly ObjectIdentifier[],
  mayBypass: boolean,
): Promise<readonly DeletedObject[]> {
  const keys = objects.flatMap(({ key, versionId }) => (versionId === undefined ? [key] : []));
  const gone = await removeTogether(context.services, context.bucket, keys);
  return Promise.all(
    objects.map(async (object) =>
      object.versionId === undefined && gone.has(object.key)
        ? { key: object.key }
        : await removeOne(context, object, mayBypass),
    ),
  );
}

async function removeOne(
  { services, bucket }: BucketContext,
  { key, versionId }: ObjectIdentifier,
  mayBypass: boolean,
): Promise<DeletedObject> {
  const found = await lookUp(services, bucket.name, key, ["access"]);
  if (found.bucket?.record.id !== bucket.record.id) {
    throw new OssError("NoSuchBucket", { BucketName: bucket.name });
  }
  const target = { bucket: found.bucket, key, head: found.head };
  if (versionId === undefined) {
    const { versionId: made, deleteMarker } = await removeObject(services, target);
    return deleteMarker === true && made !== undefined
      ? { key, deleteMarker, deleteMarkerVersionId: made }
      : { key };
  }
  const { deleteMarker } = await removeVersion(services, { ...target, mayBypass }, versionId);
  return deleteMarker === true
    ? { key, versionId, deleteMarker, deleteMarkerVersionId: versionId }
    : { key, versionId };
}
