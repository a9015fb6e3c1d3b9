// The report of a run of the benchmarks: lines of Markdown, printed and stored.
import { median } from "./process.ts";
import type { Figure } from "./small.ts";

/** Prints each line at once, and keeps it for the file. */
export class Report {
  readonly lines: string[] = [];
  readonly #print: (line: string) => void;

  /** `print` shows a line; by default on standard output. */
  constructor(print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`)) {
    this.#print = print;
  }

  say(line = ""): void {
    this.lines.push(line);
    this.#print(line);
  }

  /** A table; its first column is text, the others are figures. */
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    this.say(`| ${head.join(" | ")} |`);
    this.say(`| --- |${" ---: |".repeat(head.length - 1)}`);
    for (const row of rows) this.say(`| ${row.join(" | ")} |`);
    this.say();
  }

  /** A ratio, and whether it reaches its goal. */
  ratio(what: string, ratio: number, goal: number): void {
    const verdict = ratio >= goal ? "" : ", missed";
    this.say(`- ${what}: **${ratio.toFixed(2)}** (goal ${goal}${verdict})`);
  }

  /** The median of the ratios of several rounds, the lowest and the highest. */
  medianRatio(what: string, ratios: readonly number[], goal: number): void {
    if (ratios.length === 0 || ratios.some(Number.isNaN)) return;
    const [lowest, highest] = [Math.min(...ratios), Math.max(...ratios)];
    const spread = `${ratios.length} rounds from ${lowest.toFixed(2)} to ${highest.toFixed(2)}`;
    this.ratio(`${what} (${spread})`, median(ratios), goal);
  }

  /** Speeds under load. */
  figures(figures: readonly Figure[]): void {
    this.table(
      ["what", "per second", "spread", "p50 ms", "p99 ms"],
      figures.map(({ name, perSecond, spread, p50Ms, p99Ms }) => [
        name,
        Math.round(perSecond),
        spread.map(Math.round).join("–"),
        p50Ms.toFixed(1),
        p99Ms.toFixed(1),
      ]),
    );
  }
}

/** What a run compares this build with. */
export interface BenchOptions {
  /** An earlier commit. */
  readonly against: string;
  /** Another Node, by its path: this build runs on both, and no commit is compared. */
  readonly node?: string;
  /** A server that speaks S3 and runs already, and its process where that is known. */
  readonly peer?: { readonly url: string; readonly pid?: number };
  /** Parts of the names of the works to compare; all without it. */
  readonly works?: readonly string[];
}

/** One part of the benchmarks: measures, reports, and returns the raw figures. */
export type Part = (report: Report, options: BenchOptions) => Promise<unknown>;

/** The rate a second of the figure with a name; NaN if there is none. */
export function perSecondOf(figures: readonly Figure[], name: string): number {
  return figures.find((figure) => figure.name === name)?.perSecond ?? Number.NaN;
}
