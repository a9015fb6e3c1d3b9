// A bucket named `bucket` in a model pipeline, made again for every test of a file.
import { beforeEach } from "vitest";
import {
  type ModelAnswer,
  type ModelPipeline,
  modelPipeline,
  type ModelRequest,
} from "./model-pipeline.ts";

/** Headers of a request. */
export type Headers = Readonly<Record<string, string>>;

type Body = string | Uint8Array;

/**
 * Requests about the bucket. A path is what follows the bucket's name: `/key`, `?acl` or nothing.
 */
export interface ModelBucket {
  readonly pipeline: () => ModelPipeline;
  readonly ask: (request: ModelRequest) => Promise<ModelAnswer>;
  /** Sends a request without a signature. */
  readonly stranger: (method: string, path: string, headers?: Headers) => Promise<ModelAnswer>;
  readonly get: (path: string, headers?: Headers) => Promise<ModelAnswer>;
  readonly head: (path: string, headers?: Headers) => Promise<ModelAnswer>;
  readonly put: (path: string, body?: Body, headers?: Headers) => Promise<ModelAnswer>;
  readonly post: (path: string, body?: Body, headers?: Headers) => Promise<ModelAnswer>;
  readonly remove: (path: string) => Promise<ModelAnswer>;
  /** Turns versioning on. */
  readonly keepVersions: () => Promise<ModelAnswer>;
  /** Begins a multipart upload of a key, and returns its id. */
  readonly begin: (key: string, headers?: Headers) => Promise<string>;
}

/** Makes the bucket before each test of the file that calls this. */
export function modelBucket(): ModelBucket {
  let pipeline: ModelPipeline;
  beforeEach(async () => {
    pipeline = await modelPipeline();
    await pipeline.ask({ method: "PUT", path: "/bucket" });
  });
  const ask = (request: ModelRequest): Promise<ModelAnswer> => pipeline.ask(request);
  const asking =
    (method: string) =>
    (path: string, headers: Headers = {}) =>
      ask({ method, path: `/bucket${path}`, headers });
  const sending =
    (method: string) =>
    (path: string, body: Body = "", headers: Headers = {}) =>
      ask({ method, path: `/bucket${path}`, body, headers });
  const put = sending("PUT");
  const post = sending("POST");
  return {
    pipeline: () => pipeline,
    ask,
    stranger: (method, path, headers = {}) =>
      ask({ method, path: `/bucket${path}`, headers, anonymous: true }),
    get: asking("GET"),
    head: asking("HEAD"),
    put,
    post,
    remove: asking("DELETE"),
    keepVersions: () =>
      put(
        "?versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
      ),
    begin: async (key, headers) => {
      const { body } = await post(`/${key}?uploads`, "", headers);
      return /<UploadId>([0-9A-F]{32})</.exec(body)?.[1] ?? "";
    },
  };
}
