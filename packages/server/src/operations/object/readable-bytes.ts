// Whether a request may read the bytes of a version now.
import { OssError } from "@ossicle/protocol";
import { storeKeyId } from "../../objects/encryption/encryption-keys.ts";
import type { Head } from "../../objects/records/head.ts";
import type { BucketContext } from "../handler.ts";
import { refuseArchived } from "./archived.ts";

/**
 * Throws InvalidObjectState for bytes that cannot be read now, and AccessDenied for a request
 * without a signature to an object under a key of KMS.
 */
export function requireReadableBytes(
  { services, identity }: Pick<BucketContext, "services" | "identity">,
  { version, key }: { readonly version: Pick<Head, "record">; readonly key: string },
): void {
  const { record } = version;
  refuseArchived(record, { key, nowMs: services.clock() });
  const isOfKms = record.encryption !== undefined && record.encryption.key !== storeKeyId;
  if (!isOfKms || identity.kind !== "anonymous") return;
  throw new OssError("AccessDenied", {}, { message: "This request is forbidden by kms." });
}
