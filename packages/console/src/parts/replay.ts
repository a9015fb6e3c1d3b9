// Sends deliveries again, several or all that filters find.
import type { AdminApi } from "@ossicle/server";
import { AskError } from "../ask-error.ts";
import { ask, type Delivery } from "../ask.ts";
import type { Session } from "../session.ts";

/** Deliveries that one request replays. */
const pageSize = "200";

/** Whether a delivery may be sent again. */
export function mayReplay({ state, discarded }: Pick<Delivery, "state" | "discarded">): boolean {
  return (state === "failed" || state === "dead") && discarded !== true;
}

/** How many deliveries will be sent again, and how many will not. */
export interface ReplayCounts {
  readonly replayed: number;
  readonly refused: number;
}

/** How a replay is watched and ended. */
export interface ReplayWatch {
  /** Called with the counts so far. */
  readonly onProgress: (counts: ReplayCounts) => void;
  readonly signal: AbortSignal;
}

/** Replays deliveries one by one. One that was replayed elsewhere meanwhile is refused. */
export async function replaySelected(
  session: Session,
  ids: readonly string[],
  { onProgress, signal }: ReplayWatch,
): Promise<void> {
  let [replayed, refused] = [0, 0];
  for (const id of ids) {
    try {
      await ask(session, "POST /deliveries/:id/replay", { id, signal });
      replayed += 1;
    } catch (cause) {
      const isOutcome = cause instanceof AskError && [404, 409].includes(cause.status);
      if (!isOutcome) throw cause;
      refused += 1;
    }
    onProgress({ replayed, refused });
  }
}

/** Replays all failed deliveries that filters find, page by page. */
export async function replayAll(
  session: Session,
  filters: Readonly<Record<string, string | undefined>>,
  { onProgress, signal }: ReplayWatch,
): Promise<void> {
  let [replayed, refused] = [0, 0];
  let after: string | undefined;
  do {
    const parameters = { ...filters, after, limit: pageSize };
    const page: AdminApi["POST /deliveries/replay"] = await ask(
      session,
      "POST /deliveries/replay",
      { parameters, signal },
    );
    const counts = Object.entries(page.outcomes);
    replayed += page.outcomes["replayed"] ?? 0;
    refused += counts.reduce((sum, [name, count]) => sum + (name === "replayed" ? 0 : count), 0);
    after = page.next;
    onProgress({ replayed, refused });
  } while (after !== undefined);
}
