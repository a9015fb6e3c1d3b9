// What the page tells the service worker that makes archives.
import type { Credentials } from "@ossicle/protocol";

/** Addresses below which the worker answers with archives. */
export const archivePath = "/console/archive/";

/** An archive to make. */
export interface ArchiveOrder {
  readonly id: string;
  readonly bucket: string;
  /** Names in the archive are those of keys without its folder. */
  readonly prefix: string;
  /** Keys, and prefixes that end in a slash and stand for all below them. */
  readonly keys: readonly { readonly key: string; readonly isFolder: boolean }[];
  readonly credentials: Credentials;
  readonly region: string;
}

/** What the page says to the worker; `alive` keeps the worker from being stopped. */
export type ArchiveAsked =
  | { readonly kind: "order"; readonly order: ArchiveOrder }
  | { readonly kind: "cancel"; readonly id: string }
  | { readonly kind: "alive" };

/** What the worker says to the page. */
export type ArchiveTold =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly objects: number }
  | { readonly kind: "done"; readonly objects: number }
  | { readonly kind: "failed"; readonly message: string };
