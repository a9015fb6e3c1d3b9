// The words for an error.
import { AskError } from "../ask.ts";
import type { Words } from "../words/en.ts";

/** What went wrong, in words. */
export function explain(words: Words, cause: unknown): string {
  if (!(cause instanceof AskError)) return String(cause);
  if (cause.status === 0) return words.unreachable;
  const { code = "" } = cause;
  if (/^(?:InvalidAccessKeyId|SignatureDoesNotMatch)$/.test(code)) return words.wrongKey;
  return code === "RequestTimeTooSkewed" ? words.wrongClock : cause.message;
}
