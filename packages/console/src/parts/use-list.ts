// The state of a form that edits a list.
import { useState } from "preact/hooks";

/** A list that is being edited. */
export interface EditedList<Item> {
  readonly items: readonly Item[];
  readonly set: (items: readonly Item[]) => void;
  readonly change: (at: number, changed: Partial<Item>) => void;
  readonly add: (item: Item) => void;
  readonly remove: (at: number) => void;
}

/** Edits a copy of a list. */
export function useList<Item extends object>(first: readonly Item[]): EditedList<Item> {
  const [items, set] = useState(first);
  return {
    items,
    set,
    change: (at, changed) =>
      set(items.map((item, place) => (place === at ? { ...item, ...changed } : item))),
    add: (item) => set([...items, item]),
    remove: (at) => set(items.filter((_, place) => place !== at)),
  };
}
