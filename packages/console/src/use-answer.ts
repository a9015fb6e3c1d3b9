// Keeps the answer to a question of the admin listener, and asks again from time to time.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask, AskError } from "./ask.ts";
import type { Session } from "./session.ts";

/** An answer. While a newer one is fetched, the last one stays. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly error: AskError | undefined;
  readonly again: () => void;
}

/** How often live pages ask, in milliseconds. */
export const liveMs = 2_000;

/** Asks a question, and again every `everyMs` while the page is visible. */
export function useAnswer<T>(session: Session, path: string, everyMs?: number): Answer<T> {
  const [found, setFound] = useState<{ path: string; value?: T; error?: AskError }>({ path });
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const isAsking = useRef(false);
  useEffect(() => {
    const controller = new AbortController();
    isAsking.current = true;
    ask<T>(session, path, { signal: controller.signal })
      .then((value) => setFound({ path, value }))
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        const shown = error instanceof AskError ? error : new AskError(0, String(error));
        setFound((before) => ({ ...(before.path === path ? before : { path }), error: shown }));
      })
      .finally(() => {
        if (!controller.signal.aborted) isAsking.current = false;
      });
    return () => controller.abort();
  }, [session, path, round]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden && !isAsking.current) again();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, again]);
  const isCurrent = found.path === path;
  return {
    value: isCurrent ? found.value : undefined,
    error: isCurrent ? found.error : undefined,
    again,
  };
}
