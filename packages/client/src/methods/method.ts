// The type of a method that neither sends nor returns the bytes of an object.
import type { CallOptions, WithRequestId } from "../call-options.ts";

/** Calls one operation. Rejects with OssError, and with TypeError for an unknown member. */
export type Method<Input, Output> = (
  input: Input,
  options?: CallOptions,
) => Promise<WithRequestId<Output>>;
