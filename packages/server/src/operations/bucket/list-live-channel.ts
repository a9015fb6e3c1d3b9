// ListLiveChannel: an empty page.
import { defaultMaxKeys } from "@ossicle/protocol";
import type { Handler } from "../handler.ts";

/** Lists no live channel. */
export const listLiveChannel: Handler<"listLiveChannel"> = (_context, input) => {
  const { prefix = "", marker = "", maxKeys = defaultMaxKeys } = input;
  return Promise.resolve({ output: { prefix, marker, maxKeys, isTruncated: false } });
};
