// The query of a request target.
import { expect, test } from "vitest";
import { parseQuery } from "./query.ts";

test("a plus is a space in free text, and stays in other values", () => {
  const query =
    "prefix=a+b%2Bc&response-content-type=text/plain;+x&callback=YQ+b&marker&Signature=a+b";
  expect(parseQuery(query)).toEqual([
    { name: "prefix", value: "a b+c" },
    { name: "response-content-type", value: "text/plain; x" },
    { name: "callback", value: "YQ+b" },
    { name: "marker", value: "" },
    { name: "Signature", value: "a+b" },
  ]);
});
