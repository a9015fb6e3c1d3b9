// Keys of the objects that hold access logs.
import { randomBytes } from "node:crypto";

/** `<prefix><source bucket>YYYY-mm-DD-HH-MM-SS-<unique>` (logging documentation). */
export function logKeyOf(prefix: string, bucket: string, nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, "-");
  return `${prefix}${bucket}${time}-${randomBytes(4).toString("hex")}`;
}
