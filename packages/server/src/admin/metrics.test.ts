// Metrics: what a callback adds to them, and that every metric of the dashboard exists.
import { readFileSync } from "node:fs";
import { encodeParameter } from "@ossicle/protocol";
import { expect, test } from "vitest";
import { modelPipeline } from "../testing/model-pipeline.ts";
import { Metrics } from "./metrics.ts";

test("a failed callback is counted, with the stages that it reached", async () => {
  const { ask, services } = await modelPipeline();
  const metrics = new Metrics();
  metrics.watch(services.callbacks);
  await ask({ method: "PUT", path: "/bucket" });
  const callback = encodeParameter({ callbackUrl: "http://127.0.0.1:1/", callbackBody: "o" });
  await ask({
    method: "PUT",
    path: "/bucket/k",
    body: "x",
    headers: { "x-oss-callback": callback },
  });
  const text = await metrics.registry.metrics();
  expect(text).toContain('ossicle_callbacks_total{outcome="failed"} 1');
  expect(text).toContain('ossicle_callback_attempts_total{status="none"} 1');
  expect(text).toContain('ossicle_callback_stage_seconds_count{stage="total"} 1');
  expect(text).toContain('ossicle_callback_stage_seconds_count{stage="dns"} 1');
  expect(text).not.toContain('stage="first_byte"');
  await services.callbacks.close(); // outcomes are recorded after the answer
  const recorded = await metrics.registry.metrics();
  expect(recorded).toContain('ossicle_deliveries_total{state="failed"} 1');
  expect(recorded).toContain("ossicle_callback_circuits_open 0");
});

test.each([
  ["dashboard", "docs/reference/grafana-dashboard.json"],
  ["alerts", "deploy/prometheus/alerts.yml"],
])("every metric of the %s exists", async (_, path) => {
  const metrics = new Metrics();
  metrics.watch((await modelPipeline()).services.callbacks);
  const names = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
  const file = new URL(`../../../../${path}`, import.meta.url);
  const asked = readFileSync(file, "utf8").match(/ossicle_\w+/g) ?? [];
  expect(asked.length).toBeGreaterThan(6);
  for (const name of asked) expect(names).toContain(name.replace(/_bucket$/, ""));
});
