// The storage classes from the warmest to the coldest. Lifecycle rules only move objects down.
import type { StorageClass } from "@ossicle/protocol";

const ranks: Readonly<Record<StorageClass, number>> = {
  Standard: 0,
  IA: 1,
  Archive: 2,
  ColdArchive: 3,
  DeepColdArchive: 4,
};

/** The rank of a storage class: 0 for Standard. */
export function rankOf(storageClass: StorageClass): number {
  return ranks[storageClass];
}

/** Whether a storage class is one of the two coldest. */
export function isColderThanArchive(storageClass: StorageClass): boolean {
  return rankOf(storageClass) > ranks.Archive;
}

/** The storage classes that a transition may name. */
export const transitionClasses: ReadonlySet<string> = new Set(
  Object.keys(ranks).filter((name) => name !== "Standard"),
);
