// Opens the metadata and the blobs of a store: in a data folder, or in what several nodes share.
import { type BlobStore, type MetadataStore, openFileBlobStore } from "@ossicle/store";
import type { Logger } from "pino";
import type { Configuration } from "./configuration/settings.ts";
import { blobsOf } from "./data-folder/layout.ts";
import { openDataFolder } from "./data-folder/open-data-folder.ts";
import { openSharedStore } from "./data-folder/open-shared-metadata.ts";
import { findSharedBlobs } from "./data-folder/shared-blobs.ts";
import { mebibyte } from "./memory/memory.ts";
import { DiskRoom, type Room } from "./objects/bytes/room.ts";
import type { ServerOverrides } from "./server-overrides.ts";

/** What a store keeps, open. */
export interface OpenedPlace {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly room: Room;
  /** Why the database failed, or cannot be reached; undefined while it works. */
  readonly failure: () => Error | undefined;
  /** Closes what the store keeps. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a place for serving. Throws ConfigurationError when it cannot be used, and
 * DamagedStoreError when it was in use and has lost its data.
 */
export async function openPlace(
  configuration: Configuration,
  overrides: ServerOverrides,
  log: Logger,
): Promise<OpenedPlace> {
  const { metadata: address, blobs } = configuration;
  // Settings have been checked: both are set, or neither.
  return address === undefined || blobs === undefined
    ? openFolderPlace(configuration, overrides, log)
    : openSharedPlace({ ...configuration, metadata: address, blobs }, overrides, log);
}

// Only a database in the data folder can fail for good: the process must then be replaced.
async function openFolderPlace(
  configuration: Configuration,
  overrides: ServerOverrides,
  log: Logger,
): Promise<OpenedPlace> {
  const metadata = await openDataFolder(configuration.data, {
    ...overrides.databaseLog,
    onFailure: (failure) => {
      log.fatal({ err: failure }, "the database failed; this process must be replaced");
      overrides.onFailure?.(failure);
    },
  });
  const folder = blobsOf(configuration);
  try {
    return {
      metadata,
      blobs: await openFileBlobStore(folder, { syncEveryBytes: overrides.syncEveryBytes }),
      room: roomOf(folder, configuration),
      failure: () => metadata.failure,
      close: () => metadata.close(),
    };
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}

type SharedConfiguration = Configuration & Readonly<Record<"metadata" | "blobs", string>>;

// A shared database is connected to again after a failure.
async function openSharedPlace(
  configuration: SharedConfiguration,
  { syncEveryBytes }: ServerOverrides,
  log: Logger,
): Promise<OpenedPlace> {
  const blobs = await findSharedBlobs(configuration.blobs, { syncEveryBytes });
  const opened: { readonly close: () => Promise<void> }[] = [blobs];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
  };
  try {
    const metadata = await openSharedStore(configuration.metadata, blobs, log);
    opened.push(metadata);
    return {
      metadata,
      blobs: await blobs.open(),
      room: blobs.folder === undefined ? boundlessRoom : roomOf(blobs.folder, configuration),
      failure: () => metadata.problem,
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function roomOf(folder: string, { reserve }: Configuration): Room {
  return new DiskRoom(folder, reserve * mebibyte);
}

/** An S3 store refuses what it has no room for. */
const boundlessRoom: Room = { require: () => Promise.resolve() };
