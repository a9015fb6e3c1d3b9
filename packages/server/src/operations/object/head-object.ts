// HeadObject: returns the headers of GetObject, without the bytes.
import { checkConditions } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { shownExpiration } from "./shown-expiration.ts";
import { findReadable } from "./readable-version.ts";
import { objectFactsOf } from "./stored-headers.ts";

/** Reads an object's headers. */
export const headObject: Handler<"headObject"> = async (context, input) => {
  const readable = await findReadable(context, input);
  const { services, bucket } = context;
  const output = {
    ...objectFactsOf(readable, { bucket, nowMs: services.clock() }),
    ...(await shownExpiration(context, input, readable)),
  };
  checkConditions(input, output);
  return { output };
};
