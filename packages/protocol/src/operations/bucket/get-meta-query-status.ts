// GetMetaQueryStatus: whether the objects of a bucket can be searched.
import { oneOf, text } from "../../codec.ts";
import { bucketName, element, type Operation } from "../../operation.ts";
import { leaf } from "../../xml/codec.ts";

/** What GetMetaQueryStatus takes. */
export interface GetMetaQueryStatusInput {
  readonly bucket: string;
}

/** What GetMetaQueryStatus answers. */
export interface GetMetaQueryStatusOutput {
  /** `Ready` for some seconds, then `Running`. Queries are answered in both. */
  readonly state: "Ready" | "Running";
  readonly phase: "IncrementalScanning";
  /** `2026-11-30T12:00:00.000000000+00:00`. */
  readonly createTime: string;
  readonly updateTime: string;
  readonly metaQueryMode: "basic";
}

/** Reads the status. Fails with MetaQueryNotExist where the objects cannot be searched. */
export const getMetaQueryStatus: Operation<GetMetaQueryStatusInput, GetMetaQueryStatusOutput> = {
  name: "GetMetaQueryStatus",
  method: "GET",
  level: "bucket",
  selectors: ["metaQuery"],
  access: "owner",
  action: "GetMetaQueryStatus",
  idempotent: true,
  reads: "nothing",
  outputRoot: "MetaQueryStatus",
  input: { bucket: bucketName() },
  output: {
    state: element("State", leaf(oneOf("Ready", "Running"))),
    phase: element("Phase", leaf(oneOf("IncrementalScanning"))),
    createTime: element("CreateTime", leaf(text)),
    updateTime: element("UpdateTime", leaf(text)),
    metaQueryMode: element("MetaQueryMode", leaf(oneOf("basic"))),
  },
};
