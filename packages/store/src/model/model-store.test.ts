// The model adapters under the contract suites.
import { blobContract } from "../contract/blob-contract.ts";
import { metadataContract } from "../contract/metadata-contract.ts";
import { ModelBlobStore } from "./model-blob-store.ts";
import { ModelMetadataStore } from "./model-metadata-store.ts";

const nothing = (): Promise<void> => Promise.resolve();

metadataContract("the model", () =>
  Promise.resolve({ store: new ModelMetadataStore(), dispose: nothing }),
);
blobContract("the model", () => Promise.resolve({ store: new ModelBlobStore(), dispose: nothing }));
