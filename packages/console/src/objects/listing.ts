// The entries of a folder, page by page. They are kept in a list that only grows, so that a million
// of them are not copied with each page.
import { call, type Connection } from "@ossicle/client";
import { listObjectsV2, listObjectVersions } from "@ossicle/protocol";

/** A folder, an object, or one of its versions. */
export interface Row {
  readonly kind: "folder" | "object" | "version" | "marker";
  readonly key: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly storageClass: string;
  readonly isSymlink: boolean;
  /** Of versions only. */
  readonly versionId: string | undefined;
  readonly isLatest: boolean;
}

/** What is listed. */
export interface ListingPlace {
  readonly bucket: string;
  /** The folder, with its slash; and, behind it, the beginning of names. */
  readonly prefix: string;
  readonly hasVersions: boolean;
  /** The listing starts after this key. */
  readonly startAfter: string | undefined;
}

/** Keys of a page (OSS's limit). */
const pageSize = 1_000;

/** A listing that goes on. */
export class Listing {
  readonly rows: Row[] = [];
  readonly #connection: Connection;
  readonly #place: ListingPlace;
  /** Members of the next request; undefined when the listing is complete. */
  #next: object | undefined;

  constructor(connection: Connection, place: ListingPlace) {
    this.#connection = connection;
    this.#place = place;
    const { startAfter } = place;
    const first = place.hasVersions ? { keyMarker: startAfter } : { startAfter };
    this.#next = startAfter === undefined ? {} : first;
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Loads the next page; further ones while nothing of them is shown. */
  async more(signal: AbortSignal): Promise<void> {
    const before = this.rows.length;
    do {
      await this.#page(signal);
    } while (this.#next !== undefined && this.rows.length === before);
  }

  async #page(signal: AbortSignal): Promise<void> {
    const next = this.#next;
    if (next === undefined) return;
    const { bucket, prefix, hasVersions } = this.#place;
    const shared = { bucket, prefix, delimiter: "/", maxKeys: pageSize, ...next } as const;
    const page = hasVersions
      ? await this.#versions(shared, signal)
      : await this.#objects(shared, signal);
    signal.throwIfAborted();
    this.#next = page.next;
    this.rows.push(...page.rows);
  }

  async #objects(input: Shared, signal: AbortSignal): Promise<Page> {
    const asked = { ...input, encodingType: "url" } as const;
    const found = await call(this.#connection, listObjectsV2, asked, { signal });
    const { nextContinuationToken: continuationToken } = found;
    const objects = found.contents.map(({ key, size, lastModified, storageClass, type }) => ({
      ...unversioned,
      kind: "object" as const,
      key,
      size,
      modifiedMs: lastModified.getTime(),
      storageClass,
      isSymlink: type === "Symlink",
    }));
    return {
      rows: inOrder(foldersOf(found), withoutFolder(objects, this.#place)),
      next: continuationToken === undefined ? undefined : { continuationToken },
    };
  }

  async #versions(input: Shared, signal: AbortSignal): Promise<Page> {
    const asked = { ...input, encodingType: "url" } as const;
    const found = await call(this.#connection, listObjectVersions, asked, { signal });
    const { nextKeyMarker, nextVersionIdMarker } = found;
    const versions = found.entries.map(({ name, value }): Row => {
      const { key, versionId, isLatest, lastModified } = value;
      const shared = { key, versionId, isLatest, modifiedMs: lastModified.getTime() };
      return name === "Version"
        ? {
            ...shared,
            kind: "version",
            size: value.size,
            storageClass: value.storageClass,
            isSymlink: value.type === "Symlink",
          }
        : { ...shared, kind: "marker", size: 0, storageClass: "", isSymlink: false };
    });
    return {
      rows: inOrder(foldersOf(found), withoutFolder(versions, this.#place)),
      next: found.isTruncated
        ? { keyMarker: nextKeyMarker, versionIdMarker: nextVersionIdMarker }
        : undefined,
    };
  }
}

type Shared = Readonly<Record<"bucket" | "prefix" | "delimiter", string>> & {
  readonly maxKeys: number;
};

interface Page {
  readonly rows: readonly Row[];
  readonly next: object | undefined;
}

const unversioned = { versionId: undefined, isLatest: true } as const;

function foldersOf({
  commonPrefixes,
}: {
  readonly commonPrefixes: readonly { readonly prefix: string }[];
}): readonly Row[] {
  return commonPrefixes.map(({ prefix }) => ({
    ...unversioned,
    kind: "folder",
    key: prefix,
    size: 0,
    modifiedMs: 0,
    storageClass: "",
    isSymlink: false,
  }));
}

// The object that stands for the folder itself.
function withoutFolder(rows: readonly Row[], { prefix }: ListingPlace): readonly Row[] {
  return prefix.endsWith("/") ? rows.filter(({ key }) => key !== prefix) : rows;
}

// Folders and objects of a page by key. Beyond the Basic Multilingual Plane this order differs from
// the store's, which orders by bytes.
function inOrder(folders: readonly Row[], objects: readonly Row[]): readonly Row[] {
  if (folders.length === 0) return objects;
  return [...folders, ...objects].sort((left, right) =>
    left.key < right.key ? -1 : left.key > right.key ? 1 : 0,
  );
}

/** The part of a key below a prefix's folder. */
export function nameIn(prefix: string, key: string): string {
  return key.slice(prefix.lastIndexOf("/") + 1);
}
