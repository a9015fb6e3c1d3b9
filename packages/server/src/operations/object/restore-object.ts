// RestoreObject: makes an archived object readable for some days, after a delay that is a setting.
import { OssError, type StorageClass } from "@ossicle/protocol";
import { updateVersion } from "../../objects/versions/update-version.ts";
import type { OperationServices } from "../operation-services.ts";
import type { Handler } from "../handler.ts";
import { isArchive, restoreState } from "./archived.ts";
import { requireVersion, shownVersionId } from "./require-version.ts";
import type { ObjectRecord } from "../../objects/records/records.ts";

type RestoreInput = Parameters<Handler<"restoreObject">>[1];

const dayMs = 86_400_000;

/** How many days an object may stay restored, by class (OSS documentation, RestoreObject). */
const maxDays: Readonly<Partial<Record<StorageClass, number>>> = {
  Archive: 7,
  ColdArchive: 365,
  DeepColdArchive: 365,
};

/** The tiers that a restore may name, by class. Archive allows none. */
const tiers: Readonly<Partial<Record<StorageClass, readonly string[]>>> = {
  Archive: [],
  ColdArchive: ["Expedited", "Standard", "Bulk"],
  DeepColdArchive: ["Expedited", "Standard"],
};

/** Begins to restore an archived object, or extends a completed restore. */
export const restoreObject: Handler<"restoreObject"> = async (context, input) => {
  requireVersion(context, input);
  const { services, bucket, head } = context;
  const { key, versionId } = input;
  const changed = await updateVersion(services, { bucket, key, head, versionId }, (old) => ({
    record: restored(services, old, input),
    extended: restoreState(old, services.clock()) === "restored",
  }));
  if (changed === undefined) throw new OssError("NoSuchKey", { Key: key });
  const { record, extended } = changed;
  const priority = record.storageClass === "Archive" ? undefined : record.restore?.tier;
  return {
    status: extended ? 200 : 202,
    output: {
      ...(priority === undefined ? {} : { restorePriority: priority }),
      ...shownVersionId(bucket, record),
    },
  };
};

function restored(
  { clock, restoreDelayMs }: Pick<OperationServices, "clock" | "restoreDelayMs">,
  record: ObjectRecord,
  input: RestoreInput,
): ObjectRecord {
  if (!isArchive(record.storageClass)) {
    throw new OssError(
      "OperationNotSupported",
      { ResourceType: record.storageClass },
      { ec: "0016-00000702" },
    );
  }
  const tier = checkTier(record.storageClass, input);
  const days = checkDays(record.storageClass, input);
  const nowMs = clock();
  const state = restoreState(record, nowMs);
  if (state === "ongoing") throw new OssError("RestoreAlreadyInProgress");
  const readyMs =
    state === "restored" ? (record.restore?.readyMs ?? nowMs) : nowMs + restoreDelayMs;
  const expiresMs = Math.max(readyMs, nowMs) + days * dayMs;
  return { ...record, restore: { readyMs, expiresMs, ...(tier === undefined ? {} : { tier }) } };
}

function checkTier(
  storageClass: StorageClass,
  { jobParameters }: RestoreInput,
): string | undefined {
  if (storageClass === "Archive") {
    if (jobParameters === undefined) return undefined;
    throw new OssError("MalformedXML", {
      ErrorDetail: "JobParameters are for ColdArchive and DeepColdArchive only.",
    });
  }
  const tier = jobParameters?.tier ?? "Standard";
  if (tiers[storageClass]?.includes(tier) === true) return tier;
  throw new OssError("InvalidArgument", { ArgumentName: "Tier", ArgumentValue: tier });
}

function checkDays(storageClass: StorageClass, { days = 1 }: RestoreInput): number {
  if (days <= (maxDays[storageClass] ?? 0)) return days;
  throw new OssError("InvalidArgument", { ArgumentName: "Days", ArgumentValue: String(days) });
}
