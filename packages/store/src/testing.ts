// The model adapters, for tests of this repository. They are not published.
export { ModelBlobStore } from "./model/model-blob-store.ts";
export { ModelMetadataStore, type Scheduler, type Trouble } from "./model/model-metadata-store.ts";
