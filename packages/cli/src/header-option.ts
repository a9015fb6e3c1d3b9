// Options whose value goes into a header.
import { ConfigurationError } from "@ossicle/server";

/** Throws ConfigurationError for text that no header can hold. */
export function requireHeaderValue(option: string, text: string | undefined): void {
  if (text === undefined || /^[\t\u0020-\u007e]+$/.test(text)) return;
  throw new ConfigurationError([`${option} ${JSON.stringify(text)}: expected printable ASCII`]);
}
