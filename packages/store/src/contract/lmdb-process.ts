// The second process of the contract between processes, on LMDB.
import { openLmdbMetadataStore } from "../embedded/lmdb-metadata-store.ts";
import { obeyMessages } from "./obey-messages.ts";

obeyMessages(await openLmdbMetadataStore({ folder: process.argv[2] ?? "" }));
