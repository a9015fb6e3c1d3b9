// The figures of the last hours over HTTP.
import { type AdminRoutes, problem } from "./admin-api.ts";
import { type HistoryReader, maxHistoryMinutes } from "./history.ts";

const defaultMinutes = 60;

/** The route `/history`. */
export function historyRoutes(history: HistoryReader): AdminRoutes<"GET /history"> {
  return {
    "GET /history": async ({ parameters, nowMs }) => {
      const minutes = Number(parameters.get("minutes") ?? defaultMinutes);
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > maxHistoryMinutes) {
        return problem(400, `minutes is a whole number from 1 to ${maxHistoryMinutes}`);
      }
      return { status: 200, value: history(nowMs - minutes * 60_000) };
    },
  };
}
