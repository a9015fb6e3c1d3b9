// Compares signatures in constant time, so that timing does not reveal how much of one was right.
import { timingSafeEqual } from "node:crypto";

/** Whether two texts are the same, in time that depends on their lengths only. */
export function sameSecret(expected: string, provided: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(provided)];
  return left.length === right.length && timingSafeEqual(left, right);
}
