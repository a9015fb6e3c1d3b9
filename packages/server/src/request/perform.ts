// Stage 7: calls the operation's handler.
import { type OperationName, OssError } from "@ossicle/protocol";
import type { CallbackPlan } from "../callback/plan.ts";
import type { BucketContext, Result, ServiceContext } from "../operations/handler.ts";
import { handlers } from "../operations/index.ts";
import { declarationOf } from "../access/declaration-of.ts";

type AnyHandler = (
  context: ServiceContext | BucketContext,
  input: object,
) => Promise<Result<object>>;

/** Performs an operation on what was found. */
export function perform(
  name: OperationName,
  context: ServiceContext & { readonly callback: CallbackPlan | undefined },
  input: object,
): Promise<Result<object>> {
  // Safe: the input was decoded by this operation's declaration, and authorisation has checked that
  // the bucket exists.
  const handler = handlers[name] as unknown as AnyHandler;
  const { bucket, head, version } = context.found;
  if (bucket === undefined) {
    const { level, makesBucket } = declarationOf(name);
    if (level === "service" || makesBucket === true) return handler(context, input);
    throw new OssError("InternalError", {}, { cause: new Error(`${name} needs a bucket`) });
  }
  const { services, message, requestId, identity, found, callback } = context;
  const { scheme, endpoint, byHost } = context;
  // Field by field: a spread would cost as much as reading a record.
  return handler(
    {
      services,
      message,
      requestId,
      identity,
      scheme,
      endpoint,
      byHost,
      found,
      callback,
      bucket,
      head,
      version,
    },
    input,
  );
}
