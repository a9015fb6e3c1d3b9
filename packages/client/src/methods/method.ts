// The form of a method that has no stream of its own.
import type { CallOptions, WithRequestId } from "../call-options.ts";

/** Calls one operation. Rejects with OssError, and with TypeError for a member that it lacks. */
export type Method<Input, Output> = (
  input: Input,
  options?: CallOptions,
) => Promise<WithRequestId<Output>>;
