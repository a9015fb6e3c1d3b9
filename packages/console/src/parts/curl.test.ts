// The command, as a shell reads it.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlOf } from "./curl.ts";

test("a shell reads the command's arguments as the delivery has them", () => {
  const command = curlOf({
    urls: ["http://app.example.com/cb?a=1&b=$HOME", "http://b.example.com/"],
    bodyType: "application/json",
    additionalHeaders: { "x-note": "it's `quoted`" },
    body: String.raw`{"name":"it's","path":"C:\new"}`,
  });
  const printed = command.replace(/^curl/, String.raw`printf '%s\n'`);
  expect(execFileSync("sh", ["-c", printed], { encoding: "utf8" }).trimEnd().split("\n")).toEqual([
    "http://app.example.com/cb?a=1&b=$HOME",
    "-H",
    "Content-Type: application/json",
    "-H",
    "x-note: it's `quoted`",
    "--data-raw",
    String.raw`{"name":"it's","path":"C:\new"}`,
  ]);
});
