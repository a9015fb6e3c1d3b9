// The addresses of objects in the console.
import { addressOf } from "../place.ts";

/** The address of an object's page. */
export function objectAddress(bucket: string, key: string, versionId?: string): string {
  return addressOf(`/buckets/${bucket}/object`, { key, version: versionId });
}
