// Places of queries: how many there are in all and for one address, and that they are given back.
import { expect, test } from "vitest";
import { QueryPlaces } from "./query-places.ts";

const refusal = expect.objectContaining({
  code: "ServiceUnavailable",
  headers: { "Retry-After": "5" },
});

test("an address has its share, and a place that is given back can be taken again", () => {
  const places = new QueryPlaces({ inAll: 3, ofClient: 2 });
  const giveBack = places.take("192.0.2.1");
  places.take("192.0.2.1");
  expect(() => places.take("192.0.2.1")).toThrow(refusal);
  places.take("192.0.2.2");
  expect(() => places.take("192.0.2.3")).toThrow(refusal);
  giveBack();
  giveBack();
  places.take("192.0.2.3");
  expect(() => places.take("192.0.2.1")).toThrow(refusal);
});
