// Sweeps a model pipeline as if all graces were over; for tests that look at what is left.
import { Sweeper } from "../sweeper/sweeper.ts";
import type { ModelPipeline } from "./model-pipeline.ts";

/** Times that garbage takes to go: purged, taken apart, removed. */
const rounds = 4;

/** Sweeps until nothing is left to sweep. */
export async function sweepAll({ services, metadata, clock }: ModelPipeline): Promise<void> {
  const sweeper = new Sweeper({
    metadata,
    blobs: services.blobs,
    hints: services.hints,
    clock: services.clock,
    log: services.log,
    ages: { intentMs: 3_600_000, garbageMs: 0 }, // the grace for readers is not what is tested
    onSwept: () => undefined,
  });
  clock.ms += 1_000;
  for (let round = 0; round < rounds; round += 1) await sweeper.sweep();
}
