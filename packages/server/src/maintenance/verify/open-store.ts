// Opens a store for `ossicle verify`, also while servers use it.
import { storedEncryptionOf } from "../../accounts/master-keys.ts";
import { Hashing } from "../../objects/bytes/hashing.ts";
import { blobsOf, type StorePlace } from "../../data-folder/layout.ts";
import { openMetadata } from "../../data-folder/open-metadata.ts";
import { findSharedBlobs } from "../../data-folder/shared-blobs.ts";
import { type VerifyOptions, type VerifyReport, verifyStore } from "./verify-store.ts";

/** A store that is open. */
export interface OpenedStore {
  readonly verify: (options: VerifyOptions) => Promise<VerifyReport>;
  readonly close: () => Promise<void>;
}

/** Opens a store. Throws ConfigurationError when the place holds none. */
export async function openStore(place: StorePlace): Promise<OpenedStore> {
  const metadata = await openMetadata(place);
  const found = await findSharedBlobs(blobsOf(place), { readOnly: true }).catch(
    async (cause: unknown) => {
      await metadata.close();
      throw cause;
    },
  );
  const encryptionKeys = storedEncryptionOf(place, metadata);
  const [blobs, hashing] = await Promise.all([found.open(), Hashing.create()]);
  return {
    verify: (options) => verifyStore({ metadata, blobs, hashing, encryptionKeys }, options),
    close: async () => {
      await Promise.all([metadata.close(), found.close()]);
    },
  };
}
