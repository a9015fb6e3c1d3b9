// The long run: many images of a store in every circumstance, and every control.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cutToy, cutWithout, dependedOn, toys } from "./controls.ts";
import { cutPower, type CutReport } from "./cut.ts";
import { type Circumstance, circumstances, record, type Recording } from "./record.ts";
import { scratchFolder } from "./recorder.ts";

/** How much to do. */
export interface ManyCutsPlan {
  /** Images, all together. */
  readonly images: number;
  readonly seed: number;
  readonly onReport: (what: string, report: unknown) => void;
  /** Where the first image with a mistake is copied. */
  readonly keep: string;
}

const steps: Readonly<Record<Circumstance, number>> = {
  workers: 1_500,
  log: 1_500,
  kills: 1_500,
  upkeep: 1_200,
  large: 150,
};

/** Shares of the images. `large` has few, because large blobs take long to read. */
const share: Readonly<Record<Circumstance, number>> = {
  workers: 0.25,
  log: 0.2,
  kills: 0.25,
  upkeep: 0.25,
  large: 0.05,
};

/** Runs the plan. Returns the mistakes, a sentence each. */
export async function cutManyTimes(plan: ManyCutsPlan): Promise<readonly string[]> {
  const root = mkdtempSync(join(scratchFolder, "ossicle-power-cut-"));
  const mistakes: string[] = [];
  try {
    for (const [kind, loses] of toys) {
      const lossy = cutToy(kind, join(root, `toy-${kind}`));
      const expected = loses ? "at least 1, or the checker is broken" : 0;
      plan.onReport(`control program ${kind}`, { lossyImages: lossy, expected });
      if (lossy > 0 !== loses) mistakes.push(`the toy ${kind} has ${lossy} lossy images`);
    }
    for (const circumstance of circumstances) {
      const into = join(root, circumstance);
      const { seed } = plan;
      const recorded = await record({ into, circumstance, seed, steps: steps[circumstance] });
      const report = await cutAll(plan, circumstance, recorded);
      mistakes.push(...report.mistakes);
      // With the journal the images can be built again.
      if (report.mistakes.length > 0) {
        cpSync(recorded.journal, join(plan.keep, circumstance, "journal"));
      }
      if (circumstance === "workers") mistakes.push(...(await cutControls(plan, recorded)));
      rmSync(into, { recursive: true });
    }
    return mistakes;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function cutAll(
  plan: ManyCutsPlan,
  circumstance: Circumstance,
  recorded: Recording,
): Promise<CutReport> {
  const report = await cutPower({
    recorded,
    images: Math.round(plan.images * share[circumstance]),
    seed: plan.seed,
    scratch: `${recorded.root}-images`,
    keep: join(plan.keep, circumstance),
  });
  plan.onReport(circumstance, report);
  return report;
}

async function cutControls(plan: ManyCutsPlan, recorded: Recording): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const name of Object.keys(dependedOn)) {
    const scratch = `${recorded.root}-images`;
    const found = await cutWithout(recorded, name, { images: 120, seed: plan.seed, scratch });
    const expected = "at least 1, or the checker is broken";
    plan.onReport(`control without syncs ${name}`, { mistakes: found.length, expected });
    if (found.length === 0) missed.push(`the checker did not report missing syncs ${name}`);
  }
  return missed;
}
