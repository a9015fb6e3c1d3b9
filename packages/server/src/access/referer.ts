// Judges the Referer of a request by the bucket's document. The rules are those of OSS's page
// "Configure hotlink protection", and the ECs those of its pages 0003-00000501 to 503.
import { matches, OssError, type RefererConfiguration } from "@ossicle/protocol";

/** Throws AccessDenied when the document does not let a Referer in. */
export function requireReferer(
  configuration: RefererConfiguration,
  referer: string | undefined,
): void {
  const { allowEmptyReferer, refererList, refererBlacklist } = configuration;
  if (referer === undefined || referer === "") {
    if (!allowEmptyReferer) throw denied("0003-00000501");
    return;
  }
  const judged = truncated(referer, configuration);
  const isIn = (patterns: readonly string[] = []): boolean =>
    patterns.some((pattern) => beginsWith(judged, pattern));
  if (isIn(refererBlacklist?.referer)) throw denied("0003-00000502");
  const allowed = refererList?.referer ?? [];
  if (allowed.length > 0 && !isIn(allowed)) throw denied("0003-00000503");
}

function denied(ec: string): OssError<"AccessDenied"> {
  return new OssError(
    "AccessDenied",
    {},
    { message: "You are denied by bucket referer policy.", ec },
  );
}

// The fragment is no part of a Referer (RFC 9110, section 10.1.3).
function truncated(
  referer: string,
  { allowTruncateQueryString = true, truncatePath = false }: RefererConfiguration,
): string {
  if (truncatePath) return /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*/i.exec(referer)?.[0] ?? referer;
  return allowTruncateQueryString ? (referer.split("?", 1)[0] ?? referer) : referer;
}

// A pattern matches a beginning: `www.example.com` also matches `www.example.com/a`. Without a
// scheme it matches any.
function beginsWith(referer: string, pattern: string): boolean {
  const withoutScheme = referer.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  return [referer, withoutScheme].some((text) => matches(`${pattern}*`, text, false));
}
