// Reads and writes past the page cache (O_DIRECT).
import { errorCode } from "../error-facts.ts";

/** Whether the file system has refused direct access, as tmpfs does. */
export function isDirectRefusal(cause: unknown): boolean {
  return ["EINVAL", "ENOTSUP"].includes(errorCode(cause) ?? "");
}
