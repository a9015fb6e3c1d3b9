// A long list, of which only the rows in sight are drawn.
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Height of a row in pixels; the style sheet says the same. */
export const rowPixels = 32;

/**
 * Most rows of a list: no browser draws a taller element. Firefox's limit is the lowest, 17,895,697
 * pixels (its largest `nscoord`).
 */
export const maxRows = 500_000;

/** Height of the list's two borders in pixels. */
const borderPixels = 2;

interface RowsProps {
  readonly count: number;
  readonly label: string;
  readonly row: (at: number) => JSX.Element;
  /** Called when the last row comes into sight. */
  readonly onEnd: () => void;
}

/** The list, which scrolls by itself. */
export function VirtualRows({ count, label, row, onEnd }: RowsProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [, setRound] = useState(0);
  const [virtualizer] = useState(
    () =>
      new Virtualizer<HTMLDivElement, HTMLDivElement>({
        count,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowPixels,
        overscan: 12,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        onChange: () => setRound((before) => before + 1),
      }),
  );
  virtualizer.setOptions({ ...virtualizer.options, count });
  // oxlint-disable no-underscore-dangle -- the names that the library gives to its adapters
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  // oxlint-enable no-underscore-dangle
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= count - 1) onEnd();
  }, [last, count]);
  return (
    <div
      class="virtual"
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label={label}
      style={{ maxHeight: `${count * rowPixels + borderPixels}px` }}
    >
      <div class="virtual-rows" role="list" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {items.map(({ index, start }) => (
          <div
            key={index}
            class="virtual-row"
            role="listitem"
            aria-posinset={index + 1}
            aria-setsize={count}
            style={{ transform: `translateY(${start}px)` }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
