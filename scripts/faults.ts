// `npm run faults [kills] [seed]`: kills a loaded store some hundred times and reconciles, again under every delivery policy, then fills its disk. A sample of the kills
// is in `npm test`.
import { killAgainAndAgain } from "../tests/scenarios/faults/kill.ts";
import { killWhileCallingBack } from "../tests/scenarios/faults/kill-callbacks.ts";
import { run } from "./steps.ts";

const kills = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const told = (round: number, done: number): void => {
  if (round % 10 === 9) process.stdout.write(`  ${round + 1} kills, ${done} uploads\n`);
};
process.stdout.write(`killing ${kills} times, seed ${seed}\n`);
const report = await killAgainAndAgain({
  kills,
  seed,
  onRound: told,
});
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
const mistakes = [...report.mistakes];
for (const afterCrash of ["resend", "record-unknown"] as const) {
  process.stdout.write(`killing ${kills} times under every delivery policy, ${afterCrash}\n`);
  const found = await killWhileCallingBack({ kills, seed, afterCrash, onRound: told });
  process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  mistakes.push(...found.mistakes);
}
process.env["OSSICLE_LONG"] = "1";
const full = await run("npx", ["vitest", "run", "tests/scenarios/faults/disk-full.long.ts"]);
process.exitCode = mistakes.length === 0 ? full : 1;
