// A handler whose variables and answer have the types of a callback that was defined once.
import type {
  AnswerInput,
  DefinedCallback,
  StandardSchema,
  VariableSources,
  VariableValues,
} from "@ossicle/protocol";
import type { CallbackHandler } from "./handle-callback.ts";
import { type CallbackReply, isReply } from "./reply.ts";
import type { VerifiedCallback } from "./verify-callback.ts";

/**
 * Handles a callback. Its return value becomes the upload's result, unless it is `refuse(…)`.
 */
export type TypedHandler<Sources extends VariableSources, Schema extends StandardSchema> = (
  variables: VariableValues<Sources>,
  callback: VerifiedCallback,
) => TypedAnswer<Schema> | Promise<TypedAnswer<Schema>>;

type TypedAnswer<Schema extends StandardSchema> = AnswerInput<Schema> | CallbackReply;

/**
 * Makes a handler for any adapter. It throws TypeError for a callback of another definition, and
 * AnswerInvalidError for an answer that does not match the schema. The uploader then gets 203
 * instead of an answer that it cannot read.
 * @example
 * nodeCallback(typedCallback(saved, ({ key, size }) => ({ url: `/files/${key}`, size })), options);
 */
export function typedCallback<Sources extends VariableSources, Schema extends StandardSchema>(
  defined: DefinedCallback<Sources, Schema>,
  handler: TypedHandler<Sources, Schema>,
): CallbackHandler {
  return async (callback) => {
    const answer = await handler(defined.parse(callback.variables.all), callback);
    if (!isReply(answer)) await defined.check(answer);
    else if (answer.status === 200)
      await defined.check(JSON.parse(new TextDecoder().decode(answer.body)));
    return answer;
  };
}
