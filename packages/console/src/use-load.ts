// Keeps what was loaded for a key, and loads it again from time to time.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { AdminApi, AdminRoute } from "@ossicle/server";
import { ask, type AskOptions } from "./ask.ts";
import { now } from "./now.ts";
import { queryOf } from "./place.ts";
import { useSigned } from "./signed.ts";

/** What was loaded. While it is loaded again, the last value stays. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly again: () => void;
}

/** How often live pages ask, in milliseconds. */
export const liveMs = 2_000;

/**
 * A live page waits at least this many times as long as the server took for the last answer. Thus
 * figures of a million deliveries are asked for less often than a page of them.
 */
const restFactor = 100;

/**
 * Loads a value, again when the key changes, and again every `everyMs` while the page is visible.
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal, onServerMs: (ms: number) => void) => Promise<T>,
  everyMs?: number,
): Loaded<T> {
  const [found, setFound] = useState<{ key: string; value?: T; error?: unknown }>({ key });
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const isLoading = useRef(false);
  const restsUntilMs = useRef(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    restsUntilMs.current = 0;
    const onServerMs = (ms: number): void => {
      if (!signal.aborted) restsUntilMs.current = now() + ms * restFactor;
    };
    isLoading.current = true;
    load(signal, onServerMs)
      .then((value) => {
        if (!controller.signal.aborted) setFound({ key, value });
      })
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        setFound((before) => ({ ...(before.key === key ? before : { key }), error }));
      })
      .finally(() => {
        if (!controller.signal.aborted) isLoading.current = false;
      });
    return () => controller.abort();
    // `key` identifies everything that `load` depends on.
  }, [key, round]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      const isDue = !document.hidden && now() >= restsUntilMs.current;
      if (isDue && !isLoading.current) again();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, again]);
  const isCurrent = found.key === key;
  return {
    value: isCurrent ? found.value : undefined,
    error: isCurrent ? found.error : undefined,
    again,
  };
}

/** Asks the admin listener, and again every `everyMs`. */
export function useAnswer<Route extends AdminRoute>(
  route: Route,
  options: Pick<AskOptions, "id" | "parameters"> = {},
  everyMs?: number,
): Loaded<AdminApi[Route]> {
  const { session } = useSigned();
  const key = [route, options.id, queryOf(options.parameters ?? {})].join(" ");
  return useLoad(
    key,
    (signal, onServerMs) => ask(session, route, { ...options, signal, onServerMs }),
    everyMs,
  );
}
