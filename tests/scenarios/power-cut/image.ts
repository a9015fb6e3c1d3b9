// Builds a folder as a power cut could have left it: everything durable, and a random part of the
// rest.
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointFileName,
  withOtherBootId,
} from "../../../packages/store/src/embedded/checkpoint-file.ts";
import { DiskFile, DiskFolder, type PendingWrite } from "./disk.ts";

/**
 * Which of the bytes that are not durable are kept: none, all, random writes, random sectors or
 * random pages. `names` keeps every name and no bytes. A mode that is listed twice is chosen twice
 * as often.
 */
const modes = ["none", "all", "writes", "sectors", "pages", "sectors", "pages", "names"] as const;

/**
 * Which length a file has: the durable one, the longest that a write reached, or the end of the
 * kept writes.
 */
const lengths = ["old", "longest", "kept"] as const;

/** Sizes that disks write as one, in bytes. */
const sectorBytes = { sectors: 512, pages: 4_096 } as const;

/** States of LMDB's lock file, which is written through a mapping and never synced. */
const lockStates = ["missing", "empty", "zeros"] as const;
const lockBytes = 8_272;

/**
 * Makes an image. All choices come from one source of random numbers, so that the same seed makes
 * the same image.
 */
export class ImageMaker {
  readonly #random: () => number;
  readonly #links: LinkCache;
  readonly #mode: (typeof modes)[number];
  readonly #length: (typeof lengths)[number];
  readonly #keepsWrite: number;
  readonly #keepsName: number;

  constructor(random: () => number, links: LinkCache) {
    this.#random = random;
    this.#links = links;
    this.#mode = this.#pick(modes);
    const [write, name] = [this.#pick([0.05, 0.3, 0.5, 0.7, 0.95]), this.#pick([0, 0.3, 0.7, 1])];
    this.#keepsWrite = { none: 0, names: 0, all: 1 }[this.#mode as string] ?? write;
    this.#keepsName = { none: 0, names: 1, all: 1 }[this.#mode as string] ?? name;
    this.#length = this.#pick(lengths);
  }

  get mode(): string {
    return this.#mode;
  }

  /**
   * Writes the folder to a path that does not exist. Leaves out empty folders of blobs, to save
   * time: a store makes them at its start.
   */
  build(folder: DiskFolder, to: string): void {
    const names = this.#names(folder);
    if (names.size === 0 && /\/blobs\/..$/.test(to)) return;
    mkdirSync(to);
    for (const [name, node] of names) {
      const path = join(to, name);
      if (node instanceof DiskFolder) this.build(node, path);
      else if (name === "lock.mdb") this.#buildLock(path);
      else if (node.pending.length > 0 || !this.#links.link(node, path)) {
        const content = this.content(node);
        writeFileSync(path, name === checkpointFileName ? withOtherBootId(content) : content);
      }
    }
  }

  #buildLock(path: string): void {
    const state = this.#pick(lockStates);
    if (state !== "missing") writeFileSync(path, Buffer.alloc(state === "zeros" ? lockBytes : 0));
  }

  #names(folder: DiskFolder): ReadonlyMap<string, DiskFile | DiskFolder> {
    const names = new Map(folder.durable);
    const changes = groupBy(folder.pending, ({ name }) => name);
    for (const [name, pending] of changes) {
      // Changes of one name reach the disk in their order.
      const kept = this.#some(pending.length, this.#keepsName);
      const last = pending.slice(0, kept).at(-1);
      if (last === undefined) continue;
      if (last.node === undefined) names.delete(name);
      else names.set(name, last.node);
    }
    return names;
  }

  /** How many of `count` changes in a row reached the disk. */
  #some(count: number, chance: number): number {
    if (chance === 0 || chance === 1) return chance * count;
    if (count === 1) return this.#random() < chance ? 1 : 0;
    return Math.floor(this.#random() * (count + 1));
  }

  /** A file's bytes. */
  content(file: DiskFile): Buffer {
    const { durable, pending } = file;
    if (pending.length === 0) return durable;
    const kept = this.#keptOf(pending);
    const longest = Math.max(durable.length, ...pending.map(endOf));
    const content = Buffer.alloc(longest);
    durable.copy(content);
    let end = durable.length;
    for (const one of kept) {
      if (one.isCut) content.fill(0, one.offset);
      else one.bytes.copy(content, one.offset);
      end = one.isCut ? one.offset : Math.max(end, endOf(one));
    }
    const length = this.#mode === "all" ? "kept" : this.#length;
    return content.subarray(0, { old: durable.length, longest, kept: end }[length]);
  }

  #keptOf(pending: readonly PendingWrite[]): readonly Kept[] {
    if (this.#mode === "all") return pending;
    if (this.#keepsWrite === 0) return [];
    if (this.#mode === "writes") return pending.filter(() => this.#random() < this.#keepsWrite);
    const bytesAtOnce = this.#mode === "pages" ? sectorBytes.pages : sectorBytes.sectors;
    const sectors = groupBy(
      pending.flatMap((write) => splitAt(write, bytesAtOnce)),
      ({ offset }) => Math.floor(offset / bytesAtOnce),
    );
    return [...sectors.values()].flatMap((pieces) =>
      pieces.slice(0, this.#some(pieces.length, this.#keepsWrite)),
    );
  }

  #pick<T extends string | number>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) throw new Error("there is nothing to pick from");
    return picked;
  }
}

type Kept = Pick<PendingWrite, "offset" | "bytes" | "isCut">;

const endOf = ({ offset, bytes }: Kept): number => offset + bytes.length;

function groupBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

function splitAt({ offset, bytes, isCut }: PendingWrite, size: number): readonly Kept[] {
  const out: Kept[] = [];
  if (isCut) return [{ offset, bytes, isCut }];
  for (let at = 0; at < bytes.length;) {
    const next = Math.min(bytes.length, at + size - ((offset + at) % size));
    out.push({ offset: offset + at, bytes: bytes.subarray(at, next), isCut });
    at = next;
  }
  return out;
}

/**
 * Hard links to durable files. Each file is written once and linked into every image: these files
 * hold most of a store's bytes.
 */
export class LinkCache {
  readonly #folder: string;
  readonly #paths = new Map<DiskFile, { readonly path: string; readonly changes: number }>();
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Links a durable file. Returns false if it is not a blob: other files may still change. */
  link(file: DiskFile, to: string): boolean {
    if (!file.path.includes("/blobs/")) return false;
    let cached = this.#paths.get(file);
    if (cached?.changes !== file.changes) {
      this.#count += 1;
      cached = { path: join(this.#folder, String(this.#count)), changes: file.changes };
      writeFileSync(cached.path, file.durable);
      this.#paths.set(file, cached);
    }
    linkSync(cached.path, to);
    return true;
  }
}
