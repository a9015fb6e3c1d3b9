// Opens the database of a data folder that is to be served, and tells an empty folder from a
// damaged one. A store that starts empty beside the bytes of an earlier one would answer
// NoSuchBucket to everything, and hide the loss.
import { access, opendir, readdir, rm } from "node:fs/promises";
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
  type MetadataStore,
  openLmdbMetadataStore,
  restoreRemedy,
  syncFolder,
} from "@ossicle/store";
import { blobsFolderName, metadataFolderName, secretKeyFileName } from "./layout.ts";
import { refuseBackup } from "./refuse-backup.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";
import { checkFormat, hasFormat } from "../objects/records/format.ts";
import { kindRange } from "../objects/records/keys.ts";

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

// A reference is committed after its blob's name is durable. Of blobs that are lost one by one
// `ossicle verify` tells; start-up would take too long to look for each.
async function requireBlobs(metadata: MetadataStore, folder: string): Promise<void> {
  const blobs = join(folder, blobsFolderName);
  if (await holdsFiles(blobs)) return;
  const { rows } = await metadata.scan({ ...kindRange("r"), limit: 1 });
  if (rows.length === 0) return;
  const problem = (await exists(blobs)) ? "holds no files" : "is missing";
  throw new DamagedStoreError(
    blobs,
    `${problem}, but the database names bytes in it`,
    restoreRemedy,
  );
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

async function holdsFiles(blobs: string): Promise<boolean> {
  const shards = await readdir(blobs).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return [];
    throw cause;
  });
  for (const shard of shards) {
    const files = await opendir(join(blobs, shard)).catch((cause: unknown) => {
      if (errorCode(cause) === "ENOTDIR") return [];
      throw cause;
    });
    for await (const file of files) if (file.isFile()) return true;
  }
  return false;
}
