// What must be true after a power cut. The marks in the journal decide which states of every key,
// upload and delivery are allowed.
import type { JournalRecord } from "./journal.ts";
import { markOf } from "./journal.ts";

/**
 * A version's body, identified by its length, which no two bodies of a recording share. A delete
 * marker counts as -1.
 */
export type VersionMark = number;

/** A key's versions, the newest first. */
export type KeyState = readonly VersionMark[];

/**
 * What a step does to a key: `put` replaces what is there, `add` puts another version on top,
 * `drop` removes one version, `clear` everything.
 */
export type Effect = readonly ["put" | "add" | "drop", VersionMark] | readonly ["clear"];

/** A mark of a client or the application, before a request or after an answer. */
export type StoreMark =
  /** From here on a step may have happened. */
  | { readonly may: string; readonly key: string; readonly effect: Effect }
  /** From here on the step must have happened. */
  | { readonly must: string }
  /** From here on the ledger must have the delivery. */
  | { readonly delivery: string }
  | { readonly upload: string; readonly is: "there" | "ending" | "gone" }
  | { readonly upload: string; readonly part: number; readonly bytes: number }
  /** From here on the version must be there, and be kept by a retention or a hold. */
  | { readonly kept: string; readonly size: VersionMark; readonly by: "retention" | "hold" }
  | { readonly backup: "begins" }
  | { readonly backup: "done"; readonly folder: string };

/** What reading an image has found. */
export interface Findings {
  /** Why there is no store to look at. */
  readonly problem?: string;
  /** By bucket and key. */
  readonly keys: Readonly<Record<string, KeyState>>;
  /** What keeps the versions of a bucket and key, as `SIZE by retention`. */
  readonly kept: Readonly<Record<string, readonly string[]>>;
  readonly deliveries: readonly string[];
  /** Lengths of parts by number, by upload. */
  readonly uploads: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What verifying the store has found: damage, and files that no record refers to. */
  readonly damage: readonly string[];
  /** The folder of metadata that a backup's marker names. */
  readonly backupFolder?: string;
}

interface Step {
  readonly key: string;
  readonly effect: Effect;
  readonly mayFrom: number;
  mustFrom: number;
}

interface Upload {
  thereFrom: number;
  endingFrom: number;
  goneFrom: number;
  readonly parts: { readonly number: number; readonly bytes: number; readonly from: number }[];
}

/** The allowed states of a store, by the marks of a recording. */
export class Truth {
  readonly #steps: Step[] = [];
  readonly #byKey = new Map<string, Step[]>();
  readonly #kept: { readonly name: string; readonly what: string; readonly from: number }[] = [];
  readonly #deliveries: { readonly id: string; readonly from: number }[] = [];
  readonly #uploads = new Map<string, Upload>();
  readonly #backups: { readonly begins: number; done: number; folder: string }[] = [];
  /** Indices of the records right after a mark that something has happened. */
  readonly moments: number[] = [];

  constructor(records: Iterable<JournalRecord>) {
    const named = new Map<string, Step>();
    for (const record of records) {
      if (record.kind === "N") this.#take(markOf<StoreMark>(record), record.index, named);
    }
  }

  get acknowledged(): number {
    return this.#steps.filter(({ mustFrom }) => mustFrom < Infinity).length;
  }

  /** How many retentions and holds were acknowledged. */
  get keptVersions(): number {
    return this.#kept.length;
  }

  /** How many objects of an image lifecycle rules have removed. */
  expired(cut: number, found: Findings): number {
    return this.#steps.filter(
      ({ key, effect: [kind], mustFrom }) =>
        kind === "put" &&
        key.startsWith("expiring/") &&
        mustFrom < cut &&
        found.keys[key] === undefined,
    ).length;
  }

  #take(mark: StoreMark, index: number, named: Map<string, Step>): void {
    if ("may" in mark) {
      const { key, effect } = mark;
      const step: Step = { key, effect, mayFrom: index, mustFrom: Infinity };
      named.set(mark.may, step);
      this.#steps.push(step);
      this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), step]);
      return;
    }
    this.moments.push(index + 1);
    if ("must" in mark) {
      const step = named.get(mark.must);
      if (step !== undefined) step.mustFrom = Math.min(step.mustFrom, index);
    } else if ("kept" in mark) {
      this.#kept.push({ name: mark.kept, what: `${mark.size} by ${mark.by}`, from: index });
    } else if ("delivery" in mark) this.#deliveries.push({ id: mark.delivery, from: index });
    else if ("backup" in mark) this.#takeBackup(mark, index);
    else this.#takeUpload(mark, index);
  }

  #takeBackup(mark: Extract<StoreMark, { readonly backup: string }>, index: number): void {
    if (mark.backup === "begins") {
      this.#backups.push({ begins: index, done: Infinity, folder: "" });
      return;
    }
    const last = this.#backups.at(-1);
    if (last === undefined) return;
    last.done = index;
    last.folder = mark.folder;
  }

  #takeUpload(mark: Extract<StoreMark, { readonly upload: string }>, index: number): void {
    const upload = this.#uploads.get(mark.upload) ?? {
      thereFrom: Infinity,
      endingFrom: Infinity,
      goneFrom: Infinity,
      parts: [],
    };
    this.#uploads.set(mark.upload, upload);
    if ("part" in mark) upload.parts.push({ number: mark.part, bytes: mark.bytes, from: index });
    else upload[`${mark.is}From`] = index;
  }

  /** The states that a key may have at a cut. */
  allowed(key: string, cut: number): ReadonlySet<string> {
    return this.#fold(key, cut, cut);
  }

  // The states that a key may have had at any moment between the two cuts.
  #fold(key: string, from: number, to: number): ReadonlySet<string> {
    let states: ReadonlySet<string> = new Set([""]);
    const during = new Set<string>();
    const steps = this.#byKey.get(key) ?? [];
    for (const { effect, mayFrom, mustFrom } of steps) {
      if (mayFrom >= to) break;
      const after = new Set([...states].map((state) => applied(effect, state)));
      if (mayFrom >= from) for (const state of states) during.add(state);
      if (mustFrom >= from) for (const state of states) during.add(state);
      states = mustFrom < to ? after : new Set([...states, ...after]);
    }
    return new Set([...states, ...during]);
  }

  /** What is wrong with an image of a moment, a sentence each. */
  judge(cut: number, found: Findings): readonly string[] {
    if (found.problem !== undefined) {
      return this.#steps.some(({ mustFrom }) => mustFrom < cut) ? [found.problem] : [];
    }
    return [
      ...found.damage,
      ...this.#judgeKeys((key) => this.allowed(key, cut), found),
      ...this.#deliveries
        .filter(({ id, from }) => from < cut && !found.deliveries.includes(id))
        .map(({ id }) => `the ledger has lost delivery ${id}`),
      ...this.#kept
        .filter(({ name, what, from }) => from < cut && !found.kept[name]?.includes(what))
        .map(({ name, what }) => `${name} is not kept any more: ${what}`),
      ...[...this.#uploads].flatMap(([id, upload]) => judgeUpload(id, upload, cut, found)),
    ];
  }

  /** Whether a backup must be there at a cut. */
  hasBackup(cut: number): boolean {
    return this.#backups.some(({ done }) => done < cut);
  }

  /** What is wrong with a backup in an image. */
  judgeBackup(cut: number, found: Findings): readonly string[] {
    if (found.problem !== undefined) {
      return this.hasBackup(cut) ? [`the backup is lost: ${found.problem}`] : [];
    }
    const backup = this.#backups.find(({ folder }) => folder === found.backupFolder);
    if (backup === undefined) return []; // a backup that was not done when the recording ended
    const { begins, done } = backup;
    return [
      ...found.damage.map((problem) => `backup: ${problem}`),
      ...this.#judgeKeys((key) => this.#fold(key, begins, done), found).map(
        (problem) => `backup: ${problem}`,
      ),
    ];
  }

  #judgeKeys(allowed: (key: string) => ReadonlySet<string>, found: Findings): readonly string[] {
    const keys = new Set([...this.#byKey.keys(), ...Object.keys(found.keys)]);
    return [...keys].flatMap((key) => {
      const state = (found.keys[key] ?? []).join();
      const right = allowed(key);
      return right.has(state)
        ? []
        : [`${key} is [${state}], not ${[...right].map((one) => `[${one}]`).join(" or ")}`];
    });
  }
}

function applied(effect: Effect, state: string): string {
  const versions = state === "" ? [] : state.split(",").map(Number);
  if (effect[0] === "clear") return "";
  const [kind, version] = effect;
  if (kind === "put") return String(version);
  return kind === "add"
    ? [version, ...versions].join()
    : versions.filter((one) => one !== version).join();
}

function judgeUpload(
  id: string,
  { thereFrom, endingFrom, goneFrom, parts }: Upload,
  cut: number,
  { uploads }: Findings,
): readonly string[] {
  const found = uploads[id];
  if (goneFrom < cut) return found === undefined ? [] : [`upload ${id} is back`];
  if (thereFrom >= cut || endingFrom < cut) return [];
  if (found === undefined) return [`upload ${id} is lost`];
  return parts
    .filter(({ number, bytes, from }) => from < cut && found[number] !== bytes)
    .map(({ number }) => `part ${number} of upload ${id} is lost`);
}
