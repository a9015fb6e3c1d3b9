// HeadObject: what GetObject says, without the bytes.
import { checkConditions } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";
import { lastModified, requireHead } from "./current-version.ts";
import { objectFactsOf } from "./stored-headers.ts";

/** Reads an object's headers. */
export const headObject: Handler<"headObject"> = ({ head }, input) => {
  const { record } = requireHead(head, input);
  checkConditions(input, { etag: record.etag, lastModified: lastModified(record) });
  return Promise.resolve({ output: objectFactsOf(record) });
};
