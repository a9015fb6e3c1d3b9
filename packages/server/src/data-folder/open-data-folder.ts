// Opens the database of a data folder for serving, and distinguishes an empty folder from a damaged
// one. A store that started empty beside the blobs of an earlier store would answer NoSuchBucket to
// every request, and hide the loss.
import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  ConversionError,
  DamagedStoreError,
  dataFileName,
  type EmbeddedMetadataStore,
  errorCode,
  errorMessage,
  inspectDatabase,
  type LmdbFileState,
  type LmdbOptions,
  makeFolder,
  openLmdbMetadataStore,
  restoreRemedy,
  syncFolder,
} from "@ossicle/store";
import { blobsFolderName, metadataFolderName, secretKeyFileName } from "./layout.ts";
import { holdsFiles, requireBlobs } from "./require-blobs.ts";
import { refuseBackup } from "./refuse-backup.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { findFormat, formats, markFormat } from "../objects/records/format.ts";

/**
 * Creates a data folder if it is missing. Throws ConfigurationError for a folder of backups, and
 * when the folder cannot be created.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  await refuseBackup(folder);
  await makeFolder(folder).catch((cause: unknown) => {
    const mistake =
      errorCode(cause) === "EEXIST" || errorCode(cause) === "ENOTDIR"
        ? `--data ${folder} is a file, or lies below one: name a folder`
        : `--data ${folder} cannot be made: ${errorMessage(cause)}`;
    throw new ConfigurationError([mistake], { cause });
  });
}

/**
 * Opens the database of a data folder. Makes it where it is missing, and converts that of an
 * earlier version. Throws DamagedStoreError where
 * the database is missing, empty or damaged although the folder was in use.
 */
export async function openDataFolder(
  folder: string,
  options: Omit<LmdbOptions, "folder">,
): Promise<EmbeddedMetadataStore> {
  const database = join(folder, metadataFolderName);
  // An interrupted first start leaves a file without any commit, and LMDB refuses to open a partial
  // file. Remove the file only here, under the folder's lock: without the lock, another process may
  // be creating it at this moment.
  if ((await requireDatabase(folder)) === "unused") await rm(join(database, dataFileName));
  const opened = openLmdbMetadataStore({ folder: database, converts: true, ...options });
  const metadata = await opened.catch((cause: unknown) => {
    if (!(cause instanceof ConversionError)) throw cause;
    throw new ConfigurationError([cause.message], { cause });
  });
  try {
    const format = await findFormat(metadata, formats.folder);
    if (format === undefined && (await isInUse(folder))) throw missing(folder, "is empty");
    await markFormat(metadata, formats.folder);
    await requireBlobs(metadata, join(folder, blobsFolderName));
    // The names of the database's files must be durable before anything else in the folder shows
    // that it is in use.
    await syncFolder(database);
    await syncFolder(folder);
    return metadata;
  } catch (cause) {
    await metadata.close();
    throw cause;
  }
}

/**
 * Returns the state of a folder's database. Throws DamagedStoreError when the database is damaged,
 * and when it is missing or empty although the folder was in use.
 */
export async function requireDatabase(folder: string): Promise<LmdbFileState> {
  const database = join(folder, metadataFolderName);
  const state = inspectDatabase(database);
  if (state === "present") return state;
  if (await isInUse(folder)) {
    throw missing(folder, state === "absent" ? "is missing" : "is empty");
  }
  return state;
}

function missing(folder: string, problem: string): DamagedStoreError {
  const file = join(folder, metadataFolderName, dataFileName);
  return new DamagedStoreError(file, `${problem}, but ${folder} holds a store`, restoreRemedy);
}

// The key file and the blobs are created only after the database's first commit is durable.
async function isInUse(folder: string): Promise<boolean> {
  return (
    (await exists(join(folder, secretKeyFileName))) || holdsFiles(join(folder, blobsFolderName))
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
