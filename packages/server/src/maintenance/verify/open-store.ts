// Opens a data folder for `ossicle verify`, also while a server uses it.
import { join } from "node:path";
import { openFileBlobStore } from "@ossicle/store";
import { Hashing } from "../../objects/bytes/hashing.ts";
import { blobsFolderName } from "../../data-folder/layout.ts";
import { openMetadata } from "../../data-folder/open-metadata.ts";
import { type VerifyOptions, type VerifyReport, verifyStore } from "./verify-store.ts";

/** The store of a folder. */
export interface OpenedStore {
  readonly verify: (options: VerifyOptions) => Promise<VerifyReport>;
  readonly close: () => Promise<void>;
}

/** Opens a data folder. Throws ConfigurationError when it holds no store. */
export async function openStore(folder: string): Promise<OpenedStore> {
  const metadata = await openMetadata(folder);
  const [blobs, hashing] = await Promise.all([
    openFileBlobStore(join(folder, blobsFolderName), { readOnly: true }),
    Hashing.create(),
  ]);
  return {
    verify: (options) => verifyStore({ metadata, blobs, hashing }, options),
    close: () => metadata.close(),
  };
}
