// Ranges of GetObject. OSS answers most ranges outside the object with the whole object, unless the
// request selects standard behaviour.
import { OssError } from "./oss-error.ts";

/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Longest Range header that is parsed, in characters. A longer one counts as malformed, and gives
 * the whole object.
 */
const maxRangeLength = 200;

/**
 * Decides which bytes a Range header asks for; undefined means the whole object. Throws
 * InvalidRange.
 */
export function resolveRange(
  header: string | undefined,
  { sizeBytes, standard }: { readonly sizeBytes: number; readonly standard: boolean },
): ByteRange | undefined {
  if (header === undefined) return undefined;
  // A malformed range, or one whose start is after its end, gives the whole object (integration
  // tests of the Java SDK). OSS does not document several ranges; we give the whole object too.
  // Blanks are removed first, because a pattern that skips them takes quadratic time on long runs
  // of blanks.
  const compact = header.length > maxRangeLength ? "" : header.replaceAll(/\s/g, "");
  // A comma behind a single range ends an empty second one (integration test of the Java SDK).
  const match = /^bytes=(\d*)-(\d*),*$/.exec(compact);
  if (match === null) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return undefined;
  const refuse = (): OssError<"InvalidRange"> =>
    new OssError("InvalidRange", { ActualObjectSize: String(sizeBytes), RangeRequested: header });
  if (from === "") return suffixRange(Number(to), { sizeBytes, standard, refuse });
  const first = Number(from);
  const last = to === "" ? sizeBytes - 1 : Number(to);
  if (to !== "" && first > last) return undefined;
  if (first >= sizeBytes) {
    if (standard) throw refuse();
    return undefined;
  }
  if (last < sizeBytes) return { first, last };
  return standard ? { first, last: sizeBytes - 1 } : undefined;
}

interface SuffixContext {
  readonly sizeBytes: number;
  readonly standard: boolean;
  readonly refuse: () => OssError<"InvalidRange">;
}

function suffixRange(length: number, context: SuffixContext): ByteRange | undefined {
  // `bytes=-0` is 416 in both modes (integration tests of the Java SDK).
  if (length === 0) throw context.refuse();
  if (length <= context.sizeBytes) {
    return { first: context.sizeBytes - length, last: context.sizeBytes - 1 };
  }
  // A suffix longer than the object gives the whole object by default (documentation). RFC 9110
  // requires a 206 with all of it.
  return context.standard && context.sizeBytes > 0
    ? { first: 0, last: context.sizeBytes - 1 }
    : undefined;
}
