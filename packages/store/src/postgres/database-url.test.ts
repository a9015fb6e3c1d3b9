// Addresses of databases.
import { expect, test } from "vitest";
import { readDatabaseUrl } from "./database-url.ts";

test("an address with several hosts becomes one URL a host", () => {
  const read = readDatabaseUrl("postgres://u:p%40@a:5432,b:5433/db?sslmode=require");
  expect(read).toEqual({
    urls: [
      "postgres://u:p%40@a:5432/db?sslmode=require",
      "postgres://u:p%40@b:5433/db?sslmode=require",
    ],
    prepares: true,
  });
});

test("the parameter prepare is taken out of the URL", () => {
  expect(readDatabaseUrl("postgresql://a/db?prepare=false")).toEqual({
    urls: ["postgresql://a/db"],
    prepares: false,
  });
});

test.each(["", "mysql://a/db", "postgres://", "postgres://a,/db", "postgres:///db"])(
  "%j is refused",
  (address) => {
    expect(() => readDatabaseUrl(address)).toThrow(TypeError);
  },
);

test("another value of prepare is refused", () => {
  expect(() => readDatabaseUrl("postgres://a/db?prepare=no")).toThrow("true or false");
});
