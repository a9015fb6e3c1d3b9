// OpenMetaQuery: lets the objects of a bucket be searched.
import { oneOf } from "../../codec.ts";
import { bucketName, type Nothing, type Operation, query } from "../../operation.ts";

/** What OpenMetaQuery takes. */
export interface OpenMetaQueryInput {
  readonly bucket: string;
  /** `semantic` needs a model, and is refused by name. */
  readonly mode?: "basic" | "semantic";
}

/** Lets the objects of a bucket be searched. Fails with MetaQueryAlreadyExist when they can be. */
export const openMetaQuery: Operation<OpenMetaQueryInput, Nothing> = {
  name: "OpenMetaQuery",
  method: "POST",
  level: "bucket",
  selectors: ["metaQuery", "comp=add"],
  access: "owner",
  action: "OpenMetaQuery",
  idempotent: false,
  reads: "nothing",
  input: { bucket: bucketName(), mode: query("mode", oneOf("basic", "semantic")) },
  output: {},
};
