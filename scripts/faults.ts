// Makes stores fail, and compares their answers with their data. `npm test` runs a sample of each.
//   npm run faults [kills] [seed]: kills a store under load, and does so under every delivery
//     policy
//   npm run faults -- power [images] [seed]: cuts its power
//   npm run faults -- cluster [faults] [seed]: kills nodes, PostgreSQL under Patroni, and Ceph
//   npm run faults -- versions [kills] [seed]: kills nodes of an earlier commit and of this one
//   npm run faults -- network: cuts the network between nodes and database, and fills its disk;
//     it needs root
import { join } from "node:path";
import { killAgainAndAgain } from "../tests/scenarios/faults/kill.ts";
import { killWhileCallingBack } from "../tests/scenarios/faults/kill-callbacks.ts";
import { failCluster, plannedFaults } from "../tests/scenarios/cluster-faults/cluster-faults.ts";
import { mixVersions } from "../tests/scenarios/cluster-faults/mixed-versions.ts";
import { cutNetwork, fillDatabaseDisk } from "../tests/scenarios/cluster-faults/network.ts";
import { cutManyTimes } from "../tests/scenarios/power-cut/many-cuts.ts";
import { root } from "./steps.ts";

/** The commit whose nodes run beside those of this one. */
const earlierCommit = "e438cea";

const tell = (report: unknown): void => {
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
};

async function kill(kills: number, seed: number): Promise<number> {
  const told = (round: number, done: number): void => {
    if (round % 10 === 9) process.stdout.write(`  ${round + 1} kills, ${done} uploads\n`);
  };
  process.stdout.write(`killing ${kills} times, seed ${seed}\n`);
  const report = await killAgainAndAgain({ kills, seed, onRound: told });
  tell(report);
  const mistakes = [...report.mistakes];
  for (const afterCrash of ["resend", "record-unknown"] as const) {
    process.stdout.write(`killing ${kills} times under every delivery policy, ${afterCrash}\n`);
    const found = await killWhileCallingBack({ kills, seed, afterCrash, onRound: told });
    tell(found);
    mistakes.push(...found.mistakes);
  }
  return mistakes.length === 0 ? 0 : 1;
}

async function cut(images: number, seed: number): Promise<number> {
  process.stdout.write(`cutting the power: ${images} images, seed ${seed}\n`);
  const began = performance.now();
  const mistakes = await cutManyTimes({
    images,
    seed,
    keep: join(root, ".cache", "power-cut", "bad-image"),
    onReport: (what, report) => tell({ [what]: report }),
  });
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  process.stdout.write(`${images} images in ${minutes} minutes: ${mistakes.length} mistakes\n`);
  for (const mistake of mistakes) process.stdout.write(`  ${mistake}\n`);
  if (mistakes.length > 0) process.stdout.write("see .cache/power-cut/bad-image\n");
  return mistakes.length === 0 ? 0 : 1;
}

async function fail(count: number, seed: number): Promise<number> {
  process.stdout.write(`${count} faults of a cluster, seed ${seed}\n`);
  const began = performance.now();
  const onFault = (kind: string, backAfterMs: number): void => {
    process.stdout.write(`  ${kind}: every node served after ${backAfterMs} ms\n`);
  };
  const report = await failCluster({
    faults: plannedFaults(count, seed),
    seed,
    isSmall: false,
    onFault,
  });
  tell(report);
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  process.stdout.write(`${count} faults in ${minutes} minutes\n`);
  return report.mistakes.length === 0 ? 0 : 1;
}

async function mix(rounds: number, seed: number): Promise<number> {
  process.stdout.write(`nodes of ${earlierCommit} and of this commit, seed ${seed}\n`);
  const report = await mixVersions({ commit: earlierCommit, rounds, seed });
  tell(report);
  return report.mistakes.length === 0 ? 0 : 1;
}

async function disturb(): Promise<number> {
  const reports = { network: await cutNetwork(), "full disk": await fillDatabaseDisk() };
  tell(reports);
  return Object.values(reports).every(({ mistakes }) => mistakes.length === 0) ? 0 : 1;
}

const runs = {
  kill: { run: kill, count: 200 },
  power: { run: cut, count: 1_000 },
  cluster: { run: fail, count: 200 },
  versions: { run: mix, count: 20 },
  network: { run: disturb, count: 1 },
} as const;

const [first = "kill", ...rest] = process.argv.slice(2);
const isNamed = (name: string): name is keyof typeof runs => Object.hasOwn(runs, name);
const numbers = isNamed(first) ? rest : process.argv.slice(2);
const { run: start, count: usual } = runs[isNamed(first) ? first : "kill"];
const [count = usual, seed = Date.now() % 1_000_000] = numbers.map(Number);
if (Number.isInteger(count) && Number.isInteger(seed)) process.exitCode = await start(count, seed);
else {
  const names = Object.keys(runs).join(", ");
  process.stderr.write(`expected one of ${names}, and whole numbers: ${numbers.join(" ")}\n`);
  process.exitCode = 2;
}
