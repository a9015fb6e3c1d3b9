// Commits to the metadata store: mints the version, recognises its own commit in a conflict, and
// turns an unknown outcome into 503, never into a blind retry.
import { OssError } from "@ossicle/protocol";
import { type Commit, type Entry, type MetadataStore, mintVersion } from "@ossicle/store";

/** The result of a commit. The caller resolves its conflicts. */
export type Committed =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly current: readonly (Entry | undefined)[] };

/** Most tries against conflicts, with a pause that doubles between them. */
export const maxCommitTries = 16;

/** Longest pause between two tries, in milliseconds. */
const maxPauseMs = 20;

/** Commits once. Throws ServiceUnavailable when the outcome is unknown. */
export async function commitOnce(
  store: MetadataStore,
  parts: Omit<Commit, "version">,
): Promise<Committed> {
  const version = mintVersion();
  const { checks, puts, deletes } = parts;
  const outcome = await store.commit({ version, checks, puts, deletes });
  if (outcome.kind === "committed") return { ok: true, version };
  if (outcome.kind === "unknown") {
    throw new OssError(
      "ServiceUnavailable",
      {},
      { cause: outcome.cause, headers: { "Retry-After": "1" } },
    );
  }
  // The store may have applied the commit although its answer was lost. The commit then conflicts
  // with itself.
  const ours = outcome.current.some((entry) => entry?.version === version);
  return ours ? { ok: true, version } : { ok: false, current: outcome.current };
}

/** Waits before the next try: a random part of a doubling pause. */
export async function pauseBeforeTry(tries: number): Promise<void> {
  const limit = Math.min(maxPauseMs, 2 ** tries);
  await new Promise((resolve) => {
    setTimeout(resolve, Math.random() * limit);
  });
}
