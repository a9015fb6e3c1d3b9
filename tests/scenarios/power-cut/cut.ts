// Cuts the power of a recorded store at many moments: builds images of the disk, has a process read
// each one, and judges the findings.
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../faults/kill-tree.ts";
import { Disk } from "./disk.ts";
import { ImageMaker, LinkCache } from "./image.ts";
import { type JournalRecord, readJournal } from "./journal.ts";
import { Lookers } from "./lookers.ts";
import type { Recorded } from "./recorder.ts";
import { Truth } from "./truth.ts";

/** What to cut. */
export interface CutPlan {
  readonly recorded: Recorded;
  /** How many images to look at. */
  readonly images: number;
  readonly seed: number;
  /** For images, best on a RAM disk. */
  readonly scratch: string;
  /** A control: the recording is read as if the store had never made these syncs. */
  readonly withoutSync?: (record: JournalRecord) => boolean;
  /** Where the first image with a mistake is copied. */
  readonly keep?: string;
}

/** What was found. */
export interface CutReport {
  readonly records: number;
  /** Steps that the store acknowledged. */
  readonly acknowledged: number;
  readonly images: number;
  /** Of these, images that were also served and read over HTTP. */
  readonly served: number;
  readonly failedSyncs: number;
  /** Retentions and holds that the store acknowledged. */
  readonly kept: number;
  /** Most objects of an image that lifecycle rules have removed. */
  readonly expired: number;
  /** A sentence each, with the cut and the image's number, by which it can be built again. */
  readonly mistakes: readonly string[];
}

/** Images of one cut: they differ in what reached the disk. */
const imagesPerCut = 3;

/** One image of so many is served; the others are only read. */
const servedOneOf = 40;

const mostMistakes = 20;

/** Builds and judges the images. */
export async function cutPower(plan: CutPlan): Promise<CutReport> {
  const truth = new Truth(readJournal(plan.recorded.journal));
  const run = new CutRun(plan, truth);
  try {
    return await run.finish();
  } finally {
    run.close();
  }
}

class CutRun {
  readonly #plan: CutPlan;
  readonly #truth: Truth;
  readonly #disk: Disk;
  readonly #links: LinkCache;
  readonly #lookers: Lookers;
  readonly #looks = new Set<Promise<void>>();
  readonly #mistakes: string[] = [];
  #images = 0;
  #served = 0;
  #expired = 0;

  constructor(plan: CutPlan, truth: Truth) {
    this.#plan = plan;
    this.#truth = truth;
    this.#disk = new Disk(plan.recorded.root);
    // LMDB reports damage on the standard error. The images of a control are damaged on purpose.
    this.#lookers = new Lookers(3, plan.withoutSync === undefined ? "inherit" : "ignore");
    rmSync(plan.scratch, { recursive: true, force: true });
    this.#links = new LinkCache(join(plan.scratch, "links"));
  }

  close(): void {
    this.#lookers.close();
    rmSync(this.#plan.scratch, { recursive: true, force: true });
  }

  async finish(): Promise<CutReport> {
    const { recorded, withoutSync = () => false } = this.#plan;
    const records = [...readJournal(recorded.journal)];
    const cuts = this.#choose(records.length);
    for (const record of records) {
      for (; cuts[0] === record.index; cuts.shift()) await this.#cut(record.index);
      if (withoutSync(record)) {
        if (record.kind === "W") this.#disk.feed({ ...record, isSynchronous: false });
      } else this.#disk.feed(record);
    }
    for (const cut of cuts) await this.#cut(cut); // behind the last record
    await Promise.all(this.#looks);
    return {
      records: records.length,
      acknowledged: this.#truth.acknowledged,
      images: this.#images,
      served: this.#served,
      failedSyncs: this.#disk.failedSyncs,
      kept: this.#truth.keptVersions,
      expired: this.#expired,
      mistakes: this.#mistakes,
    };
  }

  // One cut in eight falls before the first mark (the first start). The others fall at any record,
  // or right after a mark.
  #choose(records: number): number[] {
    const random = seededRandom(this.#plan.seed);
    const { moments } = this.#truth;
    const first = moments[0] ?? records;
    const cuts = Math.ceil(this.#plan.images / imagesPerCut);
    return Array.from({ length: cuts }, (_, at) => {
      if (at % 8 === 0) return Math.floor(random() * first);
      if (at % 2 === 0) return Math.floor(random() * records);
      return moments[Math.floor(random() * moments.length)] ?? 0;
    }).toSorted((a, b) => a - b);
  }

  async #cut(cut: number): Promise<void> {
    for (let at = 0; at < imagesPerCut && this.#images < this.#plan.images; at += 1) {
      this.#images += 1;
      const number = this.#images;
      const maker = new ImageMaker(seededRandom(this.#plan.seed, number), this.#links);
      const image = join(this.#plan.scratch, `image-${number}`);
      maker.build(this.#disk.top, image);
      const looks = await this.#lookers.free();
      const serves = number % servedOneOf === 0 && existsSync(join(image, "store"));
      if (serves) this.#served += 1;
      const work = looks({ image, serves }).then((found) => {
        const mistakes = typeof found === "string" ? [found] : this.#judge(cut, found);
        if (mistakes.length > 0)
          this.#report(`cut at ${cut}, image ${number} (${maker.mode})`, mistakes, image);
        rmSync(image, { recursive: true });
      });
      this.#looks.add(work);
      void work.finally(() => this.#looks.delete(work));
    }
  }

  #judge(
    cut: number,
    {
      store,
      backup,
      served,
    }: Exclude<Awaited<ReturnType<Awaited<ReturnType<Lookers["free"]>>>>, string>,
  ): readonly string[] {
    const backups =
      backup === undefined
        ? this.#truth.hasBackup(cut)
          ? ["the backup is lost"]
          : []
        : this.#truth.judgeBackup(cut, backup);
    if (store.problem === undefined) {
      this.#expired = Math.max(this.#expired, this.#truth.expired(cut, store));
    }
    return [...this.#truth.judge(cut, store), ...backups, ...served];
  }

  #report(where: string, mistakes: readonly string[], image: string): void {
    const { keep } = this.#plan;
    if (keep !== undefined && this.#mistakes.length === 0) {
      mkdirSync(keep, { recursive: true });
      cpSync(image, keep, { recursive: true });
    }
    for (const mistake of mistakes.slice(0, 3)) {
      if (this.#mistakes.length < mostMistakes) this.#mistakes.push(`${where}: ${mistake}`);
    }
  }
}
