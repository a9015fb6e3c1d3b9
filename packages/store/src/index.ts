// @ossicle/store: two ports, metadata and blobs, and the adapters that persist them.
export * from "./blob-store.ts";
export { DamagedStoreError, restoreRemedy } from "./damaged-store-error.ts";
export * from "./error-facts.ts";
export { openFileBlobStore } from "./files/file-blob-store.ts";
export { makeFolder, syncFolder } from "./files/folder-sync.ts";
export type { LmdbFileState } from "./lmdb/inspect-lmdb-file.ts";
export { dataFileName } from "./lmdb/lmdb-index.ts";
export { ConversionError, EarlierIndexError } from "./embedded/convert-index.ts";
export {
  type EmbeddedMetadataStore,
  type LmdbOptions,
  openLmdbMetadataStore,
} from "./embedded/lmdb-metadata-store.ts";
export { inspectDatabase } from "./embedded/recover.ts";
export * from "./metadata-store.ts";
export type { SharedMetadataStore } from "./postgres/postgres-metadata-store.ts";
export { describeDatabase, migrateDatabase, openPostgres } from "./postgres/open-postgres.ts";
export { describeBucket, openS3 } from "./s3/open-s3.ts";
export type { S3BlobStore } from "./s3/s3-blob-store.ts";
export { isS3Url } from "./s3/s3-url.ts";
export { StoreFailedError } from "./store-failed-error.ts";
export { StoreUnavailableError } from "./store-unavailable-error.ts";
