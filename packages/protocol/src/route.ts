// Decides which operation a request names: by method, level, and the query parameters or header
// that select it.
import type { Operation } from "./operation.ts";
import { operations, type OperationName } from "./operations/index.ts";
import { unimplemented } from "./operations/unimplemented.ts";
import type { QueryParameter } from "./query.ts";
import { isSubresource } from "./signing/subresources.ts";

/** What decides the route. */
export interface RouteQuestion {
  readonly method: string;
  readonly level: "service" | "bucket" | "object";
  readonly query: readonly QueryParameter[];
  /** Whether the request has a header, by lower-case name. */
  readonly hasHeader: (name: string) => boolean;
}

/** The result of routing. */
export type Route =
  | { readonly kind: "operation"; readonly operation: OperationName }
  | { readonly kind: "unimplemented"; readonly name: string; readonly parameter: string }
  | { readonly kind: "unknown" };

interface Candidate {
  readonly selectors: readonly string[];
  readonly modifiers: readonly string[];
  readonly selectingHeader: string | undefined;
  readonly route: Route;
}

const candidates: ReadonlyMap<string, readonly Candidate[]> = buildCandidates();

/**
 * Routes a request. The candidate with the most selectors wins, so the order of declarations does
 * not matter.
 */
export function route(question: RouteQuestion): Route {
  const found = candidates.get(`${question.method} ${question.level}`);
  const candidate = found?.find((one) => applies(one, question));
  if (candidate === undefined) return { kind: "unknown" };
  // A preflight is about the bucket or object. The sub-resource of the later request does not
  // matter.
  if (question.method === "OPTIONS") return candidate.route;
  const stray = strayOperation(candidate, question.query);
  if (stray === undefined || candidate.route.kind === "unimplemented") return candidate.route;
  return { kind: "unimplemented", name: `The sub-resource ${stray}`, parameter: stray };
}

// A sub-resource of an operation must never select another one: `DELETE /bucket?overwriteConfig` is
// not DeleteBucket.
function strayOperation(
  { selectors, modifiers: own }: Candidate,
  query: readonly QueryParameter[],
): string | undefined {
  return query.find(
    ({ name }) =>
      isSubresource(name) &&
      !isModifier(name) &&
      !own.includes(name) &&
      !selectors.some((selector) => selector.split("=", 1)[0] === name),
  )?.name;
}

const modifiers = new RegExp(
  `^(?:${[
    "response-",
    "callback",
    "security-token$",
    "continuation-token$",
    "versionId$",
    "x-oss-(?:traffic-limit|request-payer|ac-)",
    "sequential$",
    "status$",
    "startTime$",
    "endTime$",
  ].join("|")})`,
);

/** Whether a sub-resource only modifies the operation, and does not select it. */
function isModifier(name: string): boolean {
  return modifiers.test(name);
}

function applies(candidate: Candidate, { query, hasHeader }: RouteQuestion): boolean {
  const { selectors, selectingHeader } = candidate;
  if (selectingHeader !== undefined && !hasHeader(selectingHeader)) return false;
  return selectors.every((selector) => {
    const equals = selector.indexOf("=");
    const name = equals < 0 ? selector : selector.slice(0, equals);
    return query.some(
      (parameter) =>
        parameter.name === name &&
        (equals < 0 ||
          selector
            .slice(equals + 1)
            .split("|")
            .includes(parameter.value)),
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
    // Only the parts common to all are read.
    const operation = declared as unknown as Operation<object, object>;
    if (operation.sharesRouteWith !== undefined) continue;
    const candidate: Candidate = {
      selectors: operation.selectors ?? [],
      modifiers: operation.modifiers ?? [],
      selectingHeader: operation.selectingHeader,
      route: { kind: "operation", operation: name as OperationName },
    };
    add(operation.method, operation.level, candidate);
    if (operation.otherMethod !== undefined) {
      add(operation.otherMethod, operation.level, candidate);
    }
  }
  for (const [name, entry] of Object.entries(unimplemented)) {
    for (const method of entry.methods) {
      add(method, entry.level, {
        selectors: entry.selectors,
        modifiers: [],
        selectingHeader: undefined,
        route: { kind: "unimplemented", name, parameter: entry.selectors.join("&") },
      });
    }
  }
  const weight = (one: Candidate): number =>
    one.selectors.length +
    one.selectors.filter((selector) => selector.includes("=")).length / 2 +
    (one.selectingHeader === undefined ? 0 : 1);
  for (const list of table.values()) list.sort((left, right) => weight(right) - weight(left));
  return table;
}
