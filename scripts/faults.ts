// `npm run faults [kills] [seed]`: kills a loaded store some hundred times and reconciles, then fills its disk. A sample of the kills
// is in `npm test`.
import { killAgainAndAgain } from "../tests/scenarios/faults/kill.ts";
import { run } from "./steps.ts";

const kills = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
process.stdout.write(`killing ${kills} times, seed ${seed}\n`);
const report = await killAgainAndAgain({
  kills,
  seed,
  onRound: (round, acknowledged) => {
    if (round % 10 === 9)
      process.stdout.write(`  ${round + 1} kills, ${acknowledged} acknowledged\n`);
  },
});
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.env["OSSICLE_LONG"] = "1";
const full = await run("npx", ["vitest", "run", "tests/scenarios/faults/disk-full.long.ts"]);
process.exitCode = report.mistakes.length === 0 ? full : 1;
