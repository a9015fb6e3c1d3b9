// GetObject: reads an object or one range of it.
import { oneOf, text } from "../../codec.ts";
import { bucketName, header, objectKey, type Operation, query } from "../../operation.ts";
import { objectFacts, type ObjectFacts } from "./object-facts.ts";
import type { ObjectVersion } from "./object-headers.ts";
import {
  type ReadConditions,
  readConditions,
  type ResponseOverrides,
  responseOverrides,
} from "./read-conditions.ts";

/** What GetObject takes. */
export interface GetObjectInput extends ObjectVersion, ReadConditions, ResponseOverrides {
  /**
   * One range, `bytes=0-499`. By default OSS answers a range outside the object with the whole
   * object.
   */
  readonly range?: string;
  /** `standard` answers an unsatisfiable range with 416 and clamps an end beyond the object. */
  readonly rangeBehavior?: "standard";
  /**
   * What to make of an image: `image/resize,w_200/format,webp`, or `style/NAME`. The range is
   * ignored then.
   */
  readonly process?: string;
  /**
   * `gzip`: text of at least 1 KB is sent compressed, then without entity tag and length. A range
   * is not compressed.
   */
  readonly acceptEncoding?: string;
}

/** What GetObject answers beside the body. */
export interface GetObjectOutput extends ObjectFacts {
  /** `bytes 0-499/1000`, when a range was served. */
  readonly contentRange?: string;
  /** `Accept-Encoding`, when the answer is compressed. */
  readonly vary?: string;
}

/** Reads an object, or a range of it. */
export const getObject: Operation<GetObjectInput, GetObjectOutput> = {
  name: "GetObject",
  method: "GET",
  level: "object",
  modifiers: ["x-oss-process"],
  access: "read",
  action: "GetObject",
  versionedAction: true,
  idempotent: true,
  reads: "body",
  seesHidden: true,
  stream: "response",
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    range: header("Range", text),
    rangeBehavior: header("x-oss-range-behavior", oneOf("standard")),
    process: query("x-oss-process", text),
    acceptEncoding: header("Accept-Encoding", text),
    ...readConditions,
    ...responseOverrides,
  },
  output: {
    ...objectFacts,
    contentRange: header("Content-Range", text),
    vary: header("Vary", text),
  },
};
