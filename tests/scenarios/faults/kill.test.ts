// A bounded, seeded sample of `npm run faults`.
import { expect, test } from "vitest";
import { killAgainAndAgain } from "./kill.ts";
import { killWhileCallingBack } from "./kill-callbacks.ts";

test(
  "an acknowledged object is durable, and no callback is lost, whenever the store is killed",
  { timeout: 120_000 },
  async () => {
    const report = await killAgainAndAgain({ kills: 6, seed: 20_261_122 });
    expect(report.mistakes).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(20); // on the slowest machines
    expect(report.completed).toBeGreaterThan(0);
    expect(report.deliveriesChecked).toBeGreaterThan(0);
  },
);

test.each(["resend", "record-unknown"] as const)(
  "uploaders, application and ledger agree under every policy, whenever the store is killed: %s",
  { timeout: 120_000 },
  async (afterCrash) => {
    const report = await killWhileCallingBack({ kills: 4, seed: 20_261_128, afterCrash });
    expect(report.mistakes).toEqual([]);
    expect(report.told.confirmed).toBeGreaterThan(10); // on the slowest machines
    expect(report.cutOff).toBeGreaterThan(0);
  },
);
