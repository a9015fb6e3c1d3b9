// The words for an error.
import { OssError } from "@ossicle/client";
import type { ErrorCode } from "@ossicle/protocol";
import { AskError } from "../ask-error.ts";
import { IntoItselfError } from "../objects/change-objects.ts";
import type { Words } from "../words/en.ts";

/** What went wrong, in words. */
export function explain(words: Words, cause: unknown): string {
  if (cause instanceof AskError && cause.status === 0) return words.unreachable;
  if (isNetworkFailure(cause)) return words.unreachable;
  if (cause instanceof IntoItselfError) return words.objects.intoItself;
  const code = codeOf(cause);
  if (/^(?:InvalidAccessKeyId|SignatureDoesNotMatch)$/.test(code)) return words.wrongKey;
  if (code === "RequestTimeTooSkewed") return words.wrongClock;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === "")
    return cause instanceof AskError ? words.refused(cause.status, message) : message;
  const remedy = Object.hasOwn(words.remedies, code) ? words.remedies[code as ErrorCode] : "";
  // OSS's own texts are sentences without a full stop, or the code once more.
  const sentence = message === code ? "" : `${message.replace(/[^.]$/, "$&.")} `;
  return `${code}: ${sentence}${remedy}`.trimEnd();
}

/** Whether a request got no answer. */
export function isNetworkFailure(cause: unknown): boolean {
  return (
    cause instanceof TypeError ||
    (cause instanceof DOMException &&
      (cause.name === "TimeoutError" || cause.name === "NetworkError"))
  );
}

/** Codes that say that the session's key is not valid any more. */
const overCodes: ReadonlySet<string> = new Set([
  "InvalidAccessKeyId",
  "SecurityTokenExpired",
  "InvalidSecurityToken",
]);

/** Whether the session is over. */
export function isSessionOver(cause: unknown): boolean {
  return overCodes.has(codeOf(cause));
}

/** OSS's code of an error; empty for any other. */
export function codeOf(cause: unknown): string {
  const isCoded = cause instanceof AskError || cause instanceof OssError;
  return isCoded ? (cause.code ?? "") : "";
}
