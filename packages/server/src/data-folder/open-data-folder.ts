// Opens the database of a data folder that is to be served, and tells an empty folder from a
// damaged one. A store that starts empty beside the bytes of an earlier one would answer
// NoSuchBucket to everything, and hide the loss.
import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  DamagedStoreError,
  dataFileName,
  type EmbeddedMetadataStore,
  errorCode,
  errorMessage,
  inspectLmdbFile,
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
import { checkFormat, hasFormat } from "../objects/records/format.ts";

/** Makes a data folder where there is none. Throws ConfigurationError for a folder of backups. */
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
 * Opens the database of a data folder; makes it where it is missing. Throws DamagedStoreError where
 * the database is missing, empty or damaged although the folder was in use.
 */
export async function openDataFolder(
  folder: string,
  onFailure: NonNullable<LmdbOptions["onFailure"]>,
): Promise<EmbeddedMetadataStore> {
  const database = join(folder, metadataFolderName);
  // A first start that was cut off: no commit has reached the file, and LMDB refuses a part of one.
  // Only here, under the folder's lock: elsewhere a start may be in the middle of making it.
  if ((await requireDatabase(folder)) === "unused") await rm(join(database, dataFileName));
  const metadata = openLmdbMetadataStore({ folder: database, onFailure });
  try {
    if (!(await hasFormat(metadata)) && (await isInUse(folder))) throw missing(folder, "is empty");
    await checkFormat(metadata);
    await requireBlobs(metadata, folder);
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
 * What state the database of a folder is in. Throws DamagedStoreError where a folder that was in
 * use has lost it.
 */
export async function requireDatabase(folder: string): Promise<LmdbFileState> {
  const database = join(folder, metadataFolderName);
  const state = inspectLmdbFile(join(database, dataFileName));
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

// Both are made after the database's first commit is durable.
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
