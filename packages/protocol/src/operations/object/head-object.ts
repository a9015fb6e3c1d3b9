// HeadObject: reads the headers that GetObject returns, without the object's bytes.
import { text } from "../../codec.ts";
import { bucketName, objectKey, type Operation, query } from "../../operation.ts";
import { objectFacts, type ObjectFacts } from "./object-facts.ts";
import type { ObjectVersion } from "./object-headers.ts";
import { type ReadConditions, readConditions } from "./read-conditions.ts";

/** What HeadObject takes. */
export interface HeadObjectInput extends ObjectVersion, ReadConditions {}

/** What HeadObject answers. */
export type HeadObjectOutput = ObjectFacts;

/** Reads an object's headers. Errors travel in `x-oss-err`, since a HEAD has no body. */
export const headObject: Operation<HeadObjectInput, HeadObjectOutput> = {
  name: "HeadObject",
  method: "HEAD",
  level: "object",
  access: "read",
  action: "GetObject",
  versionedAction: true,
  idempotent: true,
  reads: "facts",
  seesHidden: true,
  input: {
    bucket: bucketName(),
    key: objectKey(),
    versionId: query("versionId", text),
    ...readConditions,
  },
  output: objectFacts,
};
