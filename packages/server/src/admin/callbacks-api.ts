// Trying a callback out over HTTP: the store sends it for a sample upload, and stores nothing.
import type { TryCallback } from "../callback/try-callback.ts";
import { type AdminRoutes, problem } from "./admin-api.ts";

/** The route below `/callbacks`. Throws InvalidArgument for parameters that OSS would refuse. */
export function callbackRoutes(tryCallback: TryCallback): AdminRoutes<"POST /callbacks/try"> {
  return {
    "POST /callbacks/try": async ({ parameters }) => {
      const callback = parameters.get("callback") ?? "";
      const callbackVar = parameters.get("callback-var") ?? undefined;
      if (callback === "") return problem(400, "callback is missing: the x-oss-callback to send");
      const tried = await tryCallback({ callback, callbackVar });
      return tried === undefined
        ? problem(400, "without callbackUrl no callback is sent")
        : { status: 200, value: tried };
    },
  };
}
