// @ossicle/store: two ports, metadata and blobs, and the adapters that persist them.
export * from "./blob-store.ts";
export * from "./error-facts.ts";
export { openFileBlobStore } from "./files/file-blob-store.ts";
export { syncFolder } from "./files/folder-sync.ts";
export {
  type EmbeddedMetadataStore,
  type LmdbOptions,
  openLmdbMetadataStore,
} from "./lmdb/lmdb-metadata-store.ts";
export * from "./metadata-store.ts";
export { ModelBlobStore } from "./model/model-blob-store.ts";
export { ModelMetadataStore, type Scheduler, type Trouble } from "./model/model-metadata-store.ts";
