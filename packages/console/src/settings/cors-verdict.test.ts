// The verdict on a request names the rule that allows it, or what does not fit in each.
import type { CorsRule } from "@ossicle/protocol";
import { expect, test } from "vitest";
import { corsVerdict } from "./cors-verdict.ts";

const rules: readonly CorsRule[] = [
  {
    allowedOrigins: ["https://a.com"],
    allowedMethods: ["GET"],
    allowedHeaders: ["X-Oss-*"],
    exposeHeaders: [],
  },
  {
    allowedOrigins: ["https://*.b.com"],
    allowedMethods: ["GET", "PUT"],
    allowedHeaders: ["*"],
    exposeHeaders: ["ETag"],
  },
];

test.each([
  [{ origin: "https://a.com", method: "GET", headers: ["x-oss-date"] }, 0, []],
  [{ origin: "https://x.b.com", method: "PUT", headers: [] }, 1, [["origin", "method"]]],
  [
    { origin: "https://a.com", method: "GET", headers: ["Authorization"] },
    undefined,
    [["headers"], ["origin"]],
  ],
  [
    { origin: "https://c.com", method: "DELETE", headers: [] },
    undefined,
    [
      ["origin", "method"],
      ["origin", "method"],
    ],
  ],
])("%j", (question, rule, mismatches) => {
  expect(corsVerdict(rules, question)).toEqual({ rule, mismatches });
});
