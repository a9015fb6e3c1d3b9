// Counts the rows of an object, for CreateSelectObjectMeta and ranges of the last rows.
import { OssError } from "@ossicle/protocol";
import type { RequestMessage } from "../../http/message.ts";
import type { MetaCounts } from "../../select/frames.ts";
import type { ReadPlan } from "../../select/read-plan.ts";
import type { BucketContext } from "../handler.ts";
import { openPlain } from "./open-plain.ts";
import type { Readable } from "./readable-version.ts";

/** Counts the rows of an object. Throws as a query does. */
export async function countRows(
  context: BucketContext,
  readable: Readable,
  { form, isGzip }: Pick<ReadPlan, "form" | "isGzip">,
): Promise<MetaCounts> {
  const { services, message } = context;
  const source = await openPlain(context, readable, isGzip);
  const count = await services.select.count({ form }, message.clientIp).catch(async (cause) => {
    await source[Symbol.asyncIterator]().return?.();
    throw cause;
  });
  try {
    for await (const bytes of source) {
      requireClient(message);
      await count.feed(bytes);
    }
    return await count.finish();
  } finally {
    count.end();
  }
}

/** Throws RequestTimeout for a client that has disconnected: nothing is read on for it. */
export function requireClient({ isGone }: Pick<RequestMessage, "isGone">): void {
  if (isGone?.() === true) throw new OssError("RequestTimeout");
}
