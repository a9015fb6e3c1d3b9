// Lists a folder, and goes on when its end comes into sight.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { maxRows } from "../parts/virtual-rows.tsx";
import { useSigned } from "../signed.ts";
import type { Loaded } from "../use-load.ts";
import { Listing, type ListingPlace, type Row } from "./listing.ts";

/** A listing as a page shows it. */
export interface ShownListing extends Pick<Loaded<unknown>, "error" | "again"> {
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  /** Whether there is more than a list can hold. */
  readonly isFull: boolean;
  /** Loads the next page, unless one is under way. */
  readonly more: () => void;
}

/** Lists a place from its beginning; again when it changes. */
export function useListing(place: ListingPlace): ShownListing {
  const { connection } = useSigned();
  const { bucket, prefix, hasVersions, startAfter } = place;
  const [round, setRound] = useState(0);
  const [, setLoaded] = useState(0);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>();
  const listing = useMemo(
    () => new Listing(connection, place),
    [connection, bucket, prefix, hasVersions, startAfter, round],
  );
  const running = useRef<AbortController | undefined>(undefined);
  const load = useCallback(() => {
    if (running.current !== undefined || !listing.hasMore) return;
    if (listing.rows.length >= maxRows) return;
    const controller = new AbortController();
    running.current = controller;
    setLoading(true);
    setError(undefined);
    listing
      .more(controller.signal)
      .catch((cause: unknown) => {
        if (!controller.signal.aborted) setError(cause);
      })
      .finally(() => {
        if (controller.signal.aborted) return;
        running.current = undefined;
        setLoading(false);
        setLoaded((before) => before + 1);
      });
  }, [listing]);
  useEffect(() => {
    load();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, [load]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return {
    rows: listing.rows,
    hasMore: listing.hasMore,
    isFull: listing.hasMore && listing.rows.length >= maxRows,
    isLoading,
    error,
    // After a failure, what is loaded stays.
    again: error === undefined ? again : load,
    more: load,
  };
}
