// A bounded, seeded sample of `npm run faults`.
import { expect, test } from "vitest";
import { killAgainAndAgain } from "./kill.ts";

test(
  "an acknowledged object is durable, and no callback is forgotten, whenever the store is killed",
  { timeout: 120_000 },
  async () => {
    const report = await killAgainAndAgain({ kills: 6, seed: 20_261_122 });
    expect(report.mistakes).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(20); // on the slowest machines
    expect(report.completed).toBeGreaterThan(0);
    expect(report.deliveriesChecked).toBeGreaterThan(0);
  },
);
