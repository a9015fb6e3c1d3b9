// Sweeps a model pipeline as if the grace for readers were over; for tests that look at what is
// left.
import { Sweeper } from "../maintenance/sweeper/sweeper.ts";
import type { ModelPipeline } from "./model-pipeline.ts";

/**
 * Sweeps until all garbage is removed: an upload is purged, its manifest is dropped, and its blobs
 * are removed.
 */
const rounds = 4;

/** A sweeper of a model pipeline. */
export function modelSweeper({ services, metadata }: ModelPipeline): Sweeper {
  return new Sweeper({
    metadata,
    blobs: services.blobs,
    hints: services.hints,
    clock: services.clock,
    log: services.log,
    ages: { intentMs: 3_600_000, garbageMs: 0 },
    onSwept: () => undefined,
  });
}

/** Sweeps until nothing is left to sweep. */
export async function sweepAll(pipeline: ModelPipeline): Promise<void> {
  const sweeper = modelSweeper(pipeline);
  pipeline.clock.ms += 1_000;
  for (let round = 0; round < rounds; round += 1) await sweeper.sweep();
}
