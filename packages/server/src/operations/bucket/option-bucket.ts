// OptionBucket: a preflight of a request to the bucket itself.
import type { Handler } from "../handler.ts";
import { answerPreflight } from "../object/option-object.ts";

/** Answers a preflight. */
export const optionBucket: Handler<"optionBucket"> = (context, input) =>
  answerPreflight(context, input);
