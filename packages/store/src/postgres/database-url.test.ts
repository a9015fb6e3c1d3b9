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
    shown: "postgres://a:5432,b:5433/db",
  });
});

test("the parameter prepare is taken out of the URL", () => {
  expect(readDatabaseUrl("postgresql://a/db?prepare=false")).toEqual({
    urls: ["postgresql://a/db"],
    prepares: false,
    shown: "postgres://a/db",
  });
});

const malformed = ["", "mysql://a/db", "postgres://", "postgres://a", "postgres://a,/db"];

test.each([...malformed, "postgres:///db", "postgres://u:p/w@h/db", "postgres://u:p@w@h/db"])(
  "%j is refused, and not repeated",
  (address) => {
    expect(() => readDatabaseUrl(address)).toThrow(TypeError);
    expect(() => readDatabaseUrl(address)).not.toThrow("p/w");
  },
);

test("nothing secret is shown", () => {
  const { shown } = readDatabaseUrl("postgres://u:secret@a/db?password=secret&user=v");
  expect(shown).toBe("postgres://a/db");
});

test("another value of prepare is refused", () => {
  expect(() => readDatabaseUrl("postgres://a/db?prepare=no")).toThrow("true or false");
});
