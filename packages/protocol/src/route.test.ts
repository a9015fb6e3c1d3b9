// Every operation is reachable, and none hides another.
import { describe, expect, test } from "vitest";
import type { Operation } from "./operation.ts";
import { operations } from "./operations/index.ts";
import { unimplemented } from "./operations/unimplemented.ts";
import { parseQuery } from "./query.ts";
import { route } from "./route.ts";

const ask = (
  method: string,
  level: "service" | "bucket" | "object",
  query: string,
  header?: string,
) => route({ method, level, query: parseQuery(query), hasHeader: (name) => name === header });

describe("routing", () => {
  test.each(Object.keys(operations))("selects %s by its declaration", (name) => {
    const found: Operation<object, object> = operations[name as keyof typeof operations];
    // One of several values selects it.
    const query = (found.selectors ?? []).map((one) => one.split("|", 1)[0]).join("&");
    const operation = found.sharesRouteWith ?? name;
    expect(ask(found.method, found.level, query, found.selectingHeader)).toEqual({
      kind: "operation",
      operation,
    });
  });

  test.each(Object.entries(unimplemented))("finds %s unimplemented, by name", (name, entry) => {
    for (const method of entry.methods) {
      expect(ask(method, entry.level, entry.selectors.join("&"))).toMatchObject({
        kind: "unimplemented",
        name,
      });
    }
  });

  test("has one operation for each method, level and set of selectors", () => {
    const places = new Map<string, string>();
    const claim = (place: string, name: string): void => {
      expect(places.get(place), `${name} and ${places.get(place)} share ${place}`).toBeUndefined();
      places.set(place, name);
    };
    for (const declared of Object.values(operations)) {
      if ("sharesRouteWith" in declared) continue;
      const {
        name,
        method,
        level,
        selectors = [],
        selectingHeader = "",
      }: Operation<object, object> = declared;
      claim(`${method} ${level} ${[...selectors].sort().join("&")} ${selectingHeader}`, name);
    }
    for (const [name, { methods, level, selectors }] of Object.entries(unimplemented)) {
      for (const method of methods)
        claim(`${method} ${level} ${[...selectors].sort().join("&")} `, name);
    }
    expect(places.size).toBeGreaterThan(100);
  });

  test("refuses sub-resources of no operation, and accepts those that modify one", () => {
    let refused = 0;
    for (const name of [
      "redundancyTransition",
      "qosInfo",
      "requesterQosInfo",
      "accessPointPolicyForObjectProcess",
      "rtc",
      "partNumber",
      "group",
      "udf",
    ]) {
      for (const method of ["PUT", "DELETE", "POST", "GET"]) {
        for (const level of ["bucket", "object"] as const) {
          const found = ask(method, level, name);
          expect(found.kind, `${method} ${level} ${name}`).not.toBe("operation");
          refused += 1;
        }
      }
    }
    expect(refused).toBe(64);
    expect(
      ask("PUT", "object", "callback=x&callback-var=y&x-oss-traffic-limit=819200"),
    ).toMatchObject({ operation: "putObject" });
    expect(ask("GET", "object", "response-content-type=x&versionId=null")).toMatchObject({
      operation: "getObject",
    });
    expect(ask("GET", "bucket", "list-type=2&continuation-token=x")).toMatchObject({
      operation: "listObjectsV2",
    });
  });

  test("treats a selector with an empty value as one without a value", () => {
    expect(ask("GET", "bucket", "acl=")).toEqual(ask("GET", "bucket", "acl"));
    expect(ask("GET", "bucket", "prefix=a&unknown=1")).toMatchObject({ operation: "listObjects" });
    expect(ask("GET", "bucket", "list-type=1")).toMatchObject({ operation: "listObjects" });
    expect(ask("PATCH", "bucket", "")).toEqual({ kind: "unknown" });
  });
});
