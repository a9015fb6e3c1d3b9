// Where the console is: path and parameters of its address. They hold everything that a person has
// chosen, so that an address can be shared, and Back works.
import { useEffect, useState } from "preact/hooks";

/** The console's own part of the address. */
export interface Place {
  /** Without `/console`. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

const base = "/console";

function current(): Place {
  const { pathname, search } = location;
  return { path: pathname.slice(base.length) || "/", parameters: new URLSearchParams(search) };
}

/** The address of a page. */
export function addressOf(path: string, parameters: Parameters = {}): string {
  return base + path + queryOf(parameters);
}

/** Parameters of an address. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** Parameters as the query of an address. Empty ones are left out. */
export function queryOf(parameters: Parameters): string {
  const kept = Object.entries(parameters).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "",
  );
  const query = new URLSearchParams(kept).toString();
  return query === "" ? "" : `?${query}`;
}

const moved = new EventTarget();

/** Goes to an address of the console. Another page begins at its top, and has the focus. */
export function go(address: string, { replace = false } = {}): void {
  const before = location.pathname;
  if (replace) history.replaceState(undefined, "", address);
  else history.pushState(undefined, "", address);
  moved.dispatchEvent(new Event("move"));
  if (location.pathname === before) return;
  scrollTo(0, 0);
  document.querySelector<HTMLElement>("#content")?.focus({ preventScroll: true });
}

/** The place, which changes as the person moves. */
export function usePlace(): Place {
  const [place, setPlace] = useState(current);
  useEffect(() => {
    const look = (): void => setPlace(current());
    moved.addEventListener("move", look);
    addEventListener("popstate", look);
    return () => {
      moved.removeEventListener("move", look);
      removeEventListener("popstate", look);
    };
  }, []);
  return place;
}

/** Lets links of the console move within the page. */
export function followLinks(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (link === null || !isPlain || !link.pathname.startsWith(base)) return;
  if (link.origin !== location.origin || link.hasAttribute("download")) return;
  if (link.hash !== "") return; // a place on this page
  event.preventDefault();
  go(link.pathname + link.search);
}
