// The command, as a shell reads it.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlOf } from "./curl.ts";

/** The arguments of a command, as a shell splits them. */
function argumentsOf(command: string): readonly string[] {
  const printed = command.replace(/^curl/, String.raw`printf '%s\0'`);
  const text = execFileSync("bash", ["-c", printed], { encoding: "utf8" });
  return text.split("\0").slice(0, -1);
}

test("a shell reads the command's arguments as the delivery has them", () => {
  const delivery = {
    urls: ["http://app.example.com/cb?a=[1-3]&b=$HOME", "http://b.example.com/"],
    host: "other.example.com",
    bodyType: "application/json" as const,
    additionalHeaders: { "x-note": "it's `quoted`" },
    body: String.raw`{"name":"it's","path":"C:\new"}`,
  };
  expect(argumentsOf(curlOf(delivery))).toEqual([
    "--globoff",
    delivery.urls[0],
    "-H",
    "Host: other.example.com",
    "-H",
    "Content-Type: application/json",
    "-H",
    "x-note: it's `quoted`",
    "--data-raw",
    delivery.body,
  ]);
});

test("control characters are escaped, and mean the same to a shell", () => {
  const body = "a'b\\c\u001B[31m\r\n\u0003\u007F\u0085照片";
  const command = curlOf({
    urls: ["http://a/"],
    bodyType: "application/json",
    additionalHeaders: {},
    body,
  });
  expect(command).not.toMatch(/\p{Cc}/u);
  expect(argumentsOf(command).at(-1)).toBe(body);
});
