// Decides which operation a request names: by method, level, and the query parameters or header that select it.
import type { Operation } from "./operation.ts";
import { operations, type OperationName } from "./operations/index.ts";
import { unimplemented } from "./operations/unimplemented.ts";
import type { QueryParameter } from "./query.ts";

/** What decides the route. */
export interface RouteQuestion {
  readonly method: string;
  readonly level: "service" | "bucket" | "object";
  readonly query: readonly QueryParameter[];
  /** Whether the request has a header, by lower-case name. */
  readonly hasHeader: (name: string) => boolean;
}

/** Where a request goes. */
export type Route =
  | { readonly kind: "operation"; readonly operation: OperationName }
  | { readonly kind: "unimplemented"; readonly name: string; readonly parameter: string }
  | { readonly kind: "unknown" };

interface Candidate {
  readonly selectors: readonly string[];
  readonly selectingHeader: string | undefined;
  readonly route: Route;
}

const candidates: ReadonlyMap<string, readonly Candidate[]> = buildCandidates();

/** Routes a request. The candidate with most selectors wins, so no order of declarations can hide one. */
export function route(question: RouteQuestion): Route {
  const found = candidates.get(`${question.method} ${question.level}`);
  return found?.find((candidate) => applies(candidate, question))?.route ?? { kind: "unknown" };
}

function applies(candidate: Candidate, { query, hasHeader }: RouteQuestion): boolean {
  const { selectors, selectingHeader } = candidate;
  if (selectingHeader !== undefined && !hasHeader(selectingHeader)) return false;
  return selectors.every((selector) => {
    const equals = selector.indexOf("=");
    const name = equals < 0 ? selector : selector.slice(0, equals);
    return query.some(
      (parameter) =>
        parameter.name === name && (equals < 0 || parameter.value === selector.slice(equals + 1)),
    );
  });
}

function buildCandidates(): ReadonlyMap<string, readonly Candidate[]> {
  const table = new Map<string, Candidate[]>();
  const add = (method: string, level: string, candidate: Candidate): void => {
    const place = `${method} ${level}`;
    table.set(place, [...(table.get(place) ?? []), candidate]);
  };
  for (const [name, declared] of Object.entries(operations)) {
    const operation = declared as unknown as Operation<object, object>; // only the parts common to all are read
    add(operation.method, operation.level, {
      selectors: operation.selectors ?? [],
      selectingHeader: operation.selectingHeader,
      route: { kind: "operation", operation: name as OperationName },
    });
  }
  for (const [name, entry] of Object.entries(unimplemented)) {
    for (const method of entry.methods) {
      add(method, entry.level, {
        selectors: entry.selectors,
        selectingHeader: undefined,
        route: { kind: "unimplemented", name, parameter: entry.selectors.join("&") },
      });
    }
  }
  const weight = (one: Candidate): number =>
    one.selectors.length + (one.selectingHeader === undefined ? 0 : 1);
  for (const list of table.values()) list.sort((left, right) => weight(right) - weight(left));
  return table;
}
