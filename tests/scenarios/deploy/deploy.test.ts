// The files in deploy/, checked by tools of the systems that read them.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { settings } from "@ossicle/server";
import { beforeAll, expect, test } from "vitest";
import { Programs, run } from "./programs.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const programs = new Programs("deploy");
const manifests = readdirSync(join(root, "deploy/kubernetes"));

beforeAll(() => programs.prepare(), 180_000);

test("the compose files follow the schema of Compose", () => {
  const files = ["deploy/compose.yaml", "deploy/compose.development.yaml"];
  expect(programs.checkSchema("vendor.compose-spec", ...files)).toContain("validation done");
});

test.each(manifests)("%s follows the schemas of Kubernetes", (name) => {
  const file = join("deploy/kubernetes", name);
  const output = run(programs.path("kubernetes-validate"), ["--strict", file]);
  const documents = readFileSync(join(root, file), "utf8").match(/^kind: /gm) ?? [];
  expect(output.match(/ passed for resource /g)).toHaveLength(documents.length);
});

test("HAProxy takes its configuration", () => {
  expect(run("haproxy", ["-c", "-f", "deploy/haproxy.cfg"])).toContain("is valid");
});

test("systemd takes the unit, and counts its exposure as low", () => {
  expect(run("systemd-analyze", ["verify", "deploy/ossicle.service"])).toBe("");
  const args = ["security", "--offline=true", "--threshold=25", "deploy/ossicle.service"];
  expect(run("systemd-analyze", args)).toContain("Overall exposure level");
});

test("every variable that the files set is a setting", () => {
  const known = new Set(Object.values(settings).map(({ env }) => env));
  const files = [
    "compose.yaml",
    "compose.development.yaml",
    "haproxy.cfg",
    "Dockerfile",
    "ossicle.service",
  ].concat(manifests.map((name) => join("kubernetes", name)));
  const named = files.flatMap(
    (file) => readFileSync(join(root, "deploy", file), "utf8").match(/\bOSSICLE_[A-Z_]+/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("nodes get longer to end than they take to drain and to end their requests", () => {
  const inFlightSeconds = 30; // closeGraceMs in start-server.ts
  const compose = readFileSync(join(root, "deploy/compose.yaml"), "utf8");
  const node = readFileSync(join(root, "deploy/kubernetes/ossicle.yaml"), "utf8");
  for (const [text, drain, grace] of [
    [compose, /OSSICLE_DRAIN: "(\d+)"/, /stop_grace_period: (\d+)s/],
    [node, /OSSICLE_DRAIN, value: "(\d+)"/, /terminationGracePeriodSeconds: (\d+)/],
  ] as const) {
    const [drainSeconds, graceSeconds] = [drain, grace].map((one) => Number(one.exec(text)?.[1]));
    expect(graceSeconds).toBeGreaterThan((drainSeconds ?? Infinity) + inFlightSeconds);
  }
});
