// DoMetaQuery: finds the objects of a bucket by their metadata and tags.
import {
  type MetaAnswer,
  metaAnswerElements,
  type MetaQuery,
  metaQueryElements,
} from "../../meta-query.ts";
import { bucketName, type Operation } from "../../operation.ts";

/** What DoMetaQuery takes. */
export interface DoMetaQueryInput extends MetaQuery {
  readonly bucket: string;
}

/** What DoMetaQuery answers. */
export type DoMetaQueryOutput = MetaAnswer;

/**
 * Finds current versions by their metadata and tags. Fails with MetaQueryNotExist where the objects
 * cannot be searched.
 */
export const doMetaQuery: Operation<DoMetaQueryInput, DoMetaQueryOutput> = {
  name: "DoMetaQuery",
  method: "POST",
  level: "bucket",
  selectors: ["metaQuery", "comp=query"],
  access: "owner",
  action: "DoMetaQuery",
  idempotent: true,
  reads: "nothing",
  inputRoot: "MetaQuery",
  outputRoot: "MetaQuery",
  input: { bucket: bucketName(), ...metaQueryElements },
  output: metaAnswerElements,
};
