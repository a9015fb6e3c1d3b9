// The limit of queries: in all and for one address, and that an ended query makes room.
import { expect, test } from "vitest";
import { QueryLimiter } from "./query-limiter.ts";

const refusal = expect.objectContaining({
  code: "ServiceUnavailable",
  headers: { "Retry-After": "5" },
});

test("an address has its share, and a query that has ended makes room for another", () => {
  const limiter = new QueryLimiter({ maxQueries: 3, maxQueriesOfClient: 2 });
  const release = limiter.acquire("192.0.2.1");
  limiter.acquire("192.0.2.1");
  expect(() => limiter.acquire("192.0.2.1")).toThrow(refusal);
  limiter.acquire("192.0.2.2");
  expect(() => limiter.acquire("192.0.2.3")).toThrow(refusal);
  release();
  release();
  limiter.acquire("192.0.2.3");
  expect(() => limiter.acquire("192.0.2.1")).toThrow(refusal);
});
