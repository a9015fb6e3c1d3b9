// Finds a free port for a program that cannot let the system choose one.
import { freePort as freePortOf } from "../packages/cli/src/free-port.ts";

/** A port of this machine without a listener at this moment. */
export function freePort(): Promise<number> {
  return freePortOf("127.0.0.1");
}
